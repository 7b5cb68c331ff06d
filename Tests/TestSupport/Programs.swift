import Foundation
import Platform

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A program that the build put beside the tests.
package enum BuiltProgram {
  /// Its path.
  package static func path(_ name: String) -> String {
    #if os(macOS)
      let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL ?? Bundle.main.bundleURL
    #else
      let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    #endif
    return bundle.deletingLastPathComponent().appendingPathComponent(name).path
  }

  /// Runs `probe`, which must succeed.
  /// - Returns: the lines that it prints.
  package static func probe(_ words: [String]) throws -> [String] {
    let report = try ChildProcess(path("probe"), words, environment: [:], timeoutMilliseconds: 30_000).run()
    guard report.ending == .exited(0) else { throw CocoaError(.executableLoad) }
    return String(decoding: report.output, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}

/// Writes a script that a test runs.
///
/// The shell writes it. If this process did, a child that another thread starts meanwhile would have the file open for writing
/// until it runs its own program, and such a file cannot be run (execve(2), ETXTBSY).
package func writeProgram(_ text: String, to path: String, mode: Int = 0o700) throws {
  let shell = Process()
  let input = Foundation.Pipe()
  shell.executableURL = URL(fileURLWithPath: "/bin/sh")
  shell.arguments = ["-c", #"cat > "$0" && chmod "$1" "$0""#, path, String(mode, radix: 8)]
  shell.standardInput = input
  try shell.run()
  try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
  try input.fileHandleForWriting.close()
  shell.waitUntilExit()
  guard shell.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
}

/// Waits until a process has ended, for at most ten seconds.
/// - Returns: whether it has ended.
package func isGone(_ process: Int32) -> Bool {
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

/// Gives a signal a handler that does nothing, so that it only interrupts system calls.
package func interruptOnly(_ number: Int32) {
  var action = sigaction()
  #if canImport(Darwin)
    action.__sigaction_u.__sa_handler = { _ in }
  #else
    action.__sigaction_handler.sa_handler = { _ in }
  #endif
  sigaction(number, &action, nil)
}
