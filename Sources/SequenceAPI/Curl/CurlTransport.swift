import CLibCurl
import JSON
import Platform

/// The production transport: libcurl, with one handle per call and connections kept open between reads. Both Sequence APIs
/// share one transport, so that they share its connections.
package final class CurlTransport: HTTPTransport {
  private let pool = CurlHandlePool()
  private let certificates: CertificateStore
  private let proxy: ProxySettings

  package init(certificates: CertificateStore, proxy: ProxySettings) {
    self.certificates = certificates
    self.proxy = proxy
  }

  /// Creates a transport with the certificates and the proxy set in the process's environment.
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
    // Without this, libcurl waits for status 100 before it sends a large body.
    lines.append("Expect:")
    let location: CertificateStore.Location?
    do throws(CertificateStore.Fault) {
      location = request.service.scheme == .https ? try certificates.location() : nil
    } catch {
      throw HTTPTransportError(.missingCertificates, error.messageWithoutPath, mayHaveBeenSent: false)
    }
    let handle = try pool.take()
    defer { pool.giveBack(handle) }
    let transfer = CurlTransfer(awaitsAnswer: request.awaitsAnswer, isCancelled: isCancelled)
    handle.setFixedOptions()
    handle.setDestination(request, location, proxy)
    let reportsSending = handle.setCallbacks(transfer)
    transfer.reportsSending = reportsSending
    if !reportsSending {
      // libcurl before 7.80 repeats a request by itself if a kept connection is dead, so no connection is reused.
      handle.set(Int(CURLOPT_FRESH_CONNECT), 1)
    }
    let body = request.body.map { JSONWriter.write($0) } ?? []
    let code = body.withUnsafeBytes { bytes in
      switch request.method {
      case .get: handle.set(Int(CURLOPT_HTTPGET), 1)
      case .post:
        handle.set(Int(CURLOPT_POSTFIELDSIZE), bytes.count)
        handle.set(Int(CURLOPT_POSTFIELDS), pointer: bytes.baseAddress)
      }
      return withExtendedLifetime(transfer) { handle.perform(headers: lines) }
    }
    let result = CurlResult(
      code: code, transfer: transfer, reportsSending: reportsSending,
      statusCode: handle.info(Int(CURLINFO_RESPONSE_CODE)),
      wasKeptConnection: handle.info(Int(CURLINFO_NUM_CONNECTS)) == 0,
      verifyResult: handle.info(Int(CURLINFO_SSL_VERIFYRESULT)), proxy: proxy.proxy(for: request.service),
      proxyStatusCode: handle.info(Int(CURLINFO_HTTP_CONNECTCODE)),
      proxyVerifyResult: handle.info(Int(CURLINFO_PROXY_SSL_VERIFYRESULT)),
      certificatesVariable: certificates.variable, words: handle.words(for: code))
    return try result.response()
  }
}

/// Checks for what the first API call will need on this machine, without making a call.
package enum Prerequisites {
  /// Returns nil if libcurl can be loaded, otherwise the failure with help.
  package static func libraryFault() -> SequenceAPIError? {
    do throws(HTTPTransportError) {
      _ = try CurlLibrary.shared()
      return nil
    } catch {
      return error.kind.code.error(error.message)
    }
  }

  /// Returns nil if there are certificates to verify servers, otherwise the failure with help.
  package static func certificatesFault(_ certificates: CertificateStore) -> SequenceAPIError? {
    do throws(CertificateStore.Fault) {
      _ = try certificates.location()
      return nil
    } catch {
      return HTTPTransportError.Kind.missingCertificates.code.error(error.message)
    }
  }
}

extension CurlHandle {
  /// Sets the options that apply to every request.
  fileprivate func setFixedOptions() {
    // With HTTP/1.1 a connection carries one request at a time. A trigger has one of its own, so its fate is unambiguous.
    set(Int(CURLOPT_HTTP_VERSION), Int(CURL_HTTP_VERSION_1_1))
    set(Int(CURLOPT_HTTP09_ALLOWED), 0, isOptional: true)
    set(Int(CURLOPT_FOLLOWLOCATION), 0)
    // A libcurl built without netrc support rejects the option.
    set(Int(CURLOPT_NETRC), 0, isOptional: true)
    set(Int(CURLOPT_PATH_AS_IS), 1)
    set(Int(CURLOPT_SSL_VERIFYPEER), 1)
    set(Int(CURLOPT_SSL_VERIFYHOST), 2)
    set(Int(CURLOPT_SSLVERSION), Int(CURL_SSLVERSION_TLSv1_2))
    set(Int(CURLOPT_ACCEPT_ENCODING), "gzip, deflate", isOptional: true)
    set(Int(CURLOPT_SUPPRESS_CONNECT_HEADERS), 1, isOptional: true)
    set(Int(CURLOPT_NOPROGRESS), 0)
    set(Int(CURLOPT_NOSIGNAL), 1)
    // Otherwise a timeout during the name lookup would wait for the resolver's thread (libcurl 7.87 and newer).
    set(Int(CURLOPT_QUICK_EXIT), 1, isOptional: true)
  }

  /// Sets the URL, and the proxy and certificates that this request may use.
  fileprivate func setDestination(
    _ request: HTTPRequest, _ certificates: CertificateStore.Location?, _ proxy: ProxySettings
  ) {
    set(Int(CURLOPT_URL), request.url)
    set(Int(CURLOPT_TIMEOUT_MS), Int(clamping: max(1, request.timeoutMilliseconds)))
    set(Int(CURLOPT_FRESH_CONNECT), request.needsOwnConnection ? 1 : 0)
    set(Int(CURLOPT_FORBID_REUSE), request.needsOwnConnection ? 1 : 0)
    if request.service.isLoopback {
      allow("http,https", Int(CURLPROTO_HTTP) | Int(CURLPROTO_HTTPS))
    } else {
      allow("https", Int(CURLPROTO_HTTPS))
    }
    // Setting both strings also keeps libcurl from reading the environment.
    let usesProxy = !request.service.isLoopback && !proxy.url.isEmpty
    set(Int(CURLOPT_PROXY), usesProxy ? proxy.url : "", isOptional: !usesProxy)
    set(Int(CURLOPT_NOPROXY), usesProxy ? proxy.exceptions : "*", isOptional: !usesProxy)
    switch certificates {
    case nil, .builtIn: break
    case .file(let path): setCertificates(file: path, directory: nil)
    case .directory(let path): setCertificates(file: nil, directory: path)
    }
  }

  /// Sets a single certificate location; the ones libcurl was built with are removed. A TLS library without support for a CA
  /// directory rejects that option even for nil.
  private func setCertificates(file: String?, directory: String?) {
    set(Int(CURLOPT_CAINFO), file)
    set(Int(CURLOPT_CAPATH), directory, isOptional: directory == nil)
    set(Int(CURLOPT_PROXY_CAINFO), file, isOptional: true)
    set(Int(CURLOPT_PROXY_CAPATH), directory, isOptional: true)
  }

  /// - Returns: whether `transfer` is notified before the request is sent.
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
    set(progress: { context, _, _, _, _ in CurlTransfer.of(context)?.shouldContinue() == true ? 0 : 1 })
    set(Int(CURLOPT_WRITEDATA), pointer: context)
    set(Int(CURLOPT_HEADERDATA), pointer: context)
    set(Int(CURLOPT_XFERINFODATA), pointer: context)
    set(Int(CURLOPT_PREREQDATA), pointer: context, isOptional: true)
    return set(prereq: { context, _, _, _, _ in CurlTransfer.of(context)?.willSend() == true ? 0 : 1 })
  }
}

extension CurlTransfer {
  /// Returns the transfer that was passed to a callback.
  fileprivate static func of(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
    context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
  }
}
