import CSystem

/// A source of time, injected wherever a rule depends on it so that tests control it.
package protocol Clock: Sendable {
  /// Returns wall-clock time in milliseconds since 1970-01-01T00:00:00Z. It can be set forward and back.
  func wallMilliseconds() -> Int64
  /// Returns monotonic time in nanoseconds since an arbitrary start. It may stop while the machine sleeps.
  func monotonicNanoseconds() -> Int64
  /// Returns milliseconds since an arbitrary point of this boot, including sleep. The clock cannot be set, and all processes of
  /// one boot share it.
  func bootMilliseconds() -> Int64
  /// The identifier of this boot. Boot times are comparable only within one boot. nil if the system does not report it.
  var bootID: String? { get }
}

extension Clock {
  /// Returns monotonic time in whole milliseconds.
  package func monotonicMilliseconds() -> Int64 { monotonicNanoseconds() / 1_000_000 }
}

/// The machine's clock.
package struct SystemClock: Clock {
  package init() {}

  package func wallMilliseconds() -> Int64 { milliseconds(CLOCK_REALTIME) }

  package func monotonicNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  package func bootMilliseconds() -> Int64 {
    #if canImport(Darwin)
      // Includes sleep; unlike CLOCK_MONOTONIC it is not derived from the wall clock (macOS clock_gettime(3)).
      milliseconds(CLOCK_MONOTONIC_RAW)
    #else
      milliseconds(CLOCK_BOOTTIME)
    #endif
  }

  package var bootID: String? { SystemClock.currentBootID }

  private func milliseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// Read once per process: it cannot change while the process runs.
  private static let currentBootID: String? = {
    #if canImport(Darwin)
      var bytes = [UInt8](repeating: 0, count: 64)
      var size = bytes.count
      guard sysctlbyname("kern.bootsessionuuid", &bytes, &size, nil, 0) == 0 else { return nil }
      bytes = Array(bytes.prefix(size))
    #else
      guard let bytes = try? File(reading: "/proc/sys/kernel/random/boot_id").contents(limit: 64) else { return nil }
    #endif
    let text = bytes.filter { $0 > 0x20 && $0 < 0x7F }
    return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
  }()
}
