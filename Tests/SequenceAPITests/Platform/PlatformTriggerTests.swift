import JSON
import SequenceAPI
import TestSupport
import Testing

/// The outcome of a trigger for each answer of the Platform API.
@Suite struct PlatformTriggerTests {
  private func outcome(_ replies: [FakeTransport.Reply], repeatsUnknown: Bool = false) throws -> TriggerOutcome {
    let client = try SequenceClient.platform(FakeTransport(replies))
    let request = try PlatformAPI.sample().trigger(
      ruleID: "6b881677-6b5a-4b73-a944-72d1a7d32946", body: ["executeAmount": 100], idempotencyKey: "key-1",
      tool: "pay")
    return client.trigger(request, secret: SequenceClient.sampleKey, repeatsUnknown: repeatsUnknown)
  }

  private static let words = [
    "live": "accepted", "simulation": "accepted", "empty body": "accepted", "key used with another body": "unknown",
    "disabled": "rejected", "trigger type": "rejected", "no scope": "rejected", "still in flight": "unknown",
    "too many": "rejected",
  ]

  @Test(arguments: PlatformExample.of("triggerRule"))
  func `an example means what it says`(example: PlatformExample) throws {
    let outcome = try outcome(Array(repeating: .answer(example.response), count: 3))
    #expect(outcome.word == Self.words[example.name])
    #expect(outcome.error?.code == example.body["error"]?["code"]?.stringValue)
  }

  @Test func `a denial asks for a scope of the one API key, not for a rule's own secret`() throws {
    let help = try outcome([.json(403, #"{"error":{"code":"ACCESS_DENIED","message":"no"}}"#)]).error?.help ?? ""
    #expect(help.contains("TRIGGER_RULES") && !help.contains("secret"))
  }

  @Test(
    arguments: TrustedResponsesTests.signsOfFailure)
  func `a sign of failure anywhere in an acceptance leaves it unknown`(sign: String) throws {
    let run = #""executionId":"60b3bedc-e0ec-4dea-bc43-4d6e6054aa24""#
    for body in [#"{"data":{\#(run)},\#(sign)}"#, #"{"data":{\#(run),\#(sign)}}"#] {
      #expect(try outcome([.json(202, body)]).word == "unknown", "\(body)")
    }
  }

  @Test func `an acceptance has the run and the request`() throws {
    let body = #"{"data":{"executionId":"60B3BEDC-E0EC-4DEA-BC43-4D6E6054AA24"},"requestId":"req-1"}"#
    guard case .accepted(let acceptance) = try outcome([.json(202, body)]) else {
      Issue.record("not accepted")
      return
    }
    #expect(acceptance.executionID == "60b3bedc-e0ec-4dea-bc43-4d6e6054aa24")
    #expect(acceptance.requestID == "req-1")
    #expect(acceptance.code == nil)
  }

  @Test(arguments: [
    (200, #"{"data":{"executionId":"60b3bedc-e0ec-4dea-bc43-4d6e6054aa24"}}"#), (202, "{}"), (202, "<html>"),
    (202, #"{"data":{"executionId":"e-1"}}"#), (202, #"{"data":{"executionId":null}}"#),
    (202, #"{"data":{"executionId":"60b3bedc-e0ec-4dea-bc43-4d6e6054aa2g"}}"#), (202, #"{"data":{"requestId":"r"}}"#),
    (202, #"{"code":"FAILED","data":{"executionId":"60b3bedc-e0ec-4dea-bc43-4d6e6054aa24"}}"#),
    (202, #"{"error":{"code":"X"},"data":{"executionId":"60b3bedc-e0ec-4dea-bc43-4d6e6054aa24"}}"#),
    (404, "404 Not Found"), (409, #"{"error":{"code":"OTHER"}}"#),
  ])
  func `other answers leave a doubt`(status: Int, body: String) throws {
    #expect(try outcome(Array(repeating: .json(status, body), count: 3)).word == "unknown")
  }

  @Test func `an answer that still runs is asked for once more under the same key`() throws {
    let accepted = FakeTransport.Reply.answer(PlatformExample.named("live", "triggerRule"))
    let running = FakeTransport.Reply.answer(PlatformExample.named("still in flight", "triggerRule"))
    #expect(try outcome([running, accepted]).word == "accepted")
    #expect(try outcome([running, running, accepted]).word == "unknown")
  }

  @Test func `a repeat of an unknown run stays unknown`() throws {
    let disabled = FakeTransport.Reply.answer(PlatformExample.named("disabled", "triggerRule"))
    #expect(try outcome([disabled], repeatsUnknown: true).word == "unknown")
  }
}
