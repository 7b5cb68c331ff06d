import Testing

@testable import SequenceAPI

@Suite struct PrerequisitesTests {
  @Test func `missing certificates say what to install`() {
    let store = CertificateStore(environment: ["SSL_CERT_FILE": "/nowhere/ca.crt"])
    let fault = Prerequisites.certificatesFault(store)
    #expect(fault?.code == "MISSING_CA_CERTIFICATES")
    #expect(fault?.message == "SSL_CERT_FILE names '/nowhere/ca.crt', which is not a readable file")
  }

  @Test func `a present library is not a fault`() { #expect(Prerequisites.libraryFault() == nil) }
}
