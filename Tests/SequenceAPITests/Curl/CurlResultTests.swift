import Testing

@testable import SequenceAPI

/// The meaning of each of libcurl's result codes from 7.74 to 8.17 (libcurl-errors(3), read 2026-11), by number: versions
/// differ in which code they return in a situation.
@Suite struct CurlResultTests {
  @Test func `a trigger is looked at right before its first byte leaves, and awaited from then on`() {
    var asked = 0
    let stopped = CurlTransfer(awaitsAnswer: true) { true }
    #expect(!stopped.willSend() && stopped.sendings == 0 && stopped.wasCancelled)
    let sent = CurlTransfer(awaitsAnswer: true) {
      asked += 1
      return asked > 2
    }
    #expect(sent.shouldContinue() && sent.willSend())
    #expect(sent.shouldContinue() && !sent.wasCancelled && asked == 2)
  }

  private func error(
    _ code: Int32, sendings: Int = 1, status: Int = 0, verifyResult: Int = 0, reportsSending: Bool = true,
    certificates: String? = nil
  ) -> HTTPTransportError? {
    let transfer = CurlTransfer(isCancelled: { false })
    transfer.reportsSending = reportsSending
    for _ in 0..<sendings { _ = transfer.willSend() }
    let result = CurlResult(
      code: code, transfer: transfer, statusCode: status, wasKeptConnection: false, verifyResult: verifyResult,
      proxy: nil, proxyStatusCode: 0, proxyVerifyResult: 0, certificatesVariable: certificates, words: "words")
    do throws(HTTPTransportError) {
      _ = try result.response()
      return nil
    } catch {
      return error
    }
  }

  static let meanings: [(codes: [Int32], kind: HTTPTransportError.Kind)] = [
    ([6], .nameNotFound), ([7, 45, 89, 96], .connectionFailed), ([5, 97], .proxyFailed),
    ([35, 53, 54, 58, 59, 60, 64, 66, 83, 90, 91, 98, 101], .tlsFailed), ([77, 82], .missingCertificates),
    ([28], .timedOut), ([16, 18, 52, 55, 56, 65, 80, 81, 92, 95, 99], .connectionLost), ([8, 23, 61, 1], .unreadable),
    ([63], .bodyTooLarge), ([100], .headersTooLarge), ([3, 43], .badRequest),
    // Codes of other protocols, of misuse, and codes that are not known yet.
    ([2, 4, 9, 22, 26, 27, 33, 36, 42, 47, 48, 67, 78, 88, 93, 94, 102, 120], .internalFault),
  ]

  @Test(arguments: meanings.indices)
  func `a code means what it says`(row: Int) {
    for code in Self.meanings[row].codes { #expect(error(code)?.kind == Self.meanings[row].kind, "code \(code)") }
  }

  @Test func `certificates that cannot be used are named by their variable`() {
    let message = error(77, certificates: "SSL_CERT_FILE")?.message
    #expect(message == "what SSL_CERT_FILE names could not be read as certificates")
    #expect(error(77)?.message == "the certificates to verify the server with could not be read")
  }

  @Test func `an error of 100 is too large an answer once the request has left`() {
    #expect(error(100)?.kind.code.name == "RESPONSE_TOO_LARGE")
    #expect(error(100, sendings: 0)?.kind == .badRequest)
  }

  @Test func `out of memory in an answer is a header too long`() {
    #expect(error(27, status: 200)?.kind == .headersTooLarge)
  }

  @Test(arguments: 1...102 as ClosedRange<Int32>)
  func `a libcurl that does not report sending calls unsent only what is surely unsent`(code: Int32) {
    let before: Set<Int32> = [3, 5, 6, 7, 35, 48, 60, 77, 97]
    #expect(error(code, sendings: 0, reportsSending: false)?.mayHaveBeenSent == !before.contains(code))
  }

  @Test(arguments: [
    (60, 9, "its certificate is not valid yet"), (60, 10, "its certificate has expired"),
    (60, 18, "its certificate is signed by an authority that this machine does not trust"),
    (60, 20, "its certificate is signed by an authority that this machine does not trust"),
    (60, 0, "its certificate is for another name, or not trusted"),
    (60, 1, "its certificate is for another name, or not trusted"),
    (60, 23, "its certificate is not accepted (23)"),
    (35, 0, "it does not speak TLS on this port, or no version that this machine accepts"), (58, 0, "words"),
  ])
  func `the reason of a TLS failure is in our words`(code: Int32, verifyResult: Int, reason: String) {
    let message = error(code, sendings: 0, verifyResult: verifyResult)?.message
    #expect(message == "no secure connection to the server: " + reason)
  }
}
