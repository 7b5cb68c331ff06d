#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Runs the body and measures this thread's processor time, which other programs on a busy machine do not affect.
/// - Returns: the processor time in seconds.
package func processorSeconds(_ body: () throws -> Void) rethrows -> Double {
  func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
  let start = now()
  try body()
  return now() - start
}
