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
      handle.set(CURLOPT_FRESH_CONNECT, 1)
    }
    let body = request.body.map { JSONWriter.write($0) } ?? []
    let code = body.withUnsafeBytes { bytes in
      switch request.method {
      case .get: handle.set(CURLOPT_HTTPGET, 1)
      case .post:
        handle.set(CURLOPT_POSTFIELDSIZE, bytes.count)
        handle.set(CURLOPT_POSTFIELDS, pointer: bytes.baseAddress)
      }
      return withExtendedLifetime(transfer) { handle.perform(headers: lines) }
    }
    let result = CurlResult(
      code: code, transfer: transfer, reportsSending: reportsSending,
      statusCode: handle.info(CURLINFO_RESPONSE_CODE),
      wasKeptConnection: handle.info(CURLINFO_NUM_CONNECTS) == 0,
      verifyResult: handle.info(CURLINFO_SSL_VERIFYRESULT), proxy: proxy.proxy(for: request.service),
      proxyStatusCode: handle.info(CURLINFO_HTTP_CONNECTCODE),
      proxyVerifyResult: handle.info(CURLINFO_PROXY_SSL_VERIFYRESULT),
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
