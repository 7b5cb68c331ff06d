import CLibCurl
import Synchronization

/// One of libcurl's easy handles, with the connections that it keeps. Used by one call at a time.
// `@unchecked Sendable`: the pool hands each handle to one call at a time, through its lock.
final class CurlHandle: @unchecked Sendable {
  private let library: CurlLibrary
  private let handle: UnsafeMutableRawPointer
  /// The first option that libcurl refused since `reset`; a call must not go out without all of them.
  private(set) var refusedOption: Int32?

  init?(library: CurlLibrary) {
    guard let handle = library.easyInit() else { return nil }
    self.library = library
    self.handle = handle
  }

  deinit { library.easyCleanup(handle) }

  /// Forgets all options; keeps connections, names looked up and TLS sessions.
  func reset() {
    library.easyReset(handle)
    refusedOption = nil
  }

  /// Sets a whole number, or a switch.
  func set(_ option: Int, _ value: Int, isOptional: Bool = false) {
    note(option, curl_shim_set_long(library.easySetopt, handle, Int32(option), CLong(value)), isOptional)
  }

  /// Sets a text, which libcurl copies; nil removes libcurl's own default.
  func set(_ option: Int, _ value: String?, isOptional: Bool = false) {
    let code =
      value.map { $0.withCString { curl_shim_set_pointer(library.easySetopt, handle, Int32(option), $0) } }
      ?? curl_shim_set_pointer(library.easySetopt, handle, Int32(option), nil)
    note(option, code, isOptional)
  }

  /// Sets an address that must stay valid until the call is over.
  func set(_ option: Int, pointer: UnsafeRawPointer?, isOptional: Bool = false) {
    note(option, curl_shim_set_pointer(library.easySetopt, handle, Int32(option), pointer), isOptional)
  }

  func set(_ option: Int, callback: @escaping curl_data_callback) {
    note(option, curl_shim_set_data_callback(library.easySetopt, handle, Int32(option), callback), false)
  }

  /// Sets what is called just before a request's first byte is sent.
  /// - Returns: whether libcurl knows it: it does since 7.80.
  func set(prereq callback: @escaping curl_prereq_callback) -> Bool {
    curl_shim_set_prereq(library.easySetopt, handle, callback) == Int32(CURLE_OK)
  }

  func set(progress callback: @escaping curl_progress_callback) {
    note(Int(CURLOPT_XFERINFOFUNCTION), curl_shim_set_progress(library.easySetopt, handle, callback), false)
  }

  /// The only protocols that may be used, no matter what the URL says.
  func allow(_ name: String, _ bit: Int) {
    // libcurl before 7.85 knows only the older option.
    let code = name.withCString {
      curl_shim_set_pointer(library.easySetopt, handle, Int32(CURLOPT_PROTOCOLS_STR), $0)
    }
    if code != Int32(CURLE_OK) { set(Int(CURLOPT_PROTOCOLS), bit) }
  }

  /// Does the call, with these header lines.
  /// - Returns: a `CURLcode`.
  func perform(headers: [String]) -> Int32 {
    var list: OpaquePointer?
    defer { library.slistFreeAll(list) }
    for line in headers {
      guard let longer = library.slistAppend(list, line) else { return Int32(CURLE_OUT_OF_MEMORY) }
      list = longer
    }
    set(Int(CURLOPT_HTTPHEADER), pointer: list.map { UnsafeRawPointer($0) })
    if refusedOption != nil { return Int32(CURLE_UNKNOWN_OPTION) }
    let code = library.easyPerform(handle)
    // The list is freed on return; the handle must not remember it.
    set(Int(CURLOPT_HTTPHEADER), pointer: nil)
    return code
  }

  /// A number that the last call left; 0 if there is none.
  func info(_ info: Int) -> Int {
    var value: CLong = 0
    return curl_shim_get_long(library.easyGetinfo, handle, Int32(info), &value) == Int32(CURLE_OK) ? Int(value) : 0
  }

  /// libcurl's own words for a `CURLcode`: fixed texts without anything of the request in them.
  func words(for code: Int32) -> String { library.easyStrerror(code).map { String(cString: $0) } ?? "error \(code)" }

  private func note(_ option: Int, _ code: Int32, _ isOptional: Bool) {
    if code != Int32(CURLE_OK), !isOptional, refusedOption == nil { refusedOption = Int32(option) }
  }
}

/// The handles that wait for their next call. The one used last is taken first: its connection is the freshest.
final class CurlHandlePool: Sendable {
  /// How many wait at most; a burst's further ones are closed after it, with their connections and memory.
  static let maximumIdle = 8

  private let idle = Mutex<[CurlHandle]>([])

  /// - Throws: `HTTPTransportError` if libcurl is missing or out of memory.
  func take() throws(HTTPTransportError) -> CurlHandle {
    if let handle = idle.withLock({ $0.popLast() }) { return handle }
    guard let handle = CurlHandle(library: try CurlLibrary.shared()) else {
      throw HTTPTransportError(.internalFault, "libcurl has no memory left", mayHaveBeenSent: false)
    }
    return handle
  }

  func giveBack(_ handle: CurlHandle) {
    // Options point into the finished call.
    handle.reset()
    idle.withLock { idle in
      if idle.count < CurlHandlePool.maximumIdle { idle.append(handle) }
    }
  }
}
