import JSON
import MCP
import Synchronization
import TestSupport
import Testing

@testable import Catalog

/// The answer at the client's deadline, at each step of a call (CLIENTS, how long a client waits).
@Suite struct LateAnswerTests {
  /// A request that records its late answers, and is over from one of its steps on.
  private final class Request: Sendable {
    private let answers = Mutex<[LateAnswer?]>([])
    private let steps: Int
    private let client: String?

    /// - Parameter steps: After how many late answers the client has been answered.
    init(overAfter steps: Int = .max, client: String? = nil) {
      self.steps = steps
      self.client = client
    }

    var late: [LateAnswer?] { answers.withLock { $0 } }

    var context: ToolCallContext {
      var context = ToolCallContext(caller: ToolCaller(client: ToolCaller.Client(name: client)))
      context.storeLateAnswer = { [self] answer in
        answers.withLock { answers in
          answers.append(answer)
          return answers.count <= steps
        }
      }
      context.isCancelled = { [self] in
        answers.withLock { $0.count > steps && $0[steps - 1]?.endsCall == true }
      }
      return context
    }
  }

  private static let call = #"{"amount":50}"#

  @Test(
    arguments: [(nil, 50_000), ("copilot-cli", 170_000), ("Codex", 290_000)] as [(String?, Int64)])
  func `a trigger is rejected before it is sent, and unknown from then on, at the client's limit less ten seconds`(
    client: String?, deadline: Int64
  ) throws {
    let world = try World(Fixtures.savings(), [.accepted])
    let request = Request(client: client)
    #expect(try world.result("move_to_savings", Self.call, request.context).status == "accepted")
    #expect(request.late.map { $0?.result.status } == ["rejected", "unknown", "unknown", nil])
    #expect(request.late.compactMap { $0?.endsCall } == [true, false, false])
    #expect(request.late.compactMap { $0?.afterMilliseconds } == [deadline, deadline, deadline])
    let early = try #require(request.late[1]?.result)
    try world.expectConforming(early, "move_to_savings")
    #expect(early.code == "CALL_IN_PROGRESS" && early.structuredContent?["idempotency_key"] == nil)
    #expect(early.text.contains("may still be triggered") && !early.text.contains("will be recorded"))
    let told = try #require(request.late[2]?.result)
    try world.expectConforming(told, "move_to_savings")
    #expect(told.code == "CALL_IN_PROGRESS")
    #expect(told.structuredContent?["idempotency_key"]?.stringValue == world.keys().first)
  }

  @Test func `while a run is simulated the late answer is that of a lost simulation, and only then`() throws {
    let rule = PlatformFixtures.rule("Set taxes aside", "dedupe_window: 0s", "follow: 0s")
    let (run, simulated) = (Request(), Request())
    let world = try PlatformFixtures.world(rule, BankTransport())
    let arguments = #"{"tool":"run","arguments":{"amount":250}}"#
    #expect(try world.result("simulate_trigger", arguments, simulated.context).status == "simulated")
    #expect(simulated.late.map { $0?.result.status } == [nil, "unknown", nil])
    #expect(try world.result("run", #"{"amount":250}"#, run.context).status == "accepted")
    #expect(run.late.map { $0?.result.status } == ["rejected", "unknown", "rejected", "unknown", "unknown", nil])
    let told = try #require(run.late[1])
    try world.expectConforming(told.result, "run")
    #expect(told.endsCall && told.result.text.contains("may have taken the simulation"))
  }

  @Test func `while a person is asked there is no late answer, since the last channel answers`() throws {
    let request = Request()
    let world = try World(Fixtures.asksAlways, [.accepted])
    #expect(try world.call("move_to_savings", Self.call, request.context).question != nil)
    #expect(request.late.map { $0?.result.status } == ["rejected", nil])
  }

  @Test func `a late answer to a repeat of an unknown call says unknown at every step`() throws {
    let world = try World(Fixtures.savings(), [.lost, .lost, .accepted])
    #expect(try world.result("move_to_savings", Self.call).status == "unknown")
    let request = Request()
    #expect(try world.result("move_to_savings", Self.call, request.context).status == "accepted")
    #expect(request.late.map { $0?.result.status } == ["unknown", "unknown", "unknown", nil])
  }

  @Test func `an outcome that comes after the late answer is recorded, and the same call gets it at any later time`()
    throws
  {
    let world = try World(Fixtures.savings(), [.accepted, .accepted])
    _ = try world.result("move_to_savings", Self.call, Request(overAfter: 3).context)
    #expect(world.ledgerText.contains(#""delivered":false"#))
    world.clock.advance(milliseconds: 22 * 3_600_000)
    #expect(try world.result("move_to_savings", Self.call).status == "duplicate")
    #expect(world.transport.requests.count == 1)
  }

  @Test func `a call that was answered before it was sent is not sent`() throws {
    let world = try World(Fixtures.savings(), [.accepted])
    #expect(try world.result("move_to_savings", Self.call, Request(overAfter: 1).context).code == "CANCELLED")
    #expect(world.transport.requests.isEmpty && !world.hasIntent)
  }

  @Test func `a yes whose call was answered while it waited for a thread is sent, and counts as undelivered`() throws {
    let request = Request(overAfter: 2)
    let world = try World(Fixtures.asksAlways, [.accepted])
    let question = try #require(try world.call("move_to_savings", Self.call, request.context).question)
    let late = question.late(.confirmed, 5000)
    #expect(late?.endsCall == false && late?.result.status == "unknown")
    _ = question.answered(.accepted(isTicked: true), 5000)
    #expect(world.transport.requests.count == 1 && world.ledgerText.contains(#""delivered":false"#))
  }

  @Test(
    arguments: [
      (.declined, 5000, "DECLINED", false), (.cancelled, 5000, "DECLINED", false),
      (.notConfirmed, 5000, "NOT_CONFIRMED", false), (.confirmed, 55, "TIMEOUT", true),
      (.declined, 55, "TIMEOUT", true),
      (.timedOut, 5000, nil, false),
    ] as [(ToolQuestion.Answer, Int64, String?, Bool)])
  func `a no that waits for a thread is told as such, and what no person can have answered ends the call`(
    answer: ToolQuestion.Answer, milliseconds: Int64, code: String?, endsCall: Bool
  ) throws {
    let world = try World(Fixtures.asksAlways)
    let question = try #require(try world.call("move_to_savings", Self.call).question)
    let late = question.late(answer, milliseconds)
    #expect(late?.result.code == code && late.map(\.endsCall) == code.map { _ in endsCall })
    // The ledger is not looked at for it.
    #expect(late?.result.status == nil && late?.result.text.contains("may still be triggered") != true)
    if let late { try world.expectConforming(late.result, "move_to_savings") }
  }

  @Test func `a tool that only reads says that the time is over`() throws {
    let request = Request()
    _ = try World("version: 1", [.accounts([])]).result("get_accounts", "{}", request.context)
    #expect(request.late.map { $0?.result.code } == ["TIMEOUT"])
    #expect(request.late[0]?.endsCall == true && request.late[0]?.afterMilliseconds == 50_000)
  }

  @Test func `an owner who lets questions stay open for longer knows a client that waits for longer`() throws {
    let request = Request()
    let yaml = Fixtures.savings() + "server: {question_timeout: 300s}\n"
    _ = try World(yaml, [.accepted]).result("move_to_savings", Self.call, request.context)
    #expect(request.late[0]?.afterMilliseconds == 305_000)
  }
}
