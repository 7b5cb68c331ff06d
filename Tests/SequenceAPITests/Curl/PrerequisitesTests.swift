import Testing

@testable import SequenceAPI

@Suite struct PrerequisitesTests {
  @Test func missingCertificatesSayWhatToInstall() {
    let store = CertificateStore(environment: ["SSL_CERT_FILE": "/nowhere/ca.crt"])
    let fault = Prerequisites.certificatesFault(store)
    #expect(fault?.code == "MISSING_CA_CERTIFICATES")
    #expect(fault?.message == "SSL_CERT_FILE names '/nowhere/ca.crt', which is not a readable file")
  }

  @Test func presentLibraryIsNoFault() { #expect(Prerequisites.libraryFault() == nil) }
}
