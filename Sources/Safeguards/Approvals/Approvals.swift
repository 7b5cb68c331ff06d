import JSON

/// Calls that wait for the person's word at the terminal, and those that have it (CONFIG.md, Confirmation, `fallback: terminal`).
///
/// Each is a file `approval-CODE.json` of the state folder, so that `sequence-mcp approve` in another process finds it. It holds for
/// one call of exactly these arguments and this payload: 15 minutes until it is approved, 5 minutes from then, and once.
package final class Approvals: Sendable {
  package static let pendingMilliseconds: Int64 = 15 * 60_000
  package static let approvedMilliseconds: Int64 = 5 * 60_000
  /// How many may wait at once; a model that asks again and again must not fill the disk.
  static let limit = 64

  /// The longest approval file, in bytes.
  private static let fileLimit = 16 << 20

  private let ledger: Ledger
  private let scrub: @Sendable (String) -> String

  init(ledger: Ledger, scrub: @escaping @Sendable (String) -> String) {
    self.ledger = ledger
    self.scrub = scrub
  }

  /// Puts a call before the person, or finds it there already.
  /// - Parameter title: the rule's title, for the person.
  /// - Returns: what a later `approve` must name, or why there can be none.
  package func request(_ trigger: TriggerIntent, title: String?) -> Result<PendingApproval, Refusal> {
    if let refusal = CallScreen.refusal(of: trigger, scrub: scrub) { return .failure(refusal) }
    let call = RecordedCall(trigger)
    return access { contents, directory throws(LedgerFault) in
      let (waiting, over) = Approvals.all(in: directory, contents)
      for name in over { directory.remove(name) }
      if let found = waiting.first(where: { $0.approvedAtMilliseconds == nil && $0.lets(trigger, call.binding) }) {
        return .success(found)
      }
      guard waiting.count < Approvals.limit else { return .failure(Approvals.tooMany) }
      let approval = PendingApproval(
        code: ApprovalCode.random(contents.randomBits), tool: trigger.tool, title: title.map(scrub),
        ruleID: trigger.ruleID,
        amount: trigger.amount, arguments: trigger.arguments, payload: trigger.payload, binding: call.binding.hex,
        createdAtMilliseconds: contents.now, createdAtMonotonic: contents.monotonic, approvedAtMilliseconds: nil,
        approvedAtMonotonic: nil)
      try directory.replace(approval.fileName, with: LedgerEntry.line(approval.json))
      return .success(approval)
    }
  }

  /// The call that waits under a code, written in any case, with or without its dash; nil where none does any more.
  package func pending(code: String) throws(LedgerFault) -> PendingApproval? {
    try ledger.read { contents throws(LedgerFault) in
      guard let directory = contents.directory, let code = ApprovalCode.normalized(code) else { return nil }
      return Approvals.all(in: directory, contents).holding.first { $0.code == code }
    }
  }

  /// Lets the call of that code through once, within the next 5 minutes.
  /// - Returns: false where nothing waits under the code, or the person has approved it already.
  package func approve(code: String) throws(LedgerFault) -> Bool {
    try ledger.write { contents throws(LedgerFault) in
      guard let directory = contents.directory, let code = ApprovalCode.normalized(code),
        var approval = Approvals.all(in: directory, contents).holding.first(where: { $0.code == code }),
        approval.approvedAtMilliseconds == nil
      else { return false }
      approval.approvedAtMilliseconds = contents.now
      approval.approvedAtMonotonic = contents.monotonic
      try directory.replace(approval.fileName, with: LedgerEntry.line(approval.json))
      return true
    }
  }

  /// The approval of this very call, where the person has given it; its payload is what they saw, and what must be sent.
  /// `TriggerGuard.reserve` with `.terminal` uses it up.
  package func approved(_ trigger: TriggerIntent) -> PendingApproval? {
    let binding = RecordedCall(trigger).binding
    return try? ledger.read { contents throws(LedgerFault) in
      contents.directory.flatMap { directory in
        Approvals.all(in: directory, contents).holding.first {
          $0.approvedAtMilliseconds != nil && $0.lets(trigger, binding)
        }
      }
    }
  }

  /// Uses an approval up, under the ledger's lock: the file is gone before anything is sent.
  /// - Parameter payload: what will be sent, which must be what the person saw.
  static func use(_ binding: Digest, payload: JSONValue, in contents: LedgerContents) -> Bool {
    guard let directory = contents.directory,
      let approval = all(in: directory, contents).holding.first(where: {
        $0.approvedAtMilliseconds != nil && $0.binding == binding.hex && $0.shows(payload)
      })
    else { return false }
    return directory.remove(approval.fileName)
  }

  static let missing = Refusal(
    code: "APPROVAL_MISSING",
    message: "Nothing was sent: the person's approval of this call has run out, or was used already.",
    hint: "Make the call again to get a new code for the person.", isRetryable: true)

  private static let tooMany = Refusal(
    code: "TOO_MANY_APPROVALS",
    message: "Nothing was sent: \(limit) calls wait for the person's approval already.",
    hint: "Wait until the person has answered, or until the codes have run out after 15 minutes.", isRetryable: true)

  private func access(
    _ body: (inout LedgerContents, any StateDirectory) throws(LedgerFault) -> Result<PendingApproval, Refusal>
  ) -> Result<PendingApproval, Refusal> {
    do throws(LedgerFault) {
      return try ledger.write { contents throws(LedgerFault) in
        guard let directory = contents.directory else { return .failure(Approvals.missing) }
        return try body(&contents, directory)
      }
    } catch {
      return .failure(Refusal(error))
    }
  }

  /// Every approval that still holds, and the names of the files whose approvals hold no more.
  private static func all(
    in directory: any StateDirectory, _ contents: LedgerContents
  ) -> (holding: [PendingApproval], over: [String]) {
    var holding: [PendingApproval] = []
    var over: [String] = []
    for name in directory.names(startingWith: "approval-") {
      if let approval = read(name, in: directory), approval.holds(contents.now, monotonic: contents.monotonic) {
        holding.append(approval)
      } else {
        over.append(name)
      }
    }
    return (holding, over)
  }

  private static func read(_ name: String, in directory: any StateDirectory) -> PendingApproval? {
    guard let file = try? directory.openFile(name, .reading), let size = try? file.size(), size <= fileLimit,
      let bytes = try? file.read(at: 0, capacity: size),
      let value = try? JSONParser.parse(bytes, depthLimit: LedgerEntry.depthLimit),
      let approval = PendingApproval(value), approval.fileName == name
    else { return nil }
    return approval
  }
}
