#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The few functions of OpenSSL that a server needs (OpenSSL 3 manual, section 3), found when the first of them is:
/// the program itself is not linked with it.
struct TLSLibrary: Sendable {
  typealias Pointer = UnsafeMutableRawPointer

  /// nil where no OpenSSL is installed.
  static let shared = TLSLibrary()

  let makeContext: @convention(c) @Sendable (Pointer?) -> Pointer?
  let freeContext: @convention(c) @Sendable (Pointer) -> Void
  let controlContext: @convention(c) @Sendable (Pointer, Int32, Int, Pointer?) -> Int
  let useCertificateChain: @convention(c) @Sendable (Pointer, UnsafePointer<CChar>) -> Int32
  let usePrivateKey: @convention(c) @Sendable (Pointer, UnsafePointer<CChar>, Int32) -> Int32
  let serverMethod: @convention(c) @Sendable () -> Pointer?
  let makeSession: @convention(c) @Sendable (Pointer) -> Pointer?
  let freeSession: @convention(c) @Sendable (Pointer) -> Void
  let setDescriptor: @convention(c) @Sendable (Pointer, Int32) -> Int32
  let setAcceptState: @convention(c) @Sendable (Pointer) -> Void
  let read: @convention(c) @Sendable (Pointer, Pointer?, Int32) -> Int32
  let write: @convention(c) @Sendable (Pointer, UnsafeRawPointer?, Int32) -> Int32
  let shutdown: @convention(c) @Sendable (Pointer) -> Int32
  let errorKind: @convention(c) @Sendable (Pointer, Int32) -> Int32
  let clearErrors: @convention(c) @Sendable () -> Void

  private init?() {
    #if canImport(Darwin)
      let names = ["libssl.3.dylib"]
    #else
      let names = ["libssl.so.3", "libssl.so.1.1"]
    #endif
    guard let library = names.lazy.compactMap({ dlopen($0, RTLD_NOW | RTLD_LOCAL) }).first else { return nil }
    // Each cast gives a symbol the type that its manual page declares; a missing symbol leaves nil.
    func find<Function>(_ name: String, as type: Function.Type = Function.self) -> Function? {
      dlsym(library, name).map { unsafeBitCast($0, to: type) }
    }
    guard let makeContext: @convention(c) @Sendable (Pointer?) -> Pointer? = find("SSL_CTX_new"),
      let freeContext: @convention(c) @Sendable (Pointer) -> Void = find("SSL_CTX_free"),
      let controlContext: @convention(c) @Sendable (Pointer, Int32, Int, Pointer?) -> Int = find("SSL_CTX_ctrl"),
      let useCertificateChain: @convention(c) @Sendable (Pointer, UnsafePointer<CChar>) -> Int32 = find(
        "SSL_CTX_use_certificate_chain_file"),
      let usePrivateKey: @convention(c) @Sendable (Pointer, UnsafePointer<CChar>, Int32) -> Int32 = find(
        "SSL_CTX_use_PrivateKey_file"),
      let serverMethod: @convention(c) @Sendable () -> Pointer? = find("TLS_server_method"),
      let makeSession: @convention(c) @Sendable (Pointer) -> Pointer? = find("SSL_new"),
      let freeSession: @convention(c) @Sendable (Pointer) -> Void = find("SSL_free"),
      let setDescriptor: @convention(c) @Sendable (Pointer, Int32) -> Int32 = find("SSL_set_fd"),
      let setAcceptState: @convention(c) @Sendable (Pointer) -> Void = find("SSL_set_accept_state"),
      let read: @convention(c) @Sendable (Pointer, Pointer?, Int32) -> Int32 = find("SSL_read"),
      let write: @convention(c) @Sendable (Pointer, UnsafeRawPointer?, Int32) -> Int32 = find("SSL_write"),
      let shutdown: @convention(c) @Sendable (Pointer) -> Int32 = find("SSL_shutdown"),
      let errorKind: @convention(c) @Sendable (Pointer, Int32) -> Int32 = find("SSL_get_error"),
      let clearErrors: @convention(c) @Sendable () -> Void = find("ERR_clear_error")
    else { return nil }
    self.makeContext = makeContext
    self.freeContext = freeContext
    self.controlContext = controlContext
    self.useCertificateChain = useCertificateChain
    self.usePrivateKey = usePrivateKey
    self.serverMethod = serverMethod
    self.makeSession = makeSession
    self.freeSession = freeSession
    self.setDescriptor = setDescriptor
    self.setAcceptState = setAcceptState
    self.read = read
    self.write = write
    self.shutdown = shutdown
    self.errorKind = errorKind
    self.clearErrors = clearErrors
  }
}
