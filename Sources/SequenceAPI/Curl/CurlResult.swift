import CLibCurl

/// The result of a libcurl call and its interpretation.
struct CurlResult {
  /// A `CURLcode`.
  let code: Int32
  let transfer: CurlTransfer
  /// 0 if no response began.
  let statusCode: Int
  let wasKeptConnection: Bool
  /// The reason the server's certificate was rejected, as an OpenSSL number (`X509_V_ERR_`, x509_vfy.h); 0 if it was not
  /// rejected, or if the TLS library does not report a reason.
  let verifyResult: Int
  /// The proxy used for this call.
  let proxy: ProxySettings.Proxy?
  /// The proxy's status for `CONNECT`; 0 if there was no `CONNECT`.
  let proxyStatusCode: Int
  /// The same as `verifyResult`, for the proxy's certificate.
  let proxyVerifyResult: Int
  /// The environment variable that names the certificates; nil for the system's.
  var certificatesVariable: String?
  /// libcurl's fixed message for the code, which contains nothing from the request or the server.
  let words: String

  /// - Throws: `HTTPTransportError` if the response is incomplete.
  func response() throws(HTTPTransportError) -> HTTPResponse {
    guard code == Int32(CURLE_OK) else {
      let (kind, message) = failure()
      throw HTTPTransportError(
        kind, message, mayHaveBeenSent: mayHaveBeenSent, statusCode: statusCode == 0 ? nil : statusCode,
        wasKeptConnection: wasKeptConnection || transfer.sendings > 1)
    }
    return HTTPResponse(statusCode: statusCode, headers: transfer.headers, body: transfer.body)
  }

  private var mayHaveBeenSent: Bool {
    transfer.reportsSending ? transfer.sendings > 0 : !CurlResult.codesBeforeSending.contains(Int(code))
  }

  /// The codes that mean no byte of the request was sent, for a libcurl that does not report sending.
  private static let codesBeforeSending = [
    CURLE_URL_MALFORMAT, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT,
    CURLE_SSL_CONNECT_ERROR, CURLE_UNKNOWN_OPTION, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
    CURLE_PROXY,
  ]

  /// The failure kinds and their codes, from libcurl 7.74 to 8.17. A code missing here is an internal fault.
  private static let kinds: [(kind: HTTPTransportError.Kind, codes: [Int])] = [
    (.nameNotFound, [CURLE_COULDNT_RESOLVE_HOST]),
    (
      .connectionFailed,
      [CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED, CURLE_NO_CONNECTION_AVAILABLE, CURLE_QUIC_CONNECT_ERROR]
    ),
    (.proxyFailed, [CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY]),
    (
      .tlsFailed,
      [
        CURLE_SSL_CONNECT_ERROR, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED,
        CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_PEER_FAILED_VERIFICATION, CURLE_USE_SSL_FAILED,
        CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT,
        CURLE_ECH_REQUIRED,
      ]
    ),
    (.missingCertificates, [CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE]),
    (.timedOut, [CURLE_OPERATION_TIMEDOUT]),
    (
      .connectionLost,
      [
        CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_SEND_FAIL_REWIND,
        CURLE_SSL_SHUTDOWN_FAILED, CURLE_AGAIN, CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_HTTP3, CURLE_UNRECOVERABLE_POLL,
      ]
    ),
    // The transfer's own callbacks also reject bytes, but then the transfer records the reason.
    (.unreadable, [CURLE_BAD_CONTENT_ENCODING, CURLE_WEIRD_SERVER_REPLY, CURLE_WRITE_ERROR]),
    (.bodyTooLarge, [CURLE_FILESIZE_EXCEEDED]),
    (.headersTooLarge, [CURLE_TOO_LARGE]),
    (.badRequest, [CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_FUNCTION_ARGUMENT]),
  ]

  private func failure() -> (HTTPTransportError.Kind, String) {
    if transfer.isBodyTooLarge { return (.bodyTooLarge, message(.bodyTooLarge)) }
    if transfer.areHeadersTooLarge { return (.headersTooLarge, message(.headersTooLarge)) }
    if transfer.wasCancelled { return (.cancelled, "the call was cancelled") }
    if transfer.sendings > 1 { return (.connectionLost, "the connection was closed before an answer came") }
    let kind = kind
    if let message = proxyMessage(kind) { return (.proxyFailed, message) }
    let isOnTheWay = !mayHaveBeenSent && kind != .badRequest && kind != .internalFault
    return (kind, message(kind) + (isOnTheWay ? proxy.map { " (through \($0.words))" } ?? "" : ""))
  }

  private var kind: HTTPTransportError.Kind {
    // libcurl treats a response without a status line as "HTTP/0.9", and reports that as a protocol that is not allowed.
    if code == Int32(CURLE_UNSUPPORTED_PROTOCOL) && mayHaveBeenSent { return .unreadable }
    // Before 8.6, libcurl reports a header line over its own limit as "out of memory".
    if code == Int32(CURLE_OUT_OF_MEMORY) && statusCode != 0 { return .headersTooLarge }
    if code == Int32(CURLE_TOO_LARGE) && !mayHaveBeenSent { return .badRequest }
    return CurlResult.kinds.first { $0.codes.contains(Int(code)) }?.kind ?? .internalFault
  }

  /// Returns the message for a failure between this machine and a proxy, or in the proxy; nil otherwise.
  private func proxyMessage(_ kind: HTTPTransportError.Kind) -> String? {
    guard let proxy, !mayHaveBeenSent else { return nil }
    if proxyStatusCode != 0, proxyStatusCode / 100 != 2 {
      return "\(proxy.words) refused to connect to the server (status \(proxyStatusCode))"
    }
    let hasPassed = proxyStatusCode != 0
    switch kind {
    case .proxyFailed, .connectionFailed:
      let reason =
        code == Int32(CURLE_COULDNT_RESOLVE_PROXY) ? "its name could not be looked up" : "it did not answer or refused"
      return "no connection through \(proxy.words): \(reason)"
    case .nameNotFound where proxy.looksUpNames && !hasPassed:
      return "no connection through \(proxy.words): its name could not be looked up"
    case .timedOut where !hasPassed: return "no connection through \(proxy.words) was made in time"
    case .connectionLost where !hasPassed: return "the connection through \(proxy.words) was closed"
    case .unreadable where !hasPassed, .headersTooLarge where !hasPassed: return "\(proxy.words) does not speak HTTP"
    case .badRequest: return "\(proxy.words) cannot be used: libcurl does not accept its address"
    case .tlsFailed where proxy.isEncrypted && !hasPassed:
      return "no secure connection to \(proxy.words): \(tlsReason(proxyVerifyResult))"
    case .nameNotFound, .timedOut, .connectionLost, .unreadable, .headersTooLarge, .tlsFailed, .bodyTooLarge,
      .cancelled, .missingLibrary, .missingCertificates, .internalFault:
      return nil
    }
  }

  private func message(_ kind: HTTPTransportError.Kind) -> String {
    switch kind {
    case .nameNotFound: "the server's name could not be looked up"
    case .connectionFailed: "no connection to the server: it did not answer or refused"
    case .proxyFailed: "no connection to the proxy: \(words)"
    case .tlsFailed: "no secure connection to the server: \(tlsReason(verifyResult))"
    case .timedOut:
      mayHaveBeenSent ? "no complete answer arrived in time" : "no connection to the server was made in time"
    case .connectionLost:
      statusCode == 0
        ? "the connection was lost before an answer came" : "the connection was lost in the middle of the answer"
    case .unreadable: "the server's answer could not be read: it is not HTTP, or badly compressed"
    case .bodyTooLarge: "the server's answer is larger than 1 MiB"
    case .headersTooLarge: "the headers of the server's answer are larger than 64 KiB"
    case .missingCertificates:
      certificatesVariable.map { "what \($0) names could not be read as certificates" }
        ?? "the certificates to verify the server with could not be read"
    case .badRequest: "the URL cannot be called: check base_url and trigger_path"
    case .cancelled, .missingLibrary, .internalFault: "libcurl could not make the call: \(words)"
    }
  }

  /// Returns the reason why there is no secure connection. The TLS library's own messages ("wrong version number") explain
  /// nothing, and contain text from the server's certificate.
  private func tlsReason(_ verifyResult: Int) -> String {
    switch (Int(code), verifyResult) {
    case (CURLE_PEER_FAILED_VERIFICATION, 9): "its certificate is not valid yet"
    case (CURLE_PEER_FAILED_VERIFICATION, 10): "its certificate has expired"
    case (CURLE_PEER_FAILED_VERIFICATION, 2), (CURLE_PEER_FAILED_VERIFICATION, 18...21):
      "its certificate is signed by an authority that this machine does not trust"
    // 1 is libcurl's own value before OpenSSL has verified anything: it compares the name first.
    case (CURLE_PEER_FAILED_VERIFICATION, 0...1), (CURLE_PEER_FAILED_VERIFICATION, 62):
      "its certificate is for another name, or not trusted"
    case (CURLE_PEER_FAILED_VERIFICATION, let number): "its certificate is not accepted (\(number))"
    case (CURLE_SSL_CONNECT_ERROR, _):
      "it does not speak TLS on this port, or no version that this machine accepts"
    default: words
    }
  }
}
