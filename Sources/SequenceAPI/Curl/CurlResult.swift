import CLibCurl
import Platform

/// How a call of libcurl ended, and what it means.
struct CurlResult {
  /// A `CURLcode`.
  let code: Int32
  let transfer: CurlTransfer
  /// Whether `transfer.sendings` was counted; libcurl before 7.80 does not tell.
  let tellsSending: Bool
  /// 0 where no answer began.
  let statusCode: Int
  /// What a proxy answered to `CONNECT`; 0 where none was asked.
  let proxyStatusCode: Int
  let wasKeptConnection: Bool
  /// libcurl's fixed words for the code.
  let words: String
  /// libcurl's words for this very failure. They may hold a proxy's address with its password, so only those about
  /// certificates are shown.
  let detail: String

  /// - Throws: `HTTPTransportError` where the answer is not whole.
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
    tellsSending ? transfer.sendings > 0 : !CurlResult.codesBeforeSending.contains(code)
  }

  /// Ends that come before the first byte of a request, for a libcurl that does not tell.
  private static let codesBeforeSending: Set<Int32> = Set(
    [
      CURLE_URL_MALFORMAT, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST,
      CURLE_COULDNT_CONNECT, CURLE_SSL_CONNECT_ERROR, CURLE_UNKNOWN_OPTION, CURLE_PEER_FAILED_VERIFICATION,
      CURLE_SSL_CACERT_BADFILE, CURLE_PROXY,
    ].map { Int32($0) })

  /// The kinds of failure, with the codes that mean them.
  private static let kinds: [Int32: HTTPTransportError.Kind] = {
    let table: [(HTTPTransportError.Kind, [Int])] = [
      (.nameNotFound, [Int(CURLE_COULDNT_RESOLVE_HOST)]),
      (.connectionFailed, [Int(CURLE_COULDNT_CONNECT)]),
      (.proxyFailed, [Int(CURLE_COULDNT_RESOLVE_PROXY), Int(CURLE_PROXY)]),
      (
        .tlsFailed,
        [
          Int(CURLE_SSL_CONNECT_ERROR), Int(CURLE_SSL_ENGINE_NOTFOUND), Int(CURLE_SSL_CERTPROBLEM),
          Int(CURLE_SSL_CIPHER),
          Int(CURLE_PEER_FAILED_VERIFICATION), Int(CURLE_SSL_ISSUER_ERROR), Int(CURLE_SSL_INVALIDCERTSTATUS),
        ]
      ),
      (.missingCertificates, [Int(CURLE_SSL_CACERT_BADFILE)]),
      (.timedOut, [Int(CURLE_OPERATION_TIMEDOUT)]),
      (
        .connectionLost,
        [
          Int(CURLE_PARTIAL_FILE), Int(CURLE_GOT_NOTHING), Int(CURLE_SEND_ERROR),
          Int(CURLE_RECV_ERROR),
        ]
      ),
      (.unreadable, [Int(CURLE_BAD_CONTENT_ENCODING), Int(CURLE_WEIRD_SERVER_REPLY)]),
      (.bodyTooLarge, [Int(CURLE_FILESIZE_EXCEEDED)]),
      (.badRequest, [Int(CURLE_URL_MALFORMAT), Int(CURLE_UNSUPPORTED_PROTOCOL)]),
    ]
    return Dictionary(
      table.flatMap { kind, codes in codes.map { (Int32($0), kind) } }, uniquingKeysWith: { first, _ in first })
  }()

  private func failure() -> (HTTPTransportError.Kind, String) {
    if transfer.isBodyTooLarge { return (.bodyTooLarge, "the server's answer is larger than 1 MiB") }
    if transfer.areHeadersTooLarge { return (.headersTooLarge, "the headers of the server's answer exceed 64 KiB") }
    if transfer.wasCancelled { return (.cancelled, "the call was cancelled") }
    if transfer.sendings > 1 { return (.connectionLost, "the connection was closed before an answer came") }
    if proxyStatusCode != 0, proxyStatusCode / 100 != 2, transfer.sendings == 0 {
      return (.proxyFailed, "the proxy refused to connect to the server (status \(proxyStatusCode))")
    }
    // libcurl calls an answer without a status line "HTTP/0.9", and that a protocol which is not allowed.
    let isNoHTTP = code == Int32(CURLE_UNSUPPORTED_PROTOCOL) && mayHaveBeenSent
    let kind = isNoHTTP ? .unreadable : CurlResult.kinds[code] ?? .internalFault
    return (kind, message(kind))
  }

  /// libcurl cuts its words to the buffer that it is given, and knows no secrets.
  private var isDetailWhole: Bool { !detail.isEmpty && detail.utf8.count < Int(CURL_ERROR_SIZE) - 1 }

  private func message(_ kind: HTTPTransportError.Kind) -> String {
    switch kind {
    case .nameNotFound: "the server's name could not be looked up"
    case .connectionFailed: "no connection to the server: it did not answer or refused"
    case .proxyFailed: "no connection to the proxy: \(words)"
    case .tlsFailed:
      "no secure connection to the server: \(VisibleText.line(isDetailWhole ? detail : words, limit: .max))"
    case .timedOut: mayHaveBeenSent ? "no whole answer came in time" : "no connection to the server came about in time"
    case .connectionLost:
      statusCode == 0
        ? "the connection was lost before an answer came" : "the connection was lost in the middle of the answer"
    case .unreadable: "the server's answer could not be read: it is not HTTP, or badly compressed"
    case .bodyTooLarge: "the server's answer is larger than 1 MiB"
    case .missingCertificates: "the certificates to check the server by could not be read"
    case .badRequest: "the URL cannot be called: check base_url and trigger_path"
    case .headersTooLarge, .cancelled, .missingLibrary, .internalFault: "libcurl could not do the call: \(words)"
    }
  }
}
