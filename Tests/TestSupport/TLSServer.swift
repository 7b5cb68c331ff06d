import Foundation

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The server side of TLS, by OpenSSL 3.
// `@unchecked Sendable`: the address never changes, and OpenSSL's contexts may be used from several threads.
package final class TLSServer: @unchecked Sendable {
  private typealias Pointer = UnsafeMutableRawPointer
  private let context: Pointer

  // Opened once, never closed. `nonisolated(unsafe)`: an opaque handle that only dlsym reads.
  nonisolated(unsafe) private static let library: Pointer? = {
    #if canImport(Darwin)
      // Homebrew's, on Apple silicon and Intel: macOS itself has none.
      let names = ["/opt/homebrew", "/usr/local"].map { $0 + "/opt/openssl@3/lib/libssl.3.dylib" }
    #else
      let names = ["libssl.so.3"]
    #endif
    return names.lazy.compactMap { dlopen($0, RTLD_NOW) }.first
  }()

  static var isPossible: Bool { library != nil }

  private static func function<Function>(_ name: String, _ type: Function.Type) throws -> Function {
    guard let library, let symbol = dlsym(library, name) else { throw CocoaError(.featureUnsupported) }
    return unsafeBitCast(symbol, to: type)
  }

  /// - Parameters:
  ///   - certificate: The path of a PEM file.
  ///   - key: The path of the private key's PEM file.
  package init(certificate: String, key: String) throws {
    let method = try TLSServer.function("TLS_server_method", (@convention(c) () -> Pointer?).self)()
    let make = try TLSServer.function("SSL_CTX_new", (@convention(c) (Pointer?) -> Pointer?).self)
    let useCertificate = try TLSServer.function(
      "SSL_CTX_use_certificate_chain_file", (@convention(c) (Pointer, UnsafePointer<CChar>) -> Int32).self)
    let useKey = try TLSServer.function(
      "SSL_CTX_use_PrivateKey_file", (@convention(c) (Pointer, UnsafePointer<CChar>, Int32) -> Int32).self)
    guard let context = make(method), useCertificate(context, certificate) == 1, useKey(context, key, 1) == 1 else {
      throw CocoaError(.fileReadCorruptFile)
    }
    self.context = context
  }

  /// Performs the handshake on the socket; nil if it fails, as when the client does not accept the certificate.
  package func accept(_ socket: Int32) -> Session? {
    guard let make = try? TLSServer.function("SSL_new", (@convention(c) (Pointer) -> Pointer?).self),
      let setSocket = try? TLSServer.function("SSL_set_fd", (@convention(c) (Pointer, Int32) -> Int32).self),
      let accept = try? TLSServer.function("SSL_accept", (@convention(c) (Pointer) -> Int32).self),
      let ssl = make(context), setSocket(ssl, socket) == 1, accept(ssl) == 1
    else { return nil }
    return Session(ssl: ssl)
  }

  package struct Session {
    fileprivate let ssl: UnsafeMutableRawPointer

    package func read() -> [UInt8] {
      guard
        let read = try? TLSServer.function(
          "SSL_read", (@convention(c) (UnsafeMutableRawPointer, UnsafeMutableRawPointer, Int32) -> Int32).self)
      else { return [] }
      var bytes = [UInt8](repeating: 0, count: 16384)
      let count = read(ssl, &bytes, Int32(bytes.count))
      return Array(bytes.prefix(Int(max(0, count))))
    }

    package func write(_ bytes: [UInt8]) {
      let write = try? TLSServer.function(
        "SSL_write", (@convention(c) (UnsafeMutableRawPointer, UnsafeRawPointer, Int32) -> Int32).self)
      _ = write?(ssl, bytes, Int32(bytes.count))
    }

    package func close() {
      _ = try? TLSServer.function("SSL_shutdown", (@convention(c) (UnsafeMutableRawPointer) -> Int32).self)(ssl)
    }
  }
}
