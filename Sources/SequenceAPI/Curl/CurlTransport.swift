import CLibCurl
import JSON

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The real way to the server: libcurl, one handle a call, connections kept between calls.
package final class CurlTransport: HTTPTransport {
  private let pool = CurlHandlePool()
  private let certificates: CertificateStore
  private let proxy: ProxySettings

  package init(certificates: CertificateStore, proxy: ProxySettings) {
    self.certificates = certificates
    self.proxy = proxy
  }

  /// Certificates and proxy as the process's environment says it.
  package convenience init(environment: [String: String]) {
    self.init(
      certificates: CertificateStore(environment: environment), proxy: ProxySettings(environment: environment))
  }

  package func perform(
    _ request: HTTPRequest, isCancelled: @escaping @Sendable () -> Bool
  ) throws(HTTPTransportError) -> HTTPResponse {
    var lines: [String] = []
    for header in request.headers {
      guard let line = header.line() else {
        let message = "the value for the header '\(header.name)' is empty or has a control character in it"
        throw HTTPTransportError(.badRequest, message, mayHaveBeenSent: false)
      }
      lines.append(line)
    }
    // Without this, libcurl waits for a 100 before it sends a large body.
    lines.append("Expect:")
    let isEncrypted = request.url.utf8.starts(with: "https:".utf8)
    let location = isEncrypted ? try certificates.location() : nil
    let handle = try pool.take()
    defer { pool.giveBack(handle) }
    let transfer = CurlTransfer(isCancelled: isCancelled)
    handle.setFixedOptions()
    handle.setDestination(request, location, proxy)
    let tellsSending = handle.setCallbacks(transfer)
    if !tellsSending {
      // libcurl before 7.80 repeats a request on its own where a kept connection is dead: then none is kept.
      handle.set(Int(CURLOPT_FRESH_CONNECT), 1)
    }
    let body = JSONWriter.write(request.body)
    var errorText = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
    let code = body.withUnsafeBytes { bytes in
      errorText.withUnsafeMutableBytes { errorBuffer in
        handle.set(Int(CURLOPT_POSTFIELDSIZE), bytes.count)
        handle.set(Int(CURLOPT_POSTFIELDS), pointer: bytes.baseAddress)
        handle.set(Int(CURLOPT_ERRORBUFFER), pointer: errorBuffer.baseAddress)
        return withExtendedLifetime(transfer) { handle.perform(headers: lines) }
      }
    }
    let result = CurlResult(
      code: code, transfer: transfer, tellsSending: tellsSending, statusCode: handle.info(Int(CURLINFO_RESPONSE_CODE)),
      proxyStatusCode: handle.info(Int(CURLINFO_HTTP_CONNECTCODE)),
      wasKeptConnection: handle.info(Int(CURLINFO_NUM_CONNECTS)) == 0,
      words: handle.words(for: code),
      detail: errorText.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    return try result.response()
  }
}

extension CurlHandle {
  /// What holds for every request.
  fileprivate func setFixedOptions() {
    // HTTP/1.1: one request a connection at a time, so that what became of a request is plain to see.
    set(Int(CURLOPT_HTTP_VERSION), Int(CURL_HTTP_VERSION_1_1))
    set(Int(CURLOPT_HTTP09_ALLOWED), 0, isOptional: true)
    set(Int(CURLOPT_FOLLOWLOCATION), 0)
    set(Int(CURLOPT_NETRC), 0)
    set(Int(CURLOPT_PATH_AS_IS), 1)
    set(Int(CURLOPT_SSL_VERIFYPEER), 1)
    set(Int(CURLOPT_SSL_VERIFYHOST), 2)
    set(Int(CURLOPT_SSLVERSION), Int(CURL_SSLVERSION_TLSv1_2))
    set(Int(CURLOPT_ACCEPT_ENCODING), "gzip, deflate")
    set(Int(CURLOPT_SUPPRESS_CONNECT_HEADERS), 1, isOptional: true)
    set(Int(CURLOPT_NOPROGRESS), 0)
    set(Int(CURLOPT_NOSIGNAL), 1)
    // A timeout during the name lookup would else wait for the resolver's thread (libcurl 7.87 and newer).
    set(Int(CURLOPT_QUICK_EXIT), 1, isOptional: true)
  }

  /// Where this request goes and what it may use on its way.
  fileprivate func setDestination(
    _ request: HTTPRequest, _ certificates: CertificateStore.Location?, _ proxy: ProxySettings
  ) {
    set(Int(CURLOPT_URL), request.url)
    set(Int(CURLOPT_TIMEOUT_MS), Int(clamping: max(1, request.timeoutMilliseconds)))
    set(Int(CURLOPT_FRESH_CONNECT), request.needsFreshConnection ? 1 : 0)
    if request.isLoopback {
      allow("http,https", Int(CURLPROTO_HTTP) | Int(CURLPROTO_HTTPS))
    } else {
      allow("https", Int(CURLPROTO_HTTPS))
    }
    // Both texts also keep libcurl from looking into the environment.
    set(Int(CURLOPT_PROXY), request.isLoopback ? "" : proxy.url)
    set(Int(CURLOPT_NOPROXY), request.isLoopback ? "*" : proxy.exceptions)
    switch certificates {
    case nil, .builtIn: break
    case .file(let path): setCertificates(file: path, folder: nil)
    case .folder(let path): setCertificates(file: nil, folder: path)
    }
  }

  /// One place only: what libcurl was built with is taken away.
  private func setCertificates(file: String?, folder: String?) {
    set(Int(CURLOPT_CAINFO), file)
    set(Int(CURLOPT_CAPATH), folder)
    set(Int(CURLOPT_PROXY_CAINFO), file, isOptional: true)
    set(Int(CURLOPT_PROXY_CAPATH), folder, isOptional: true)
  }

  /// - Returns: whether `transfer` will be told before the request is sent.
  fileprivate func setCallbacks(_ transfer: CurlTransfer) -> Bool {
    let context = UnsafeRawPointer(Unmanaged.passUnretained(transfer).toOpaque())
    set(Int(CURLOPT_WRITEFUNCTION)) { bytes, size, count, context in
      guard let transfer = CurlTransfer.of(context) else { return 0 }
      return transfer.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
    }
    set(Int(CURLOPT_HEADERFUNCTION)) { bytes, size, count, context in
      guard let transfer = CurlTransfer.of(context) else { return 0 }
      return transfer.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
    }
    set(progress: { context, _, _, _, _ in CurlTransfer.of(context)?.goesOn() == true ? 0 : 1 })
    set(Int(CURLOPT_WRITEDATA), pointer: context)
    set(Int(CURLOPT_HEADERDATA), pointer: context)
    set(Int(CURLOPT_XFERINFODATA), pointer: context)
    set(Int(CURLOPT_PREREQDATA), pointer: context, isOptional: true)
    return set(prereq: { context, _, _, _, _ in CurlTransfer.of(context)?.willSend() == true ? 0 : 1 })
  }
}

extension CurlTransfer {
  /// The transfer that a callback was given.
  fileprivate static func of(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
    context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
  }
}
