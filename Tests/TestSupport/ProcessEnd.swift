import Foundation

#if canImport(Darwin)
  package import Darwin
#else
  package import Glibc
#endif

/// Waits until a process has ended, for at most ten seconds.
/// - Returns: whether it has ended.
package func isGone(_ process: pid_t) -> Bool {
  let end = Date(timeIntervalSinceNow: 10)
  while kill(process, 0) == 0 {
    // A zombie, which waits for its parent, has ended as well.
    let state = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
    if state.contains(") Z ") { return true }
    guard Date() < end else { return false }
    usleep(10_000)
  }
  return true
}
