import CSystem

/// A value behind a lock that threads can wait on: `Synchronization.Mutex` has no condition variable.
// `@unchecked Sendable`: `value` is accessed only inside `withLock` and `wait`, both of which hold the mutex, and the
// two C objects live at stable addresses allocated in `init` and freed in `deinit`.
package final class Monitor<Value>: @unchecked Sendable {
  private var value: Value
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  package init(_ value: sending Value) {
    self.value = value
    mutex.initialize(to: pthread_mutex_t())
    condition.initialize(to: pthread_cond_t())
    pthread_mutex_init(mutex, nil)
    #if canImport(Darwin)
      pthread_cond_init(condition, nil)
    #else
      // Timeouts use the monotonic clock.
      var attributes = pthread_condattr_t()
      pthread_condattr_init(&attributes)
      pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
      pthread_cond_init(condition, &attributes)
      pthread_condattr_destroy(&attributes)
    #endif
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// The waiters to wake after a change.
  package enum Waking: Sendable, Hashable {
    case all
    /// Any single waiter. Correct only if all wait for the same condition and each change serves one of them.
    case one
    /// For a change that no thread waits for.
    case none
  }

  /// Runs `body` with exclusive access to the value, then wakes the waiters.
  package func withLock<Result>(waking: Waking = .all, _ body: (inout Value) throws -> Result) rethrows -> Result {
    pthread_mutex_lock(mutex)
    defer {
      wake(waking)
      pthread_mutex_unlock(mutex)
    }
    return try body(&value)
  }

  /// Blocks until `body` returns a value. Returns nil at the timeout.
  /// - Parameter timeoutMilliseconds: Nil waits indefinitely.
  package func wait<Result>(
    timeoutMilliseconds: Int64? = nil, waking: Waking = .all, until body: (inout Value) -> Result?
  ) -> Result? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    // Capped at a century, which keeps the sums below in range.
    let timeoutMilliseconds = timeoutMilliseconds.map { min($0, 3_155_760_000_000) }
    let start = SystemClock().monotonicNanoseconds()
    while true {
      if let result = body(&value) {
        wake(waking)
        return result
      }
      guard let timeoutMilliseconds else {
        pthread_cond_wait(condition, mutex)
        continue
      }
      let left = start + timeoutMilliseconds * 1_000_000 - SystemClock().monotonicNanoseconds()
      if left <= 0 { return nil }
      #if canImport(Darwin)
        var relative = timespec(tv_sec: Int(left / 1_000_000_000), tv_nsec: Int(left % 1_000_000_000))
        pthread_cond_timedwait_relative_np(condition, mutex, &relative)
      #else
        let end = start + timeoutMilliseconds * 1_000_000
        var absolute = timespec(tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
        pthread_cond_timedwait(condition, mutex, &absolute)
      #endif
    }
  }

  private func wake(_ waking: Waking) {
    switch waking {
    case .all: pthread_cond_broadcast(condition)
    case .one: pthread_cond_signal(condition)
    case .none: break
    }
  }
}
