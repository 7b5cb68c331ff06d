import Platform
import SequenceAPI
import TestSupport
import Testing

/// Certificates and names, over real TLS.
@Suite(.enabled(if: TestCertificates.isPossible, "needs the openssl command and libssl 3"))
struct TLSTests {
  private let certificates: TestCertificates

  init() throws { certificates = try TestCertificates() }

  private func trigger(
    _ server: TLSServer, _ environment: [String: String], host: String = "127.0.0.1"
  ) throws -> (outcome: TriggerOutcome, requests: [String]) {
    let server = try RawServer([.fine], tls: server)
    defer { server.stop() }
    let transport = CurlTransport(environment: environment)
    let outcome = try SequenceClient.real("https://\(host):\(server.port)", transport: transport).triggerSample()
    return (outcome, server.requests)
  }

  @Test(arguments: ["SSL_CERT_FILE", "CURL_CA_BUNDLE"])
  func `an own authority is trusted`(variable: String) throws {
    let server = try certificates.server(for: "IP:127.0.0.1")
    let (outcome, requests) = try trigger(server, [variable: certificates.authority])
    #expect(outcome.word == "accepted", "\(outcome)")
    #expect(requests.count == 1)
  }

  @Test func `a name is checked by DNS name`() throws {
    let server = try certificates.server(for: "DNS:localhost")
    let (outcome, _) = try trigger(server, ["SSL_CERT_FILE": certificates.authority], host: "localhost")
    #expect(outcome.word == "accepted", "\(outcome)")
  }

  @Test func `a wrong authority is refused`() throws {
    try certificates.addAuthority("other")
    let error = try expectNothingSent(to: try certificates.server(for: "IP:127.0.0.1", signedBy: "other"))
    #expect(error?.message.hasSuffix("is signed by an authority that this machine does not trust") == true)
  }

  @Test func `a wrong name is refused`() throws {
    let error = try expectNothingSent(to: try certificates.server(for: "DNS:example.org"))
    #expect(error?.message.contains("certificate") == true)
  }

  @Test func `an expired certificate is refused`() throws {
    let error = try expectNothingSent(to: try certificates.server(for: "IP:127.0.0.1", isExpired: true))
    #expect(error?.message == "no secure connection to the server: its certificate has expired")
  }

  @Test func `a plain server is refused in our words`() throws {
    // The answer of a plain HTTP server to a TLS greeting.
    let server = try RawServer([.init(text: "HTTP/1.1 400 Bad Request\r\n\r\n")], answersAtOnce: true)
    defer { server.stop() }
    let transport = CurlTransport(environment: ["SSL_CERT_FILE": certificates.authority])
    let error = try SequenceClient.real("https://127.0.0.1:\(server.port)", transport: transport).triggerSample().error
    #expect(error?.code == "TLS_ERROR")
    #expect(
      error?.message
        == "no secure connection to the server: it does not speak TLS on this port, or no version that this machine "
        + "accepts")
    #expect(server.requests.isEmpty)
  }

  @Test func `a proxy with an unknown authority is named`() throws {
    try certificates.addAuthority("other")
    let proxy = try RawServer([], tls: try certificates.server(for: "IP:127.0.0.1", signedBy: "other"))
    defer { proxy.stop() }
    let transport = CurlTransport(environment: [
      "SSL_CERT_FILE": certificates.authority, "HTTPS_PROXY": "https://127.0.0.1:\(proxy.port)",
    ])
    let error = try SequenceClient.real("https://api.sequence-mcp.invalid", transport: transport).triggerSample().error
    #expect(error?.code == "PROXY_ERROR", "\(error as Any)")
    #expect(
      error?.message
        == "no secure connection to the proxy 127.0.0.1:\(proxy.port) (set by HTTPS_PROXY): its certificate"
        + " is signed by an authority that this machine does not trust")
  }

  @discardableResult
  private func expectNothingSent(to server: TLSServer) throws -> SequenceAPIError? {
    let (outcome, requests) = try trigger(server, ["SSL_CERT_FILE": certificates.authority])
    #expect(outcome.word == "rejected")
    #expect(outcome.error?.code == "TLS_ERROR")
    #expect(requests.isEmpty)
    return outcome.error
  }
}
