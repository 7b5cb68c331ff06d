import JSON

extension ReferenceModel {
  /// Checks and records the answer of a live process to its caller.
  func answers(_ call: SimulatedCall, _ content: JSONObject, _ world: World) {
    checkWords(call, content, world)
    let status = content["status"]?.stringValue
    let code = content["code"]?.stringValue ?? ""
    let named = content["idempotency_key"]?.stringValue
    let all = call.keys.compactMap { byName[$0] }
    let sent = all.filter { !$0.isSimulation }
    for key in all where key.isSimulation { answers(call, simulation: key, status, code, world) }
    if status == "rejected" {
      for key in sent + (named.flatMap { byName[$0] }.map { [$0] } ?? [])
      where key.ran != nil && code != "IDEMPOTENCY_KEY_REUSED"
        // After a restart of the machine, a clock that was set far ahead makes a caller's key look old.
        && (call.explicitKey == nil || key.first.settings == machine.moment.settings)
      {
        report(.rejectedThoughItRan, "\(call) was answered rejected (\(code)), and \(key.name) ran")
      }
      if sent.isEmpty { checkRefusal(call, code) }
    }
    if status == "accepted", !keys.contains(where: { $0.ran != nil && call.keys.contains($0.name) }) {
      report(.acceptedThoughItDidNotRun, "\(call) was answered accepted")
    }
    let hasFaults = world.statistics.diskErrors > 0
    for key in sent {
      key.callsInFlight -= 1
      let recorded = ReferenceModel.outcome(of: key.name, world.disk)
      key.isSettled = recorded != nil && !key.isTold
      if !hasFaults, call.explicitKey == nil, let status, status != "duplicate", recorded != status {
        report(
          .ledgerDisagrees,
          "\(call) was answered \(status) (\(code)), the ledger says \(recorded ?? "nothing") of \(key.name)")
      }
      if key.told != "accepted" { key.told = status }
      if status == "accepted" { key.isUndelivered = call.isCancelled }
    }
  }

  /// Checks that a refusal by this program does not hide that the same call may have run.
  private func checkRefusal(_ call: SimulatedCall, _ code: String) {
    guard !["LEDGER_UNREADABLE", "LEDGER_UNWRITABLE", "INVALID_ARGUMENTS", "IDEMPOTENCY_KEY_REUSED"].contains(code)
    else { return }
    let moment = machine.moment
    let rule =
      call.server.choice.triggers.first { $0.tool == call.tool }.flatMap { $0.rule }
      ?? call.arguments["rule_id"]?.stringValue
    guard let rule else { return }
    let identity = ReferenceModel.identity(call, rule: rule)
    guard let prior = keys.last(where: { $0.identity == identity }), prior.ran != nil, prior.callsInFlight == 0,
      !prior.isPlatform || prior.cents > 0,
      prior.told == nil || prior.told == "unknown", call.explicitKey == nil || call.explicitKey == prior.name,
      (lastExplicit[identity] ?? .min) <= prior.first.now,
      isKeyFresh(prior, moment),
      // Another server cannot know an outcome that did not reach the disk.
      prior.isSettled || prior.process?.isOver == true
    else { return }
    report(.rejectedRepeat, "\(call) was answered rejected (\(code)), and the same call ran as \(prior.name)")
  }

  /// Returns the ledger's status of the last attempt under a key.
  static func outcome(of key: String, _ disk: SimulatedDisk) -> String? {
    line(ofOutcome: key, disk).flatMap { text(after: #""status":""#, in: $0, from: 0) }
  }

  /// Returns the line of that outcome and everything after it.
  static func line(ofOutcome key: String, _ disk: SimulatedDisk) -> [UInt8]? {
    let ledgers = disk.contents.filter { $0.name.hasPrefix("ledger") && $0.name.hasSuffix(".jsonl") }.map(\.bytes)
    let mark = Array(#""idempotency_key":"\#(key)""#.utf8)
    guard let bytes = disk.names["ledger.jsonl"]?.cached ?? ledgers.last(where: { $0.holds(mark) }),
      let mark = bytes.lastPosition(of: Array(#""idempotency_key":"\#(key)""#.utf8))
    else { return nil }
    let start = bytes[..<mark].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    guard let id = text(after: #""id":""#, in: bytes, from: start),
      let line = bytes.lastPosition(of: Array(#""type":"outcome","intent":"\#(id)""#.utf8)),
      // A torn line does not count.
      bytes.position(of: [0x0A], from: line) != nil
    else { return nil }
    return Array(bytes[line...])
  }

  /// Returns the codes of all outcomes recorded under a key, oldest first. A rotation repeats some.
  static func codes(ofOutcomes key: String, _ disk: SimulatedDisk) -> [String] {
    let ledgers = disk.contents.filter { $0.name.hasPrefix("ledger") && $0.name.hasSuffix(".jsonl") }.map(\.bytes)
    return ledgers.flatMap { bytes -> [String] in
      guard let mark = bytes.position(of: #""idempotency_key":"\#(key)""#, from: 0) else { return [] }
      let start = bytes[..<mark].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
      guard let id = text(after: #""id":""#, in: bytes, from: start) else { return [] }
      var (codes, position): ([String], Int) = ([], mark)
      while let line = bytes.position(of: #""type":"outcome","intent":"\#(id)""#, from: position) {
        position = line + 1
        // A torn line does not count.
        guard bytes.position(of: [0x0A], from: line) != nil else { break }
        codes += text(after: #""code":""#, in: bytes, from: line).map { [$0] } ?? []
      }
      return codes
    }
  }

  private static func text(after mark: String, in bytes: [UInt8], from start: Int) -> String? {
    guard let found = bytes.position(of: mark, from: start) else { return nil }
    return String(decoding: bytes[(found + mark.utf8.count)...].prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
  }
}
