import Foundation

/// The ledger's lock, held by the test. As long as it is held, no server reads or writes the ledger. A server can thus be
/// stopped before its intent or its outcome without any test code in it.
final class LedgerHold {
  private let descriptor: Int32

  /// Takes the lock, creating the state directory and the lock's file if no server has yet.
  init(in directory: URL) throws {
    try FileManager.default.createDirectory(
      at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    descriptor = open(directory.appendingPathComponent("ledger.lock").path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0, flock(descriptor, LOCK_EX) == 0 else { throw POSIXError(.EIO) }
  }

  deinit { close(descriptor) }

  func release() { flock(descriptor, LOCK_UN) }
}

/// A lock on the ledger that is taken on the sandbox's thread when the trigger of that number arrives.
// `@unchecked Sendable`: all of it is only accessed under `lock`.
final class HoldAtMove: @unchecked Sendable {
  private let lock = NSLock()
  private let number: Int
  private var moves = 0
  private var hold: LedgerHold?

  init(_ number: Int) { self.number = number }

  func count(in home: URL) {
    lock.withLock {
      moves += 1
      if moves == number { hold = try? LedgerHold(in: home.appendingPathComponent("state/sequence-mcp")) }
    }
  }

  var isTaken: Bool { lock.withLock { hold != nil } }

  func release() { lock.withLock { hold?.release() } }
}
