import JSON
import Secrets
import SequenceAPI
import TestSupport
import Testing

/// Secrets that the API echoes, at each place from which a text is read and around each length to which texts are truncated.
@Suite struct ScrubbingTests {
  private static let known = "kn0wn-not-a-real-secret-0123456789abcdef"
  private static let own = "0wn-not-a-real-secret-9876543210fedcba98"
  private static let scrubber: SecretScrubber = {
    let scrubber = SecretScrubber()
    scrubber.register(Secret(known))
    return scrubber
  }()

  /// Returns what a trigger's caller sees of an answer, with one registered secret and one passed for this call.
  private func seen(_ reply: FakeTransport.Reply) throws -> String {
    let client = try SequenceClient.scripted(FakeTransport([reply]), scrubber: Self.scrubber)
    let outcome = try client.triggerSample(secret: Secret(Self.own))
    return "\(outcome)"
  }

  private static func places(_ text: String) -> [FakeTransport.Reply] {
    let value = JSONValue.string(text)
    func json(_ status: Int, _ body: JSONValue) -> FakeTransport.Reply { .json(status, JSONWriter.text(body)) }
    return [
      json(401, ["code": "INVALID_API_SECRET", "message": value]), json(401, ["code": value, "message": "m"]),
      json(403, ["error": ["code": value, "message": value]]), json(200, ["code": "OK", "error": value]),
      json(200, ["code": "OK", "message": value, "data": ["requestId": value]]), json(200, ["message": value]),
      .json(302, "", [.init("location", "https://" + text + "/x")]),
      .failure(.init(.tlsFailed, text, mayHaveBeenSent: false)),
    ]
  }

  @Test(arguments: [80, 200, 253, 300, 2000], [known, own])
  func `no part of a secret survives a cut`(limit: Int, secret: String) throws {
    // Each place around which the secret is cut within its first or last bytes, and every fifth between.
    let whole = limit - secret.utf8.count
    for start in (whole - 2)...(limit + 2)
    where start >= 0 && (start <= whole + 2 || start >= limit - 8 || start % 5 == 0) {
      let text = String(repeating: "x", count: start) + secret + "yz"
      for reply in Self.places(text) {
        #expect(try !seen(reply).contains(secret.prefix(6)), "at \(start), \(reply)")
      }
    }
  }

  @Test func `a secret of digits is taken out of a number`() throws {
    let scrubber = SecretScrubber()
    scrubber.register(Secret("4815162342"))
    let body = #"{"code":"OK","data":{"requestId":94815162342}}"#
    let client = try SequenceClient.scripted(FakeTransport([.json(200, body)]), scrubber: scrubber)
    #expect(try !"\(client.triggerSample())".contains("4815162342"))
  }

  @Test func `a guess does not cut a known secret into pieces`() throws {
    let scrubber = SecretScrubber()
    scrubber.register(Secret(Self.known))
    let reply = FakeTransport.Reply.json(
      401, JSONWriter.text(["code": "INVALID_API_SECRET", "message": .string(Self.known)]))
    let client = try SequenceClient.scripted(FakeTransport([reply]), scrubber: scrubber)
    let outcome = try client.triggerSample(secret: Secret(String(Self.known.prefix(12))))
    #expect(outcome.error?.message == "<redacted>")
  }

  @Test func `accounts are scrubbed too`() throws {
    let body = #"{"data":{"accounts":[{"id":"a","name":"\#(Self.own)"}],"errors":["\#(Self.own)"]}}"#
    let list = try SequenceClient.scripted(FakeTransport([.json(200, body)])).accounts(accessToken: Secret(Self.own))
    #expect(list.accounts.first?.name == "<redacted>")
    #expect(list.errors == ["<redacted>"])
  }
}
