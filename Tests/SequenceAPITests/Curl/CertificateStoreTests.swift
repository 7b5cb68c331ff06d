import Foundation
import SequenceAPI
import Testing

@Suite struct CertificateStoreTests {
  @Test func `missing certificates say what to install`() {
    let store = CertificateStore(environment: ["SSL_CERT_FILE": "/nowhere/ca.crt"])
    let fault = Prerequisites.certificatesFault(store)
    #expect(fault?.code == "MISSING_CA_CERTIFICATES")
    #expect(fault?.message == "SSL_CERT_FILE names '/nowhere/ca.crt', which is not a readable file")
  }

  @Test func `a present library is not a fault`() { #expect(Prerequisites.libraryFault() == nil) }

  private func error(_ store: CertificateStore) throws -> SequenceAPIError? {
    let transport = CurlTransport(certificates: store, proxy: ProxySettings(environment: [:]))
    return try SequenceClient.real("https://127.0.0.1:9", transport: transport).triggerSample().error
  }

  @Test func `a missing directory names the package`() throws {
    let store = CertificateStore(environment: [:], directory: "/nowhere/certs", bundles: ["/nowhere/bundle.crt"])
    let error = try #require(try error(store))
    #expect(error.code == "MISSING_CA_CERTIFICATES")
    #expect(error.message == "there are no certificates to verify the server with")
    #expect(error.help.contains("apt-get install ca-certificates"))
  }

  @Test func `a directory without certificates is treated like a missing one`() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "sequence-mcp-ca-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try Data().write(to: directory.appending(path: "README.txt"))
    let store = CertificateStore(environment: [:], directory: directory.path, bundles: [])
    #expect(try error(store)?.code == "MISSING_CA_CERTIFICATES")
    try Data().write(to: directory.appending(path: "4042bcee.0"))
    // Now there is a certificate to verify with, but nobody listens there.
    #expect(try error(store)?.code == "NETWORK_ERROR")
  }

  @Test func `a named file must be there`() throws {
    let store = CertificateStore(environment: ["SSL_CERT_FILE": "/nowhere/my.pem", "CURL_CA_BUNDLE": ""])
    let error = try #require(try error(store))
    #expect(error.code == "MISSING_CA_CERTIFICATES")
    #expect(error.message == "what SSL_CERT_FILE names is not a readable file")
  }

  @Test(
    arguments: [
      "", "not a certificate\n", "-----BEGIN RSA PRIVATE KEY-----\n", "-----BEGIN CERTIFICATE-----\n",
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
      "-----BEGIN CERTIFICATE-----\nMIIBMAMCAQA=\n-----END CERTIFICATE-----\n",
      "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\nMAUwAwIBAA==\n",
      "-----BEGIN CERTIFICATE-----\nMAUwAwIBAA==\n",
    ])
  func `a named file without a certificate is reported as such`(text: String) throws {
    let path = FileManager.default.temporaryDirectory.path + "/sequence-mcp-ca-\(UUID().uuidString).pem"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    let error = try #require(try error(CertificateStore(environment: ["CURL_CA_BUNDLE": path])))
    #expect(error.code == "MISSING_CA_CERTIFICATES")
    #expect(error.message == "what CURL_CA_BUNDLE names contains no certificate")
    #expect(error.help.hasPrefix("If SSL_CERT_FILE or CURL_CA_BUNDLE is set, it must name a file of certificates"))
  }
}
