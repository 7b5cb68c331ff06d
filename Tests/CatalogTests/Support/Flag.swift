import Synchronization

/// Something that a test makes true while other code looks at it.
final class Flag: Sendable {
  private let value = Mutex(false)

  var isSet: Bool { value.withLock { $0 } }
  func set() { value.withLock { $0 = true } }
  func unset() { value.withLock { $0 = false } }
}
