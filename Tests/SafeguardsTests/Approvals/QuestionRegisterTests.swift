import Foundation
import Testing

@testable import Safeguards

struct QuestionRegisterTests {
  let world = World()

  /// Returns the questions of another server, which cannot read question files.
  private func blindQuestions() -> QuestionRegister {
    var storage = TamperedStorage()
    storage.unreadablePrefix = "question-"
    return TriggerGuard(ledger: Ledger(path: world.directory, clock: world.clock, storage: storage)).questions
  }

  @Test func `another server's question that cannot be read now stays, and still takes its yes`() throws {
    let safeguard = world.makeGuard()
    var trigger = TriggerIntent.save()
    trigger.question = try safeguard.questions.open(trigger, isWaiting: true).get()
    _ = try blindQuestions().open(.save(note: "other"), isWaiting: true).get()
    #expect(safeguard.reserve(trigger).reservation != nil)
  }

  @Test func `a call is not asked about again while another server may be asking`() throws {
    let questions = world.makeGuard().questions
    let question = try questions.open(.save(), isWaiting: true).get()
    #expect(throws: Refusal.self) { try blindQuestions().open(.save(), isWaiting: true).get() }
    var trigger = TriggerIntent.save()
    trigger.question = question
    #expect(world.makeGuard().reserve(trigger).reservation != nil)
  }

  @Test func `a call that nobody is asked about is not sent while a person is asked about the same one`() throws {
    let safeguard = world.makeGuard()
    var asked = TriggerIntent.save()
    asked.question = try safeguard.questions.open(asked, isWaiting: true).get()
    let unasked = TriggerIntent.save(tool: "bills")
    for server in [safeguard, world.makeGuard()] {
      for same in [unasked, .save(tool: "bills", key: "k-1")] {
        #expect(server.reserve(same).refusal?.reason == Refusal.stillAsked.reason)
      }
      #expect(server.run(.save(note: "other")).reservation != nil)
    }
    #expect(safeguard.run(asked).reservation != nil)
    #expect(world.makeGuard().run(unasked).reservation != nil)
  }

  @Test func `calls with keys of their own are asked about separately`() throws {
    let safeguard = world.makeGuard()
    var first = TriggerIntent.save(key: "k-1")
    first.question = try safeguard.questions.open(first, isWaiting: false).get()
    #expect(throws: Never.self) { try safeguard.questions.open(.save(key: "k-2"), isWaiting: true).get() }
    #expect(!safeguard.questions.isAsked(first, underAnyKey: false))
    #expect(safeguard.questions.isAsked(first, underAnyKey: true))
    #expect(safeguard.reserve(first).refusal == nil)
    let codes = try ["k-3", "k-4"].map { try safeguard.approvals.request(.save(key: $0), title: nil).get().code }
    #expect(try safeguard.approvals.approve(code: codes[0]) && safeguard.approvals.withdraw(code: codes[1]))
    #expect(try safeguard.approvals.valid().map(\.code) == [codes[0]])
  }

  @Test(arguments: [(nil, nil), (nil, "k-1"), ("k-1", nil), ("k-1", "k-2")] as [(String?, String?)])
  func `a call that nobody is asked about voids a question that no call waits for, and a code`(
    askedKey: String?, sentKey: String?
  ) throws {
    let safeguard = world.makeGuard()
    var (asked, approved) = (TriggerIntent.save(key: askedKey), TriggerIntent.save(key: askedKey))
    let (code, other) = try (
      safeguard.approvals.request(asked, title: nil).get().code,
      safeguard.approvals.request(.save(note: "other"), title: nil).get().code
    )
    asked.question = try safeguard.questions.open(asked, isWaiting: false).get()
    #expect(try safeguard.approvals.approve(code: code))
    #expect(world.makeGuard().run(.save(tool: "bills", key: sentKey)).reservation != nil)
    approved.consent = .terminal
    #expect(safeguard.reserve(asked).refusal?.code == "QUESTION_REPLACED")
    // With a key of its own, it would double the one that was sent, of which its question said nothing.
    #expect(safeguard.reserve(approved).refusal?.code == (askedKey == nil ? "APPROVAL_MISSING" : "CALL_CHANGED"))
    #expect(try safeguard.approvals.valid().map(\.code) == [other])
  }

  @Test func `malformed questions and those of dead servers are removed`() throws {
    do {
      _ = try world.makeGuard().questions.open(.save(note: "dead"), isWaiting: true).get()
    }
    try Data("{".utf8).write(to: URL(filePath: world.path("question-0.json")))
    _ = try world.makeGuard().questions.open(.save(), isWaiting: true).get()
    #expect(world.names().filter { $0.hasPrefix("question-") } == [QuestionRegister.name(of: .save())])
  }

  @Test
  func `a question that cannot be closed is reported: until its server ends, the same call is refused as running`()
    throws
  {
    let questions = world.makeGuard().questions
    let question = try questions.open(.save(), isWaiting: true).get()
    #expect(!world.isNoticed("ledger.jsonl"))
    try world.append("damaged\n")
    questions.close(question)
    #expect(world.isNoticed("ledger.jsonl"))
  }
}
