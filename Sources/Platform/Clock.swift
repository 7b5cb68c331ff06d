#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The time, injected wherever a rule depends on it, so that tests own it.
package protocol Clock: Sendable {
  /// Wall-clock time in milliseconds since 1970-01-01T00:00:00Z.
  func wallMilliseconds() -> Int64
  /// A time that never jumps, in nanoseconds since an arbitrary start.
  func monotonicNanoseconds() -> Int64
}

/// The machine's own clock.
package struct SystemClock: Clock {
  package init() {}

  package func wallMilliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  package func monotonicNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
