import Foundation

#if canImport(Darwin)
  package import Darwin
#else
  package import Glibc
#endif

/// Waits until a process has ended, at most ten seconds.
/// - Returns: whether it has.
package func isGone(_ process: pid_t) -> Bool {
  let end = Date(timeIntervalSinceNow: 10)
  while kill(process, 0) == 0 {
    // One that waits for its parent to look is gone as well.
    let state = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
    if state.contains(") Z ") { return true }
    guard Date() < end else { return false }
    usleep(10_000)
  }
  return true
}
