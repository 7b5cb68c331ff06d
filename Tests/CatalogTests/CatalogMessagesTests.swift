import Foundation
import JSON
import MCP
import Platform
import Rules
import Secrets
import TestSupport
import Testing

@testable import Catalog
@testable import Safeguards
@testable import SequenceAPI

/// The messages to a model when a call does not do what was asked, word for word, as recorded in `Messages/failures.txt`.
struct MessagesTests {
  private static let run: JSONObject = ["outcome": "failed"]

  private static let ownFailures: [ToolFailure] = [
    .invalidArguments(
      [ArgumentFault(argument: "amount", problem: "is 9999, which is over the maximum", allowed: "at most 500")],
      of: "move_to_savings", status: .rejected),
    .secret(
      SecretFault(.fileMissing, "there is no secret file 'x'", help: "put it there"), what: "the rule's API secret",
      status: .rejected),
    .declined, .dismissed, .notTicked, .clientGone, .confirmationTimedOut(["Nobody answered within 5 minutes."]),
    .cannotAsk, .needsTerminal, .needsApproval(code: "K7QM-3XZP"), .needsApproval(code: "K7QM-3XZP", hasKey: true),
    .declined.explained(by: ["No window was opened: there is no display."]),
    .simulationNotClean(.nothingMoved, run), .simulationUnfinished(nil),
    .simulationLost(
      ToolFailure(SequenceErrorCode.timeout.error("no answer within 30 s"), status: nil),
      "the simulation got no usable answer", wasSent: true, isCounted: true),
    .simulationLost(
      ToolFailure(SequenceErrorCode.unauthorized.error("the key is not valid"), status: nil),
      "a simulation without an answer could not be repeated", wasSent: false, isCounted: false),
    .simulationUnread(
      SequenceErrorCode.accessDenied.error("not allowed"), .unread(blocksService: false), isCounted: true),
    .simulationUnread(nil, .unread(blocksService: true), isCounted: false),
    .simulationUnread(nil, .unproven(blocksService: false), isCounted: true),
    .simulationUnread(nil, .unread(blocksService: false), isCounted: false),
    .simulationNotProven(run),
    .simulationAmountsUnreadable(.denied(SequenceErrorCode.accessDenied.error("not allowed")), run),
    .simulationAmountsUnreadable(.noAmount, run),
    .tooManySimulations(seconds: 12), .unknownRun("by the tool 'split'"), .cancelled,
    .noSecret(ruleID: "ru_777", acceptsAPISecret: true), .noSecret(ruleID: "ru_777", acceptsAPISecret: false),
    .declaredRule(declared(isEnabled: true)), .declaredRule(declared(isEnabled: false)),
    .unknownTool("move_to_saving"), .cancelled.ofRepeat(of: "key-1"),
    .outOfTime, .outOfTimeUnbegun, .outOfTimeUnsent, .aboutToBeSent, .beingSent(key: "key-1"),
  ]

  private static func declared(isEnabled: Bool) -> Rule {
    var rule = Rule()
    (rule.alias, rule.ruleID, rule.isEnabled) = ("move_to_savings", "ru_1", isEnabled)
    return rule
  }

  private static let refusals: [Refusal] = [
    .stillRunning, .stillAsked, .simulationRunning, .simulationCounts, .callChanged, .keyExpired, .keyAgeUnknown,
    .callTooOld,
    .transfersChanged,
    .repeatChanged(from: Money(cents: 50_00), to: nil),
    .simulationNotProven, .simulationNotCounted, .simulationNotRead, .unreadNotCounted, .lostNotCounted, .keyTaken,
    .secretInArguments, .secretInConfiguration, .callTooLarge, Approvals.missing, Approvals.tooMany,
    QuestionRegister.replaced,
    .configurationChanged,
    Refusal(LedgerFault(.unreadable, path: "/state/ledger.jsonl", line: 3, problem: "not an entry", help: "")),
    Refusal(LedgerFault(.unwritable, path: "/state/ledger.jsonl", problem: "No space left on device", help: "")),
  ]

  /// Each limit as a call can meet it: over it alone, which waiting does not change, or together with earlier calls.
  private static let limits: [Refusal] = LimitKind.allCases.flatMap { kind -> [Refusal] in
    switch kind {
    case .perCall: [limit(kind, used: 0, needed: 700, freesIn: nil)]
    case .perDay, .per30Days:
      [limit(kind, used: 0, needed: 700, freesIn: nil), limit(kind, used: 200, needed: 400, freesIn: 5_400_000)]
    case .callsPerDay, .callsPer30Days: [limit(kind, used: 500, needed: 1, freesIn: 5_400_000)]
    case .cooldown: [limit(kind, used: 0, needed: 0, freesIn: 5_400_000)]
    }
  }

  private static func limit(_ kind: LimitKind, used: Int64, needed: Int64, freesIn milliseconds: Int64?) -> Refusal {
    LimitRefusal(
      kind: kind, tool: milliseconds == nil ? nil : "move_to_savings", cap: 500, used: used, needed: needed,
      freesInMilliseconds: milliseconds, now: 1_763_827_200_000,
      room: milliseconds != nil && kind.unit == .cents ? 300 : nil
    ).refusal
  }

  private static let apiErrors = SequenceErrorCode.all.map { $0.error("MESSAGE") }

  private static func block(_ failure: ToolFailure) -> String {
    // The command that installs something differs between machines.
    let help = failure.help.components(separatedBy: " On this machine: ")[0]
    return [
      failure.code + (failure.status.map { " (\($0.rawValue))" } ?? "") + (failure.isRetryable ? ", retryable" : ""),
      "  message: " + failure.message, "  help: " + help,
    ].joined(separator: "\n")
  }

  private static let programFailures =
    ownFailures
    + (refusals + limits).map { refusal in
      refusal.isOfRepeat ? .refused(refusal).ofRepeat(of: "key-1") : .refused(refusal)
    }

  @Test func `each code of a failure has a text here`() {
    let recorded = Set(Self.programFailures.map(\.code))
    // `pause.txt` has the text of a pause, and the others are in results of `configuration_error` or only in the ledger.
    let others: Set<CallCode> = [
      .paused, .configurationError, .unknown, .serverStopped, .simulated, .settledByOwner,
    ]
    #expect(CallCode.allCases.filter { !recorded.contains($0.rawValue) && !others.contains($0) } == [])
  }

  @Test func `each failure's text is unchanged`() throws {
    let doubt = SequenceErrorCode.timeout.error("no answer within 30 s")
    let failures: [ToolFailure] =
      Self.programFailures + Self.apiErrors.map { ToolFailure($0, status: .rejected) } + [
        ToolFailure(doubt.inDoubt(idempotencyKey: "key-1"), status: .unknown, idempotencyKey: "key-1"),
        ToolFailure(doubt.inRepeatOfUnknown(idempotencyKey: "key-1"), status: .unknown, idempotencyKey: "key-1"),
      ]
    try Snapshot.expect(failures.map(Self.block).joined(separator: "\n\n") + "\n", is: "Messages/failures.txt")
  }

  @Test func `a pause's text is unchanged`() throws {
    let world = try World(Fixtures.savings(), [.accepted])
    _ = try world.result("move_to_savings", #"{"amount":1}"#)
    var blocks: [String] = []
    for text in ["", "on holiday until Monday\n"] {
      try world.pause(text)
      let content = try world.result("move_to_savings", #"{"amount":1}"#).structuredContent
      blocks.append(
        "PAUSED\n  message: \(content?["message"]?.stringValue ?? "")\n  help: \(content?["hint"]?.stringValue ?? "")")
    }
    try Snapshot.expect(blocks.joined(separator: "\n\n") + "\n", is: "Messages/pause.txt")
  }
}
