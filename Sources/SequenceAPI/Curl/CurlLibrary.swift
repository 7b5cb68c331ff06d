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
    struct Missing: Error {}
    func symbol<Function>(_ name: String) throws(Missing) -> Function {
      guard let address = dlsym(file, name) else { throw Missing() }
      return unsafeBitCast(address, to: Function.self)
    }
    do throws(Missing) {
      let globalInit: curl_global_init_function = try symbol("curl_global_init")
      easyInit = try symbol("curl_easy_init")
      easyReset = try symbol("curl_easy_reset")
      easyCleanup = try symbol("curl_easy_cleanup")
      easyPerform = try symbol("curl_easy_perform")
      easyStrerror = try symbol("curl_easy_strerror")
      slistAppend = try symbol("curl_slist_append")
      slistFreeAll = try symbol("curl_slist_free_all")
      easySetopt = try symbol("curl_easy_setopt")
      easyGetinfo = try symbol("curl_easy_getinfo")
      guard globalInit(CLong(CURL_GLOBAL_ALL)) == Int32(CURLE_OK) else { return nil }
    } catch {
      return nil
    }
    // With CURLOPT_NOSIGNAL, libcurl does not handle SIGPIPE, and OpenSSL writes with write(2): a server that closes the
    // connection would kill the process.
    ProcessHardening.ignoreBrokenPipes()
  }
}
