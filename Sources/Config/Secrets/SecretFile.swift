import SourceYAML
import Platform

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A secret's file, opened once: all that is asked about it is asked of the open descriptor, so that nobody can put another
/// file in its place between the check and the reading.
enum SecretFile {
  /// Whose file it is and who may use it.
  struct Access {
    let ownerID: UInt32
    /// The permission bits.
    let mode: UInt32
  }

  /// The content of a regular file, of which no more than a little over `SecretText.maxBytes` is ever read.
  /// - Parameter check: throws where the file may not be used.
  static func read(
    _ path: String, check: (Access) throws(SecretFault) -> Void = { _ in }
  ) throws(SecretFault) -> [UInt8] {
    let shown = SecretGuess.shown(path, limit: 200)
    // C would read a shorter path.
    guard !path.utf8.contains(0) else { throw fault(ENOENT, shown) }
    // O_NONBLOCK: opening a pipe must not wait for its other end. O_NOCTTY: nor may a terminal become ours.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw fault(errno, shown) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw notAFile(shown) }
    try check(Access(ownerID: status.st_uid, mode: UInt32(status.st_mode) & 0o7777))
    do throws(SystemError) {
      return try FileDescriptor.readAll(descriptor, limit: SecretText.maxBytes + 2)
    } catch {
      throw fault(error.code, shown)
    }
  }

  private static func fault(_ code: Int32, _ shown: String) -> SecretFault {
    let reason = SystemError(code: code, attempt: "open").reason
    switch code {
    case ENOENT, ENOTDIR:
      return SecretFault(
        .fileMissing, "there is no secret file '\(shown)'",
        help: "put the secret, and nothing else, into that file and run: chmod 600 '\(shown)'")
    // A socket, or a device without its driver.
    case ENXIO, ENODEV, EISDIR: return notAFile(shown)
    default:
      return SecretFault(
        .fileUnreadable, "the secret file '\(shown)' cannot be read: \(reason)",
        help: "see that the user who runs the server may read it and every folder above it")
    }
  }

  private static func notAFile(_ shown: String) -> SecretFault {
    SecretFault(
      .notAFile, "'\(shown)' is no regular file",
      help: "a secret is kept in a plain file, not in a folder, pipe or device")
  }
}
