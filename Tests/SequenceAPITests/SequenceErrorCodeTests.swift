import JSON
import Platform
import SequenceAPI
import TestSupport
import Testing

@Suite struct SequenceErrorCodeTests {
  @Test func `every code is distinct and helps`() {
    let all = SequenceErrorCode.all
    #expect(Set(all.map(\.name)).count == all.count)
    for code in all {
      #expect(!code.meaning.isEmpty && code.help.hasSuffix("."), "\(code.name)")
      #expect(SequenceErrorCode.named(code.name) == code)
    }
  }

  @Test(arguments: [(401, "UNAUTHORIZED"), (403, "INVALID_RULE"), (404, "RULE_NOT_FOUND")])
  func `the help for a refusal is about the API that was called`(status: Int, code: String) throws {
    let reply = FakeTransport.Reply.json(status, #"{"code":"\#(code)","message":"no"}"#)
    let client = try SequenceClient.platform(FakeTransport([reply, reply]))
    let remote = try #require(throws: SequenceAPIError.self) {
      try client.accounts(accessToken: SequenceClient.sampleSecret)
    }
    let platform = try #require(throws: SequenceAPIError.self) { try client.reader().rule(id: "r") }
    #expect(remote.code == code && platform.code == code && remote.help != platform.help)
    #expect(!["platform", "api: remote", "the key"].contains { remote.help.contains($0) }, "\(remote.help)")
  }

  @Test(
    arguments: [
      ("NETWORK_ERROR", .failure(.init(.connectionFailed, "refused", mayHaveBeenSent: false))),
      ("TLS_ERROR", .failure(.init(.tlsFailed, "expired", mayHaveBeenSent: false))),
      ("RESPONSE_TOO_LARGE", .failure(.init(.bodyTooLarge, "over 1 MiB", mayHaveBeenSent: true))),
      ("REDIRECT_REFUSED", .json(302, "", [HTTPHeader("location", "https://example.com")])),
      ("HTTP_ERROR", .json(404, "<html>")), ("HTTP_ERROR", .json(200, "<html>")), ("HTTP_ERROR", .json(200, "{}")),
    ] as [(String, FakeTransport.Reply)])
  func `the help for a wrong address names the key of the API that was called`(code: String, reply: FakeTransport.Reply)
    throws
  {
    let client = try SequenceClient.platform(FakeTransport(Array(repeating: reply, count: 6)))
    let remote = try #require(throws: SequenceAPIError.self) {
      try client.accounts(accessToken: SequenceClient.sampleSecret)
    }
    let platform = try #require(throws: SequenceAPIError.self) { try client.reader().rule(id: "r") }
    #expect(remote.code == code && platform.code == code)
    #expect(remote.help.contains("sequence.base_url") && !remote.help.contains("platform"), "\(remote.help)")
    #expect(platform.help.contains("sequence.platform.base_url"), "\(platform.help)")
    #expect(!platform.help.contains("sequence.base_url") && !platform.help.contains("trigger_path"))
  }
}
