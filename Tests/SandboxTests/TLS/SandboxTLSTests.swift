import Foundation
import Testing

@testable import Sandbox

/// With certificates made on the spot, and the `openssl` command as the client.
@Suite(.enabled(if: TestCertificates.isOpenSSLThere)) struct SandboxTLSTests {
  @Test func aClientThatTrustsTheAuthorityIsServed() throws {
    try withTLS { server, certificates in
      let answer = try certificates.client(server, trusting: "ca.pem", request: TestRequest.trigger(closes: true))
      #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(server.moves.map(\.isCarriedOut) == [true])
    }
  }

  @Test func aClientThatDoesNotGetsNothingAndTheServerGoesOn() throws {
    try withTLS { server, certificates in
      let answer = try certificates.client(server, trusting: "other.pem", request: TestRequest.trigger(closes: true))
      #expect(answer.isEmpty)
      #expect(server.moves.isEmpty)
      #expect(server.apiRequestCount == 0)
      let again = try certificates.client(
        server, trusting: "ca.pem", request: TestRequest.accounts(["Connection": "close"]))
      #expect(again.hasPrefix("HTTP/1.1 200 OK\r\n"))
    }
  }

  @Test func aLargeAnswerComesWhole() throws {
    try withTLS { server, certificates in
      server.script([.hugeBody(bytes: 3_000_000)])
      let answer = try certificates.client(server, trusting: "ca.pem", request: TestRequest.trigger(closes: true))
      #expect(TestAnswer(whole: Array(answer.utf8))?.body.count == 3_000_000)
    }
  }

  @Test func aClientThatSpeaksPlainHTTPIsTurnedAway() throws {
    try withTLS { server, _ in
      let client = try TestClient(server)
      client.send(TestRequest.trigger())
      _ = client.readToEnd()
      #expect(server.apiRequestCount == 0)
    }
  }

  @Test func filesThatAreNoCertificateAreAnError() {
    #expect(throws: SandboxTLS.Failure.self) {
      try SandboxTLS(certificateChainFile: "/dev/null", privateKeyFile: "/dev/null")
    }
  }

  private func withTLS(_ body: (SandboxServer, TestCertificates) throws -> Void) throws {
    let certificates = try TestCertificates()
    defer { certificates.remove() }
    let server = SandboxServer(configuration: TestRequest.configuration)
    try server.start(
      tls: SandboxTLS(
        certificateChainFile: certificates.path("server.pem"), privateKeyFile: certificates.path("server.key")))
    defer { server.stop() }
    #expect(server.baseURL?.hasPrefix("https://127.0.0.1:") == true)
    try body(server, certificates)
  }
}
