import CLibCurl
import CSystem
import Platform
import Synchronization

/// libcurl's functions, loaded at run time. The program starts without libcurl and can report that it is missing.
// `@unchecked Sendable`: function addresses, set once and never changed. libcurl's functions may be called from any thread as
// long as each handle is used by one thread at a time, which `CurlHandlePool` ensures.
final class CurlLibrary: @unchecked Sendable {
  let easyInit: curl_easy_init_function
  let easyReset: curl_easy_handle_function
  let easyCleanup: curl_easy_handle_function
  let easyPerform: curl_easy_perform_function
  let easyStrerror: curl_easy_strerror_function
  let slistAppend: curl_slist_append_function
  let slistFreeAll: curl_slist_free_all_function
  /// Called through the shims in `CLibCurl`, because the C functions are variadic.
  let easySetopt: UnsafeMutableRawPointer
  let easyGetinfo: UnsafeMutableRawPointer

  // NOTE: not libcurl-gnutls.so.4, which git installs on Debian: it uses another TLS library, with other error codes and
  // different handling of a CA directory.
  // On macOS, an absolute path: a bare name is looked up in the current directory first, which anyone may control.
  private static let fileName = OperatingSystem.current == .macOS ? "/usr/lib/libcurl.4.dylib" : "libcurl.so.4"

  private static let opened = Mutex<CurlLibrary?>(nil)

  /// Returns the library, loaded and initialized on first use. A failure is not cached, so installing libcurl needs no restart.
  /// - Throws: `HTTPTransportError` (`missingLibrary`).
  static func shared() throws(HTTPTransportError) -> CurlLibrary {
    let library = opened.withLock { library -> CurlLibrary? in
      library = library ?? CurlLibrary(fileName: fileName)
      return library
    }
    return try found(library, fileName)
  }

  /// - Throws: `HTTPTransportError` (`missingLibrary`) if there is none.
  static func found(_ library: CurlLibrary?, _ fileName: String) throws(HTTPTransportError) -> CurlLibrary {
    if let library { return library }
    throw HTTPTransportError(
      .missingLibrary, "libcurl (\(FilePath.lastComponent(fileName))) is not installed, or too old",
      mayHaveBeenSent: false)
  }

  /// - Returns: nil if the file or one of its functions is missing.
  init?(fileName: String) {
    guard let file = dlopen(fileName, RTLD_NOW | RTLD_LOCAL) else { return nil }
    func symbol<Function>(_ name: String, as type: Function.Type) -> Function? {
      dlsym(file, name).map { unsafeBitCast($0, to: type) }
    }
    guard let globalInit = symbol("curl_global_init", as: curl_global_init_function.self),
      let easyInit = symbol("curl_easy_init", as: curl_easy_init_function.self),
      let easyReset = symbol("curl_easy_reset", as: curl_easy_handle_function.self),
      let easyCleanup = symbol("curl_easy_cleanup", as: curl_easy_handle_function.self),
      let easyPerform = symbol("curl_easy_perform", as: curl_easy_perform_function.self),
      let easyStrerror = symbol("curl_easy_strerror", as: curl_easy_strerror_function.self),
      let slistAppend = symbol("curl_slist_append", as: curl_slist_append_function.self),
      let slistFreeAll = symbol("curl_slist_free_all", as: curl_slist_free_all_function.self),
      let easySetopt = dlsym(file, "curl_easy_setopt"), let easyGetinfo = dlsym(file, "curl_easy_getinfo"),
      globalInit(CLong(CURL_GLOBAL_ALL)) == Int32(CURLE_OK)
    else { return nil }
    self.easyInit = easyInit
    self.easyReset = easyReset
    self.easyCleanup = easyCleanup
    self.easyPerform = easyPerform
    self.easyStrerror = easyStrerror
    self.slistAppend = slistAppend
    self.slistFreeAll = slistFreeAll
    self.easySetopt = easySetopt
    self.easyGetinfo = easyGetinfo
    // With CURLOPT_NOSIGNAL, libcurl does not handle SIGPIPE, and OpenSSL writes with write(2): a server that closes the
    // connection would kill the process.
    ProcessHardening.ignoreBrokenPipes()
  }
}
