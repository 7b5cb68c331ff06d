import JSON
import MCP
import Safeguards

/// One run of the program from one seed: a few servers and some dozens of steps, each chosen by the dice.
// `@unchecked Sendable`: see `SimulatedMachine`.
final class Schedule: @unchecked Sendable {
  let world: World
  let threads: FiberThreads
  let log: SimulatedLog
  var file: ConfigurationChoice
  var servers: [SimulatedServer] = []
  /// All servers that ever ran.
  var started: [SimulatedServer] = []
  var calls: [SimulatedCall] = []
  var codes: [(code: String, call: SimulatedCall)] = []
  private var callCount = 0
  var serverCount = 0
  let swarm: Swarm
  /// Whether it lasts for days, in small steps.
  let isSoak: Bool

  init(
    seed: UInt64, plant: Plant?, trace: Trace, threads: FiberThreads, log: SimulatedLog, knownOpen: Set<Violation.Kind>,
    isSoak: Bool = false
  ) {
    self.isSoak = isSoak
    world = World(seed: seed, plant: plant, trace: trace, knownOpen: knownOpen)
    self.threads = threads
    self.log = log
    file = ConfigurationChoice(caps: world.dice.below(3), globalCaps: world.dice.below(3))
    swarm = isSoak ? .everything : Swarm(&world.dice)
    world.platform.runsSimulations = swarm.runsSimulations
    if swarm.runsSimulations { file.globalCaps = 1 }
    world.crash = { [unowned self] process, crash in self.crash(process, crash) }
  }

  /// Runs all steps.
  /// - Returns: the promises that were broken, at the first step that broke any.
  func run() -> (violations: [Violation], statistics: Statistics) {
    world.statistics.schedules = 1
    if world.dice.chance(15) { startWithSmallLedger() }
    for _ in 0...world.dice.below(2) { startServer() }
    let steps = 15 + world.dice.below(30)
    for _ in 0..<steps {
      if !world.model.violations.isEmpty { break }
      step()
    }
    if world.model.violations.isEmpty { finish() }
    abandon()
    return (world.model.violations, world.statistics)
  }

  // MARK: Steps

  enum Step: CaseIterable {
    case call, again, resume, answer, approve, settle, cancel, pass, sleep, clock, reload, restore, pause, kill, stop,
      start, crash, fault

    /// How often the step is chosen, relative to the others.
    var weight: Int {
      switch self {
      case .resume: 30
      case .call, .again: 22
      case .pass: 12
      case .answer: 10
      case .approve: 8
      case .reload: 7
      case .clock, .fault: 4
      case .cancel, .sleep, .start: 3
      case .settle, .restore, .pause, .kill, .crash: 2
      case .stop: 1
      }
    }

    /// Whether nothing at all would happen without it.
    var isNeeded: Bool { [.call, .again, .resume, .start].contains(self) }
  }

  func step() {
    world.statistics.steps += 1
    switch world.dice.pick(weighted: swarm.steps) {
    case .call: begin(newCall())
    case .again: begin(sameCall())
    case .resume: if let call = pickSuspended() { resume(call) }
    case .answer: answer()
    case .approve: approve()
    case .settle: settle()
    case .cancel: cancel()
    case .pass: pass()
    case .sleep: sleep()
    case .clock: setClock()
    case .reload: reload()
    case .restore: restore()
    case .pause: pause()
    case .kill:
      if let server = pickServer() {
        world.trace.note("\(server) is killed")
        crash(server.process, .process)
      }
    case .stop: stop()
    case .start: if servers.count < 3 { startServer() }
    case .crash: crashMachine()
    case .fault: arm()
    }
    drain()
  }

  func pickServer() -> SimulatedServer? { servers.isEmpty ? nil : world.dice.pick(servers) }

  private func pickSuspended() -> SimulatedCall? {
    let suspended = calls.filter { $0.fiber != nil }
    return suspended.isEmpty ? nil : world.dice.pick(suspended)
  }

  // MARK: Calls

  private func newCall() -> SimulatedCall? {
    guard let server = pickServer() else { return nil }
    let tool = world.dice.pick(weighted: swarm.tools)
    var arguments: JSONObject
    switch tool {
    case .generic:
      arguments = [
        "rule_id": .string(world.dice.pick(["ru_777", "ru_888"])), "payload": ["n": JSONValue(world.dice.below(2))],
      ]
      if arguments["rule_id"] == "ru_888" || world.dice.chance(30) {
        arguments["api_secret"] = .string(SimulatedSecrets.passed)
      }
    case .save, .twin, .rent, .bills:
      arguments = [
        "amount": JSONValue(world.dice.pick(swarm.amounts)), "fee": JSONValue(world.dice.pick(swarm.fees)),
        "note": .string(world.dice.pick(swarm.notes)),
      ]
    case .wages: arguments = ["amount": JSONValue(world.dice.pick(swarm.amounts))]
    case .sweep: arguments = [:]
    case .run: arguments = ["tool": .string(world.dice.pick(["wages", "sweep"]))]
    case .simulate:
      arguments = ["tool": "wages", "arguments": ["amount": JSONValue(world.dice.pick(swarm.amounts))]]
    }
    return make(server, tool == .save ? server.choice.saveAlias : tool.rawValue, arguments)
  }

  /// Returns the repeat of a call by a client, perhaps through another server or under the tool's new name.
  func sameCall() -> SimulatedCall? {
    guard let server = pickServer(), !calls.isEmpty else { return nil }
    let first = world.dice.pick(Array(calls.suffix(4)))
    return make(server, alias(of: first.tool, server), first.arguments)
  }

  /// Returns the tool itself, or sometimes another one of its rule.
  private func alias(of tool: String, _ server: SimulatedServer) -> String {
    switch tool {
    case "save", "put": world.dice.chance(10) ? "twin" : server.choice.saveAlias
    case "rent": world.dice.chance(30) ? "lease" : tool
    default: tool
    }
  }

  private func make(_ server: SimulatedServer, _ tool: String, _ arguments: JSONObject) -> SimulatedCall {
    let takesKey = tool != Swarm.Tool.run.rawValue && tool != Swarm.Tool.simulate.rawValue
    let key =
      takesKey && world.dice.chance(swarm.explicitKeyPercent) ? world.dice.pick(SimulatedCall.chosenKeys) : nil
    let call = SimulatedCall(
      number: callCount + 1, server: server, tool: tool, arguments: arguments, explicitKey: key,
      isInline: world.dice.chance(60))
    calls.append(call)
    callCount += 1
    world.statistics.calls += 1
    world.trace.note(
      "\(call): \(tool) \(JSONWriter.text(.object(call.allArguments))) at \(server)\(call.isInline ? "" : ", step by step")"
    )
    return call
  }

  func begin(_ call: SimulatedCall?) {
    guard let call else { return }
    run(call) { call.server.call(call) }
  }

  /// Runs a part of a call's code, in pieces unless the call is inline.
  func run(_ call: SimulatedCall, _ body: @escaping @Sendable () -> ToolReply?) {
    call.began = (world.machine.wallMilliseconds(), world.machine.bootMilliseconds())
    if call.isInline {
      enter(call)
      if let reply = body() { take(reply, of: call) }
      return leave()
    }
    call.fiber = Fiber(on: threads) { [unowned self] _ in
      if let reply = body() { self.take(reply, of: call) }
    }
    resume(call)
  }

  private func resume(_ call: SimulatedCall) {
    guard let fiber = call.fiber else { return }
    world.trace.note("\(call) goes on")
    enter(call)
    if !fiber.resume() { call.fiber = nil }
    leave()
  }

  private func enter(_ call: SimulatedCall) {
    world.current = call
    world.machine.callBegan = call.began
  }

  private func leave() {
    world.current = nil
    world.machine.callBegan = nil
  }

  private func take(_ reply: ToolReply, of call: SimulatedCall) {
    if call.server.process.isOver { return }
    switch reply {
    case .result(let result), .missingCapability(let result): finish(call, result)
    case .question(let question):
      guard call.tool == "bills" else {
        call.state = .asking
        call.question = question
        world.trace.note("  \(call) asks")
        world.model.asks(call, question.message)
        return
      }
      take(question.answered(.undeclared, 0), of: call)
    }
  }

  private func finish(_ call: SimulatedCall, _ result: ToolResult) {
    if call.server.process.isOver { return }
    call.state = .over
    var content = result.structuredContent ?? [:]
    if world.plant == .refusedRepeats, content["status"] == "unknown", call.keys.isEmpty {
      content["status"] = "rejected"
    }
    let status = content["status"]?.stringValue
    let code = content["code"]?.stringValue
    call.code = code
    world.trace.note("  \(call) is answered \(status ?? "-") \(code ?? "-")")
    count(status, sent: !call.keys.isEmpty)
    if let code = content["approval_code"]?.stringValue { codes.append((code, call)) }
    world.model.answers(call, content, world)
    look(for: call.server.shown(result), "the answer to \(call)")
  }

  private func count(_ status: String?, sent: Bool) {
    switch status {
    case "accepted": world.statistics.accepted += 1
    case "rejected" where sent: world.statistics.rejected += 1
    case "unknown": world.statistics.unknown += 1
    case "duplicate": world.statistics.duplicates += 1
    default: world.statistics.refusals += 1
    }
  }

  private func look(for bytes: [UInt8], _ place: String) {
    if let prefix = SimulatedSecrets.prefix(in: bytes) {
      world.model.report(.secretLeft, "'\(prefix)...' is in \(place)")
    }
  }

  // MARK: The end

  /// Runs the remaining code of ended processes.
  private func drain() {
    for call in calls where call.server.process.isOver {
      while call.fiber != nil { resume(call) }
      call.question = nil
    }
    if servers.isEmpty { startServer() }
  }

  /// Completes what is still open. Nothing goes wrong from here on.
  func finish() {
    world.trace.note("everything goes well from here on")
    world.mend()
    for call in calls where call.fiber != nil {
      while call.fiber != nil { resume(call) }
    }
    drain()
    lookWhetherRunsEnd()
    lookWhetherItWorks()
    for (name, bytes) in world.disk.contents { look(for: bytes, "the file \(name)") }
    look(for: log.drain(), "the log")
  }

  /// Checks that the ledger can always be read and written again, unless a disk returned bytes that nobody wrote.
  private func lookWhetherItWorks() {
    guard !world.disk.hasGivenBackOtherBytes, let server = servers.first else { return }
    let call = SimulatedCall(
      number: calls.count + 1, server: server, tool: "trigger_rule", arguments: ["rule_id": "ru_777"],
      explicitKey: "last", isInline: true)
    calls.append(call)
    world.disk.remove("paused")
    begin(call)
    if call.code?.hasPrefix("LEDGER") == true { world.model.report(.stuck, "\(call) was answered \(call.code ?? "")") }
  }

  /// Checks that the next server learns the result of each run, and of each simulation that could not be read, whatever
  /// happened, if its key may read transfers.
  private func lookWhetherRunsEnd() {
    guard !world.disk.hasGivenBackOtherBytes, world.platform.readsTransfers, world.platform.hasRun else { return }
    world.trace.note("all runs end, and another server starts")
    world.machine.pass(milliseconds: SimulatedPlatform.longestRun)
    startServer()
    guard let server = servers.last else { return }
    let safeguards = SimulatedServer.safeguards(world, SimulatedProcess(number: 101), log) { $0 }
    for run in (try? safeguards.openRuns()) ?? [] {
      let call = SimulatedCall(
        number: calls.count + 1, server: server, tool: Swarm.Tool.run.rawValue,
        arguments: ["execution_id": .string(run.executionID)], explicitKey: nil, isInline: true)
      calls.append(call)
      begin(call)
    }
    for run in (try? safeguards.openRuns()) ?? [] {
      world.model.report(.runLeftOpen, "nobody learned what became of \(run.executionID)")
    }
    world.model.checkDoubtful(world)
    world.model.compareRuns(world) { id in (try? safeguards.run(executionID: id)) ?? nil }
  }

  /// Runs all remaining code without checking it.
  func abandon() {
    for server in servers { server.process.isOver = true }
    for call in calls {
      while let fiber = call.fiber {
        enter(call)
        if !fiber.resume() { call.fiber = nil }
        leave()
      }
      call.question = nil
    }
    world.crash = nil
    for server in started { server.release() }
    _ = log.drain()
  }

  /// Creates a ledger whose first line lets it rotate soon.
  func startWithSmallLedger() {
    let line =
      #"{"type":"ledger","version":1,"created":"2026-11-21T00:00:00.000Z","#
      + #""rotate_at":\#(1500 + world.dice.below(3000)),"generation":1}"# + "\n"
    let ledger = world.disk.make("ledger.jsonl")
    world.disk.append(line.utf8, to: ledger)
    world.disk.flush(ledger)
    let lock = world.disk.make("ledger.lock")
    world.disk.append("ledger.jsonl exists\n".utf8, to: lock)
    world.disk.flush(lock)
    world.disk.flushNames()
  }
}
