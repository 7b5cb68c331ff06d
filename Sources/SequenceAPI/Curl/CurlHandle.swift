import CLibCurl
import JSON
import Platform
import Synchronization

/// A libcurl easy handle and the connections it keeps open. Used by one call at a time.
// `@unchecked Sendable`: the pool passes each handle to one call at a time, under its lock.
final class CurlHandle: @unchecked Sendable {
  private let library: CurlLibrary
  private let handle: UnsafeMutableRawPointer
  /// The first option that libcurl rejected since `reset`. A call must not be sent without all required options.
  private(set) var refusedOption: Int32?

  init?(library: CurlLibrary) {
    guard let handle = library.easyInit() else { return nil }
    self.library = library
    self.handle = handle
  }

  deinit { library.easyCleanup(handle) }

  /// Resets all options; keeps connections, DNS results and TLS sessions.
  func reset() {
    library.easyReset(handle)
    refusedOption = nil
  }

  /// Sets an integer or Boolean option.
  func set(_ option: Int, _ value: Int, isOptional: Bool = false) {
    note(option, curl_shim_set_long(library.easySetopt, handle, Int32(option), CLong(value)), isOptional)
  }

  /// Sets a string option, which libcurl copies; nil removes libcurl's own default.
  func set(_ option: Int, _ value: String?, isOptional: Bool = false) {
    let code =
      value.map { $0.withCString { curl_shim_set_pointer(library.easySetopt, handle, Int32(option), $0) } }
      ?? curl_shim_set_pointer(library.easySetopt, handle, Int32(option), nil)
    note(option, code, isOptional)
  }

  /// Sets a pointer that must stay valid until the call is over.
  func set(_ option: Int, pointer: UnsafeRawPointer?, isOptional: Bool = false) {
    note(option, curl_shim_set_pointer(library.easySetopt, handle, Int32(option), pointer), isOptional)
  }

  func set(_ option: Int, callback: @escaping curl_data_callback) {
    note(option, curl_shim_set_data_callback(library.easySetopt, handle, Int32(option), callback), false)
  }

  /// Sets the callback that runs just before the first byte of a request is sent.
  /// - Returns: whether libcurl supports it, which it does since 7.80.
  func set(prereq callback: @escaping curl_prereq_callback) -> Bool {
    curl_shim_set_prereq(library.easySetopt, handle, callback) == Int32(CURLE_OK)
  }

  func set(progress callback: @escaping curl_progress_callback) {
    note(CURLOPT_XFERINFOFUNCTION, curl_shim_set_progress(library.easySetopt, handle, callback), false)
  }

  /// Restricts the allowed protocols, regardless of the URL.
  func allow(_ name: String, _ bit: Int) {
    // libcurl before 7.85 has only the older option.
    let code = name.withCString {
      curl_shim_set_pointer(library.easySetopt, handle, Int32(CURLOPT_PROTOCOLS_STR), $0)
    }
    if code != Int32(CURLE_OK) { set(CURLOPT_PROTOCOLS, bit) }
  }

  /// Performs the call with these header lines.
  /// - Parameter body: Nil for `GET`.
  /// - Returns: a `CURLcode`.
  func perform(_ method: APIRequest.Method, _ body: JSONValue?, headers: [String]) -> Int32 {
    let body = body.map { JSONWriter.write($0) } ?? []
    return body.withUnsafeBytes { bytes in
      switch method {
      case .get: set(CURLOPT_HTTPGET, 1)
      case .post:
        set(CURLOPT_POSTFIELDSIZE, bytes.count)
        set(CURLOPT_POSTFIELDS, pointer: bytes.baseAddress)
      }
      return perform(headers: headers)
    }
  }

  private func perform(headers: [String]) -> Int32 {
    var list: OpaquePointer?
    defer { library.slistFreeAll(list) }
    for line in headers {
      guard let longer = library.slistAppend(list, line) else { return Int32(CURLE_OUT_OF_MEMORY) }
      list = longer
    }
    set(CURLOPT_HTTPHEADER, pointer: list.map { UnsafeRawPointer($0) })
    if refusedOption != nil { return Int32(CURLE_UNKNOWN_OPTION) }
    let code = library.easyPerform(handle)
    // The list is freed on return, so the handle must not keep a pointer to it.
    set(CURLOPT_HTTPHEADER, pointer: nil)
    return code
  }

  /// Returns an integer that describes the last call, or 0 if there is none.
  func info(_ info: Int) -> Int {
    var value: CLong = 0
    return curl_shim_get_long(library.easyGetinfo, handle, Int32(info), &value) == Int32(CURLE_OK) ? Int(value) : 0
  }

  /// Returns libcurl's own message for a `CURLcode`: a fixed text that contains nothing from the request.
  func words(for code: Int32) -> String { library.easyStrerror(code).map { String(cString: $0) } ?? "error \(code)" }

  private func note(_ option: Int, _ code: Int32, _ isOptional: Bool) {
    if code != Int32(CURLE_OK), !isOptional, refusedOption == nil { refusedOption = Int32(option) }
  }
}

/// All options of a call.
extension CurlHandle {
  /// Sets the options that apply to every request.
  func setFixedOptions() {
    // With HTTP/1.1 a connection carries one request at a time. A trigger has one of its own, so its fate is unambiguous.
    set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
    set(CURLOPT_HTTP09_ALLOWED, 0, isOptional: true)
    set(CURLOPT_FOLLOWLOCATION, 0)
    // A libcurl built without netrc support rejects the option.
    set(CURLOPT_NETRC, 0, isOptional: true)
    set(CURLOPT_PATH_AS_IS, 1)
    set(CURLOPT_SSL_VERIFYPEER, 1)
    set(CURLOPT_SSL_VERIFYHOST, 2)
    set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
    set(CURLOPT_ACCEPT_ENCODING, "gzip, deflate", isOptional: true)
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1, isOptional: true)
    set(CURLOPT_NOPROGRESS, 0)
    set(CURLOPT_NOSIGNAL, 1)
    // Otherwise a timeout during the name lookup would wait for the resolver's thread (libcurl 7.87 and newer).
    set(CURLOPT_QUICK_EXIT, 1, isOptional: true)
  }

  /// Sets the URL, and the proxy and certificates that this request may use.
  func setDestination(
    _ request: HTTPRequest, _ certificates: CertificateStore.Location?, _ proxy: ProxySettings
  ) {
    set(CURLOPT_URL, request.url)
    set(CURLOPT_TIMEOUT_MS, Int(clamping: max(1, request.timeoutMilliseconds)))
    set(CURLOPT_FRESH_CONNECT, request.needsOwnConnection ? 1 : 0)
    set(CURLOPT_FORBID_REUSE, request.needsOwnConnection ? 1 : 0)
    if request.service.isLoopback {
      allow("http,https", CURLPROTO_HTTP | CURLPROTO_HTTPS)
    } else {
      allow("https", CURLPROTO_HTTPS)
    }
    // Setting both strings also keeps libcurl from reading the environment.
    let usesProxy = !request.service.isLoopback && !proxy.url.isEmpty
    set(CURLOPT_PROXY, usesProxy ? proxy.url : "", isOptional: !usesProxy)
    set(CURLOPT_NOPROXY, usesProxy ? proxy.exceptions : "*", isOptional: !usesProxy)
    switch certificates {
    case nil, .builtIn: break
    case .file(let path): setCertificates(file: path, directory: nil)
    case .directory(let path): setCertificates(file: nil, directory: path)
    }
  }

  /// Sets a single certificate location; the ones libcurl was built with are removed. A TLS library without support for a CA
  /// directory rejects that option even for nil.
  private func setCertificates(file: String?, directory: String?) {
    set(CURLOPT_CAINFO, file)
    set(CURLOPT_CAPATH, directory, isOptional: directory == nil)
    set(CURLOPT_PROXY_CAINFO, file, isOptional: true)
    set(CURLOPT_PROXY_CAPATH, directory, isOptional: true)
  }
}

/// The idle handles. The most recently used is taken first, because its connection is the freshest.
final class CurlHandlePool: Sendable {
  /// The maximum number of idle handles. After a burst, surplus handles are closed, which frees their connections and memory.
  static let maxIdle = 8

  private let idle = Mutex<[CurlHandle]>([])

  /// - Throws: `HTTPTransportError` if libcurl is missing or out of memory.
  func take() throws(HTTPTransportError) -> CurlHandle {
    if let handle = idle.withLock({ $0.popLast() }) { return handle }
    guard let handle = CurlHandle(library: try CurlLibrary.shared()) else {
      throw HTTPTransportError(.internalFault, "libcurl is out of memory", mayHaveBeenSent: false)
    }
    return handle
  }

  func giveBack(_ handle: CurlHandle) {
    // The options point into the finished call.
    handle.reset()
    idle.withLock { idle in
      if idle.count < CurlHandlePool.maxIdle { idle.append(handle) }
    }
  }
}
