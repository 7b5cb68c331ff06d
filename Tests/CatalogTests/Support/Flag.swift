import Synchronization

/// A flag that a test sets while other code reads it.
final class Flag: Sendable {
  private let value = Mutex(false)

  var isSet: Bool { value.withLock { $0 } }
  func set() { value.withLock { $0 = true } }
  func unset() { value.withLock { $0 = false } }
}
