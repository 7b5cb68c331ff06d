import Foundation

#if canImport(Darwin)
  package import Darwin
#else
  package import Glibc
#endif

/// A directory for one test, deleted with this object.
package final class TemporaryDirectory: Sendable {
  package let path: String

  package init() {
    path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    precondition(mkdir(path, 0o700) == 0)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and returns its path.
  package func write(_ name: String, _ text: String, mode: mode_t = 0o600) throws -> String {
    try write(bytes: Array(text.utf8), name, mode: mode)
  }

  package func write(bytes: [UInt8], _ name: String, mode: mode_t = 0o600) throws -> String {
    let file = path + "/" + name
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    guard chmod(file, mode) == 0 else { throw CocoaError(.fileWriteUnknown) }
    return file
  }

  /// Creates a socket at that path on which nobody listens.
  package func bindSocket(_ path: String) throws {
    let descriptor = StreamSocket.make(AF_UNIX)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { throw CocoaError(.fileWriteUnknown) }
  }
}
