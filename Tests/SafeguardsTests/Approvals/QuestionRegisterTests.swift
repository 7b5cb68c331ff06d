import JSON
import Testing

@testable import Safeguards

struct QuestionRegisterTests {
  let world = World()

  @Test("a question that cannot be closed is reported: until its server ends, the same call is refused as running")
  func failedClosingIsReported() throws {
    let questions = world.makeGuard().questions
    let question = try questions.open(.save(), isWaiting: true).get()
    #expect(!world.isNoticed("ledger.jsonl"))
    try world.append("damaged\n")
    questions.close(question)
    #expect(world.isNoticed("ledger.jsonl"))
  }
}
