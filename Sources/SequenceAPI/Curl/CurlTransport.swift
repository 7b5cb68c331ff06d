import CLibCurl
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
    // Without the first one, libcurl waits for status 100 before it sends a large body.
    let lines = ["Expect:"] + (try request.headerLines())
    let location = try certificateLocation(for: request.service)
    let handle = try pool.take()
    defer { pool.giveBack(handle) }
    let transfer = CurlTransfer(awaitsAnswer: request.isTrigger, isCancelled: isCancelled)
    handle.setFixedOptions()
    handle.setDestination(request, location, proxy)
    handle.setCallbacks(transfer)
    let code = withExtendedLifetime(transfer) { handle.perform(request.method, request.body, headers: lines) }
    let result = CurlResult(
      code: code, transfer: transfer, statusCode: handle.info(CURLINFO_RESPONSE_CODE),
      wasKeptConnection: handle.info(CURLINFO_NUM_CONNECTS) == 0,
      verifyResult: handle.info(CURLINFO_SSL_VERIFYRESULT), proxy: proxy.proxy(for: request.service),
      proxyStatusCode: handle.info(CURLINFO_HTTP_CONNECTCODE),
      proxyVerifyResult: handle.info(CURLINFO_PROXY_SSL_VERIFYRESULT),
      certificatesVariable: certificates.variable, words: handle.words(for: code))
    return try result.response()
  }

  private func certificateLocation(
    for service: ServiceURL
  ) throws(HTTPTransportError) -> CertificateStore.Location? {
    do throws(CertificateStore.Fault) {
      return service.scheme == .https ? try certificates.location() : nil
    } catch {
      throw HTTPTransportError(.missingCertificates, error.messageWithoutPath, mayHaveBeenSent: false)
    }
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
