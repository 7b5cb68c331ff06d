/// A certificate and its key, ready for the sandbox to speak TLS with: for tests of what a client trusts.
// `@unchecked Sendable`: the context is set up in `init` and only handed to SSL_new afterwards, which OpenSSL allows
// from several threads at once (OpenSSL manual, openssl-threads).
package final class SandboxTLS: @unchecked Sendable {
  private let library: TLSLibrary
  private let context: TLSLibrary.Pointer

  /// Why there is no TLS.
  package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
    /// Lower case, without a full stop.
    package let message: String

    package var description: String { message }
  }

  /// - Parameters:
  ///   - certificateChainFile: PEM, the server's own certificate first.
  ///   - privateKeyFile: PEM, without a passphrase.
  /// - Throws: `Failure` where OpenSSL is not installed or does not take the files.
  package init(certificateChainFile: String, privateKeyFile: String) throws(Failure) {
    guard let library = TLSLibrary.shared else {
      throw Failure(message: "libssl is not installed (Debian package libssl3)")
    }
    guard let context = library.makeContext(library.serverMethod()) else {
      throw Failure(message: "libssl refuses to make a context")
    }
    self.library = library
    self.context = context
    let isPEM: Int32 = 1
    guard library.useCertificateChain(context, certificateChainFile) == 1,
      library.usePrivateKey(context, privateKeyFile, isPEM) == 1
    else { throw Failure(message: "'\(certificateChainFile)' and '\(privateKeyFile)' are no certificate and its key") }
    // SSL_CTRL_MODE: partial writes, and a retry from another buffer.
    _ = library.controlContext(context, 33, 0b11, nil)
  }

  deinit { library.freeContext(context) }

  /// A stream over an accepted socket; the handshake happens with its first read.
  func stream(_ socket: Int32) -> TLSStream? {
    guard let session = library.makeSession(context) else { return nil }
    guard library.setDescriptor(session, socket) == 1 else {
      library.freeSession(session)
      return nil
    }
    library.setAcceptState(session)
    return TLSStream(library: library, session: session)
  }
}

/// An encrypted stream, used by one thread.
final class TLSStream: ByteStream {
  private let library: TLSLibrary
  private let session: TLSLibrary.Pointer

  /// - Parameter session: freed with this.
  init(library: TLSLibrary, session: TLSLibrary.Pointer) {
    self.library = library
    self.session = session
  }

  deinit { library.freeSession(session) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(StreamObstacle) -> Int {
    library.clearErrors()
    return try outcome(library.read(session, buffer.baseAddress, Int32(clamping: buffer.count)))
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(StreamObstacle) -> Int {
    library.clearErrors()
    return try outcome(library.write(session, bytes.baseAddress, Int32(clamping: bytes.count)))
  }

  func finish() {
    library.clearErrors()
    _ = library.shutdown(session)
  }

  /// OpenSSL manual, SSL_get_error.
  private func outcome(_ count: Int32) throws(StreamObstacle) -> Int {
    guard count <= 0 else { return Int(count) }
    switch library.errorKind(session, count) {
    case 2: throw .wantsRead
    case 3: throw .wantsWrite
    case 6: return 0  // the other side has said goodbye
    default: throw .broken
    }
  }
}
