import Catalog
import JSON
import MCP
import Secrets
import TestSupport
import Testing

@Suite struct ToolAnswerTests {
  @Test func `the text is the structured JSON`() throws {
    let world = try World(Fixtures.savings(), [.accepted, .refused(401, "INVALID_API_SECRET"), .lost, .lost])
    for amount in [1, 1, 2, 3, 9999] {
      let result = try world.result("move_to_savings", #"{"amount":\#(amount)}"#)
      #expect(result.text == JSONWriter.text(.object(try #require(result.structuredContent))))
    }
  }

  @Test(arguments: [200, 401])
  func `words of Sequence are cleaned in both channels`(_ status: Int) throws {
    let message = "Pay\u{202E} now\u{200B}\n\u{1B}[1m"
    let world = try World(Fixtures.savings(), [.refused(status, "C\u{2066}ODE", message)])
    let result = try world.result("move_to_savings", #"{"amount":1}"#)
    try world.expectConforming(result, "move_to_savings")
    // A code is a single word, or it is not used.
    #expect(result.code == "HTTP_ERROR")
    #expect(result.structuredContent?["message"]?.stringValue?.contains("Pay now [1m") == true)
    #expect(JSONWriter.text(.object(try #require(result.structuredContent))) == result.text)
  }

  @Test func `an acceptance without a code has null`() throws {
    let world = try World(Fixtures.savings(), [.json(200, #"{"message":"ok","data":{"requestId":"req_1"}}"#)])
    let result = try world.result("move_to_savings", #"{"amount":1}"#)
    try world.expectConforming(result, "move_to_savings")
    #expect(result.structuredContent?["status"] == "accepted")
    #expect(result.structuredContent?["code"] == .null)
    #expect(try world.result("move_to_savings", #"{"amount":1}"#).structuredContent?["code"] == .null)
  }

  @Test func `a long message is cut`() throws {
    let world = try World(Fixtures.savings(), [.refused(400, "INVALID_REQUEST", String(repeating: "m", count: 9000))])
    let result = try world.result("move_to_savings", #"{"amount":1}"#)
    #expect(result.text.utf8.count < 2500)
    #expect(result.structuredContent?["message"]?.stringValue?.utf8.count ?? 0 < 2100)
  }

  @Test(arguments: SecretFault.Kind.allCases)
  func `an unusable secret is reported in words, without its location`(kind: SecretFault.Kind) {
    let fault = SecretFault(kind, "the secret file '/home/ann/x' is wrong", help: "run: chmod 600 /home/ann/x")
    guard kind != .environmentMissing else { return }
    let failure = ToolFailure.secret(fault, what: "the access token", status: nil)
    let start = "No usable secret for this call: the access token: "
    #expect(failure.message.hasPrefix(start) && failure.message.hasSuffix(" (\(kind.rawValue))."))
    #expect(failure.message.dropFirst(start.count).split(separator: " ").count > 3)
    #expect(!(failure.message + failure.help).contains("/"))
  }
}
