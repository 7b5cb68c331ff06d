import Foundation
import JSON
import MCP
import Safeguards

/// The steps of people and of the machine.
extension Schedule {
  // MARK: People

  func answer() {
    let asking = calls.filter { $0.state == .asking && !$0.server.process.isOver }
    guard !asking.isEmpty else { return }
    let call = world.dice.pick(asking)
    let answer: ToolQuestion.Answer = world.dice.pick(
      weighted: [
        (6, .accepted(isTicked: true)), (1, .accepted(isTicked: false)), (1, .declined), (1, .cancelled),
        (1, .timedOut),
        (1, .unreadable), (1, .clientGone),
      ])
    world.trace.note("the person answers \(call): \(answer)")
    self.answer(call, answer)
  }

  private func answer(_ call: SimulatedCall, _ answer: ToolQuestion.Answer) {
    guard let question = call.question else { return }
    call.question = nil
    call.state = .running
    // Some answers arrive before a person can have read the question.
    let milliseconds: Int64 = world.dice.chance(15) ? 5 : 5000
    call.isConfirmed = answer == .accepted(isTicked: true) && milliseconds == 5000
    call.confirmedAt = world.machine.now
    run(call) { question.answered(answer, milliseconds) }
  }

  /// `sequence-mcp approve`, in a separate process.
  func approve() {
    guard !codes.isEmpty else { return }
    let (code, call) = world.dice.pick(codes)
    let process = SimulatedProcess(number: 100)
    let safeguards = SimulatedServer.safeguards(world, process, log) { $0 }
    guard (try? safeguards.approvals.pending(code: code)) != nil else { return }
    if world.dice.chance(20) { pass() }
    guard (try? safeguards.approvals.approve(code: code)) == true else { return }
    world.trace.note("the person approves \(code), \(call)")
    world.statistics.approvals += 1
    world.model.grants(call)
    process.isOver = true
  }

  /// `sequence-mcp settle`: the owner has checked the account and answers truthfully what happened to a call. A client may call
  /// again while the owner looks.
  func settle() {
    let process = SimulatedProcess(number: 102)
    let safeguards = SimulatedServer.safeguards(world, process, log) { $0 }
    defer { process.isOver = true }
    guard let calls = try? safeguards.unsettledCalls(), !calls.isEmpty else { return }
    let key = world.dice.pick(calls).idempotencyKey
    // An older call may have the same key of a caller's.
    guard var call = calls.last(where: { $0.idempotencyKey == key }) else { return }
    let truth = world.model.truth(of: key, world)
    let known = world.model.byName[key]
    let seen = known?.sendings
    if world.dice.chance(50) {
      world.trace.note("the owner looks what became of \(key)")
      begin(sameCall())
    }
    if world.plant == .settledUnseen {
      call = (try? safeguards.unsettledCalls())?.first { $0.idempotencyKey == key } ?? call
    }
    guard (try? safeguards.settle(call, byOwner: truth)) == true, world.model.byName[key] === known else { return }
    if known?.sendings != seen {
      world.model.report(
        .settledUnseen, "the owner's \(truth) covers \(key), which was sent after the owner had looked")
    }
    world.trace.note("the owner says of \(key): \(truth)")
    world.statistics.settled += 1
    world.model.isTold(key, truth)
  }

  func cancel() {
    let running = calls.filter { $0.state == .running && $0.fiber != nil && !$0.isCancelled }
    guard !running.isEmpty else { return }
    let call = world.dice.pick(running)
    world.trace.note("the client cancels \(call)")
    call.isCancelled = true
  }

  // MARK: The machine

  func pass() {
    var ranges: [(weight: Int, element: ClosedRange<Int64>)] = [
      (50, 1...3000), (25, 3000...120_000),
      // Between the window for repeats and the lifetime of an approval.
      (15, 120_000...240_000), (10, 120_000...3_600_000), (10, 3_600_000...108_000_000),
      (5, 86_400_000...1_728_000_000),
    ]
    if isSoak { ranges = Array(ranges.prefix(4)) }
    // A request is answered within its timeout, unless the machine sleeps.
    let isWaiting = calls.contains { $0.fiber != nil }
    let milliseconds = world.dice.number(world.dice.pick(weighted: isWaiting ? Array(ranges.prefix(2)) : ranges))
    world.machine.pass(milliseconds: milliseconds)
    world.trace.note("\(milliseconds) ms pass")
  }

  func sleep() {
    let milliseconds = world.dice.number(60_000...(isSoak ? 3_600_000 : 72_000_000))
    world.machine.sleep(milliseconds: milliseconds)
    // Like a virtual machine that was paused.
    let isForgotten = world.dice.chance(30)
    if isForgotten { world.machine.forgetSleep(milliseconds: milliseconds) }
    world.trace.note(
      "the machine sleeps for \(milliseconds) ms\(isForgotten ? ", and its wall clock does not know" : "")")
  }

  func setClock() {
    let milliseconds = world.dice.pick([
      0, 0, 30_000, 7_200_000, 90_000_000, 2_700_000_000, -30_000, -7_200_000, -90_000_000,
    ])
    world.machine.setWall(ahead: Int64(milliseconds))
    world.trace.note("the wall clock is set to \(milliseconds) ms ahead")
  }

  /// A tool puts an older copy of the ledger in its place, and the owner puts the ledger back.
  func restore() {
    guard let server = pickServer(), let ledger = world.disk.names["ledger.jsonl"], world.statistics.diskErrors == 0,
      !world.disk.hasGivenBackOtherBytes
    else { return }
    // The ends of the lines before the last one that the server has read.
    let ends = ledger.cached.prefix(server.process.read[ledger.number] ?? 0).indices.filter {
      ledger.cached[$0] == 0x0A
    }
    guard ends.count > 1 else { return }
    let copy = Array(ledger.cached[...world.dice.pick(ends.dropLast())])
    world.trace.note("an older copy of the ledger, of \(copy.count) bytes, is in its place")
    let call = SimulatedCall(
      number: calls.count + 1, server: server, tool: "trigger_rule", arguments: ["rule_id": "ru_777"],
      explicitKey: nil, isInline: true)
    calls.append(call)
    world.disk.replacing("ledger.jsonl", by: copy) { begin(call) }
    if !call.keys.isEmpty { world.model.report(.sentOnOlderLedger, "\(call) was sent") }
    world.trace.note("the ledger is back")
  }

  func pause() {
    if world.disk.names["paused"] == nil {
      _ = world.disk.make("paused")
    } else {
      world.disk.remove("paused")
    }
    world.disk.flushNames()
    world.trace.note(world.disk.names["paused"] == nil ? "the pause ends" : "the owner pauses all triggers")
  }

  /// A change that an owner makes to the file.
  enum Edit: CaseIterable {
    case caps, globalCaps, name, spelling, rule, enabled, readOnly, countedAmount
  }

  func reload() {
    // Never for long, since nothing happens meanwhile.
    if file.isReadOnly || !file.isEnabled {
      (file.isReadOnly, file.isEnabled) = (false, true)
    } else {
      switch world.dice.pick(swarm.edits) {
      case .caps: file.caps = world.dice.below(3)
      case .globalCaps: file.globalCaps = world.dice.below(3)
      case .name: file.isRenamed.toggle()
      case .spelling:
        // In one edit, as an owner might.
        file.isRespelled.toggle()
        if world.dice.chance(50) { file.isRenamed.toggle() }
      case .rule: file.isOtherRule.toggle()
      case .enabled: file.isEnabled.toggle()
      case .readOnly: file.isReadOnly.toggle()
      case .countedAmount: file.countsFee.toggle()
      }
    }
    world.statistics.reloads += 1
    world.trace.note("the configuration becomes \(file)")
    for server in servers { server.load(file) }
    // The server withdraws questions that no longer apply, unless the answer is already on its way.
    for call in calls where call.state == .asking && call.question?.isCurrent() == false && world.dice.chance(70) {
      world.trace.note("  the question of \(call) is withdrawn")
      answer(call, .withdrawn)
    }
  }

  func startServer() {
    serverCount += 1
    let server = SimulatedServer(world, number: serverCount, file, log: log)
    servers.append(server)
    started.append(server)
    world.trace.note("server \(serverCount) starts")
  }

  func stop() {
    guard let server = pickServer() else { return }
    world.trace.note("\(server) stops")
    server.stop()
    crash(server.process, .process)
  }

  /// Ends the process, or the machine with all of its processes.
  func crash(_ process: SimulatedProcess, _ crash: World.Crash) {
    world.statistics.crashes += 1
    let ending = crash == .machine ? servers.map(\.process) : [process]
    for process in ending + [process] where !process.isOver {
      process.isOver = true
      world.disk.unlockAll(of: process)
      world.model.ends(process, calls, world)
    }
    servers.removeAll { $0.process.isOver }
    guard crash == .machine else { return }
    world.disk.crash(&world.dice)
    world.machine.reboot(downMilliseconds: world.dice.number(1000...7_200_000))
    world.model.crashed(world.disk, hasFaults: world.statistics.diskErrors > 0)
  }

  func crashMachine() {
    guard let server = servers.first else { return }
    world.trace.note("the power fails")
    crash(server.process, .machine)
  }

  func arm() {
    let after = world.dice.below(12)
    switch world.dice.pick(weighted: swarm.faults) {
    case .process: world.arm(.crash(.process), after: after)
    case .machine: world.arm(.crash(.machine), after: after)
    case .full: world.arm(.error(ENOSPC, times: 1 + world.dice.below(4)), after: after)
    case .broken: world.arm(.error(EIO, times: 1 + world.dice.below(3)), after: after)
    // Few operations are removals, so the next one fails, whenever it comes.
    case .failedRemoval: world.arm(.failedRemoval, after: 0)
    }
  }

  /// A fault in the middle of a disk operation.
  enum DiskFault {
    case process, machine, full, broken, failedRemoval
  }
}
