import Platform
import Secrets
import SequenceAPI
import Testing

/// Certificates and names, over real TLS.
@Suite(.enabled(if: TestCertificates.isPossible, "needs the openssl command"))
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
  func ownAuthorityIsTrusted(variable: String) throws {
    let server = try certificates.server(for: "IP:127.0.0.1")
    let (outcome, requests) = try trigger(server, [variable: certificates.authority])
    #expect(outcome.word == "accepted", "\(outcome)")
    #expect(requests.count == 1)
  }

  @Test func nameIsCheckedByDNSName() throws {
    let server = try certificates.server(for: "DNS:localhost")
    let (outcome, _) = try trigger(server, ["SSL_CERT_FILE": certificates.authority], host: "localhost")
    #expect(outcome.word == "accepted", "\(outcome)")
  }

  @Test func wrongAuthorityIsRefused() throws {
    try certificates.authority("other")
    try expectNothingSent(to: try certificates.server(for: "IP:127.0.0.1", signedBy: "other"))
  }

  @Test func wrongNameIsRefused() throws {
    try expectNothingSent(to: try certificates.server(for: "DNS:example.org"))
  }

  @Test func expiredCertificateIsRefused() throws {
    let error = try expectNothingSent(to: try certificates.server(for: "IP:127.0.0.1", isExpired: true))
    #expect(error?.message == "no secure connection to the server: SSL certificate problem: certificate has expired")
  }

  @Test func plainServerIsNoSecureOne() throws {
    let server = try RawServer([.init(text: "HTTP/1.1 200 OK\r\n\r\n")])
    defer { server.stop() }
    let transport = CurlTransport(environment: ["SSL_CERT_FILE": certificates.authority])
    let client = try SequenceClient.real(
      "https://127.0.0.1:\(server.port)", transport: transport, timeoutMilliseconds: 500)
    #expect(client.triggerSample().word == "rejected")
    #expect(server.requests.isEmpty)
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
