import Config
import JSON
import Platform
import Rules
import Safeguards

/// `settle`: the owner's answer to whether a call with an unknown outcome ran.
enum SettleCommand: Subcommand {
  static let name = "settle"
  static let summary = "record whether a call with an unknown outcome ran"
  static let operands = "[KEY [AMOUNT]]"
  static let operandCount = 0...2
  static let details = """
    Without a KEY it lists the calls whose outcome is unknown. With a KEY (an idempotency key, or its first characters, at
    least 4), it shows the call and asks at the terminal. Check your Sequence account first. A call that ran counts toward
    the limits with the amount it moved; a call that did not run does not count, and the same call is then a new one.
    '--ran AMOUNT' also corrects the amount of a call that you settled earlier.
    It works with an invalid configuration, too.
    """
  static let examples = ["settle", "settle 7d0c41 --ran", "settle 7d0c41 --ran 25.00", "settle 7d0c41 --did-not-run"]

  static let ran = Option.flag("--ran", "it ran, and moved AMOUNT (what was asked for, unless given)")
  static let didNotRun = Option.flag("--did-not-run", "it did not run, and moved nothing")
  static let operandsComplete: CompletionList? = .unsettledKeys
  static let options = [Option.config, Option.stateDirectory, ran, didNotRun, ServeCommand.sandbox, .utc, .wide]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let word = try word(arguments)
    let input = try ConfigurationInput.ofAnyFile(arguments, console)
    try input.requireOwnState(Self.self, [], arguments)
    if let fault = input.stateFault(arguments, console) { throw fault }
    let ledger = Ledger(path: input.stateDirectory, clock: SystemClock(), notice: { console.note($0) })
    let safeguards = TriggerGuard(ledger: ledger)
    let calls = try CommandError.opening(safeguards.unsettledCalls())
    var unreached: [String] {
      ClientSurvey(console).unreached(by: [input.state.real], [name], asks: true)
    }
    guard let key = arguments.operands.first else {
      list(calls, unreached, arguments, console)
      return .success
    }
    guard let word else { throw .usage("say whether it ran: '\(ran.name)' or '\(didNotRun.name)'") }
    if word == .ran(amount: nil), key.utf8.count < ShortIDs.minLength, (try? enteredMoney(key)) != nil,
      !calls.contains(where: { $0.idempotencyKey.hasSameBytes(as: key) })
    {
      throw .usage(
        "'\(key)' may be an AMOUNT: name the call by at least \(ShortIDs.minLength) characters of its KEY first")
    }
    let call: UnsettledCall
    do throws(CommandError) {
      call = try find(key, in: calls, safeguards)
    } catch {
      console.error(error.message)
      console.say(unreached: unreached)
      return error.exitCode
    }
    try check(word, call, arguments)
    // There is no option to say yes: a model with a shell could then settle calls.
    let message = message(of: call, word, TimeText(arguments))
    guard try Terminal.answer(question(word, call), about: message, width: console.width) == .yes else {
      console.out("Nothing was recorded.")
      return .failure
    }
    guard try CommandError.opening(safeguards.settle(call, byOwner: word)) else {
      throw .failure(
        "nothing was recorded: the call was sent again while you were asked, or its outcome became known; look again")
    }
    console.out("Recorded.")
    return .success
  }

  /// - Returns: nil if neither option is given.
  private static func word(_ arguments: ParsedArguments) throws(CommandError) -> OwnerStatement? {
    let amount = arguments.operands.count > 1 ? arguments.operands[1] : nil
    try arguments.refuse(ran, with: didNotRun)
    let isSettled = arguments.has(ran) || arguments.has(didNotRun)
    guard !isSettled || !arguments.operands.isEmpty else { throw .usage("name the call by its KEY") }
    guard arguments.has(ran) || amount == nil else { throw .usage("an AMOUNT works only with '\(ran.name)'") }
    guard arguments.has(ran) else { return isSettled ? .didNotRun : nil }
    guard let amount else { return .ran(amount: nil) }
    return .ran(
      amount: try CommandError.mapping(try enteredMoney(amount)) { (_: MoneyError) in
        .usage("'\(amount)' is not an amount in dollars, such as $25.00")
      })
  }

  /// Finds the call, among those that are settled already only if no other has the key.
  private static func find(
    _ key: String, in calls: [UnsettledCall], _ safeguards: TriggerGuard
  ) throws(CommandError) -> UnsettledCall {
    func found(_ calls: [UnsettledCall], _ kind: String) throws(CommandError) -> UnsettledCall? {
      // A key that was settled as one that did not run may have been used again.
      if let exact = calls.last(where: { $0.idempotencyKey.hasSameBytes(as: key) }) { return exact }
      let found = calls.filter { key.utf8.count >= 4 && $0.idempotencyKey.utf8.starts(with: key.utf8) }
      guard found.count < 2 else {
        throw .failure("\(found.count) calls \(kind) have keys that begin with '\(key)'")
      }
      return found.first
    }
    if let call = try found(calls, "with an unknown outcome") { return call }
    if let call = try found(try CommandError.opening(safeguards.settledCalls()), "that you settled") { return call }
    throw .failure("no call with an unknown outcome has a key that begins with '\(key)'")
  }

  /// Refuses a word without an amount that the limits need, and one that contradicts an earlier word.
  private static func check(
    _ word: OwnerStatement, _ call: UnsettledCall, _ arguments: ParsedArguments
  ) throws(CommandError) {
    if word == .ran(amount: nil), call.isSettled || call.runsOnBalance {
      let reason = call.isSettled ? "you settled it before" : "no amount was asked for"
      throw .usage("\(reason), and the limits count what it moved: add the AMOUNT, such as 25.00")
    }
    guard word == .didNotRun, call.isSettled else { return }
    throw .failure(
      call.settledAmount == nil
        ? "you recorded before that it did not run"
        : "you recorded that it ran, which stays; if it moved nothing, correct the amount: "
          + "'\(arguments.next(Self.self, arguments.operands[0], "0", ran.name))'")
  }

  private static func list(
    _ calls: [UnsettledCall], _ unreached: [String], _ arguments: ParsedArguments, _ console: Console
  ) {
    defer { console.say(unreached: unreached) }
    if calls.isEmpty { return console.say("No call has an unknown outcome" + (unreached.isEmpty ? "." : " here.")) }
    let time = TimeText(arguments)
    let keys = ShortIDs(calls.map(\.idempotencyKey), isWide: arguments.has(.wide))
    let rows = calls.map { call in
      [
        time.of(milliseconds: call.intent.timeMilliseconds), VisibleText.line(call.intent.tool, limit: 64),
        call.amount.map { DollarText.of($0) } ?? "-", VisibleText.line(call.outcome?.code ?? "-", limit: 40),
        VisibleText.line(keys.of(call.idempotencyKey), limit: 64),
      ]
    }
    let table = TextTable(rows: [["TIME", "TOOL", "AMOUNT", "CODE", "KEY"]] + rows, rightAligned: [2])
    console.out(table.text(console))
    console.say("Check your Sequence account first; then record for each, by its key, whether it ran:")
    guard let first = calls.first.map({ VisibleText.line(keys.of($0.idempotencyKey), limit: 64) }) else { return }
    for word in [ran, didNotRun] { console.out("  " + arguments.next(Self.self, first, word.name)) }
  }

  private static func message(of call: UnsettledCall, _ word: OwnerStatement, _ time: TimeText) -> String {
    let what = call.intent.isSimulation ? "was to simulate" : "triggered"
    var lines = [
      "\(VisibleText.line(call.intent.tool, limit: 64)) \(what) the Sequence rule "
        + "\(VisibleText.line(call.intent.ruleID, limit: 128)) at \(time.of(milliseconds: call.intent.timeMilliseconds))."
    ]
    if call.attemptCount > 1 {
      lines.append(
        "There were \(call.attemptCount) attempts, the last one at \(time.of(milliseconds: call.lastSentAtMilliseconds))."
      )
    }
    if call.intent.isSimulation {
      lines.append("Nothing proves that it moved nothing: check whether the rule ran then.")
    }
    if call.isLostSimulation, !call.isSettled {
      lines.append("The same call, made again within 23 hours, simulates it again, which may end the doubt.")
    }
    if call.isSettled {
      let counted = call.settledAmount.map { "ran and moved \(DollarText.of($0))" } ?? "did not run"
      lines.append("You recorded before that it \(counted).")
    } else if let outcome = call.outcome {
      lines.append(
        "Outcome: unknown (\(VisibleText.line(outcome.code, limit: 40)): \(VisibleText.line(outcome.message, limit: 200)))"
      )
    } else {
      lines.append("Outcome: unknown (the server ended before the answer came)")
    }
    if let amount = call.amount { lines.append("Amount: \(DollarText.of(amount))") }
    lines += call.intent.arguments.members.map {
      "  \(VisibleText.line($0.key, limit: 64)): \(JSONWriter.shownText($0.value))"
    }
    lines.append("Sent: \(JSONWriter.shownText(call.intent.payload))")
    lines.append("Key: \(VisibleText.line(call.idempotencyKey, limit: 64))")
    if case .ran(let moved?) = word, let asked = call.amount, moved > asked {
      lines.append("\(DollarText.of(moved)) is more than the \(DollarText.of(asked)) that was asked for.")
    }
    return lines.joined(separator: "\n")
  }

  private static func question(_ word: OwnerStatement, _ call: UnsettledCall) -> String {
    let tool = VisibleText.line(call.intent.tool, limit: 64)
    switch word {
    case .ran(let amount):
      let moved = (amount ?? call.amount).map { " and moved \(DollarText.of($0))" } ?? ""
      return "Record that \(tool) ran\(moved)?"
    case .didNotRun: return "Record that \(tool) did not run, so that it no longer counts?"
    }
  }
}
