import Foundation

/// Writes a script that a test runs.
///
/// The shell writes it. If this process did, a child that another thread starts meanwhile would have the file open for writing
/// until it runs its own program, and such a file cannot be run (execve(2), ETXTBSY).
package func writeProgram(_ text: String, to path: String, mode: Int = 0o700) throws {
  let shell = Process()
  let input = Pipe()
  shell.executableURL = URL(fileURLWithPath: "/bin/sh")
  shell.arguments = ["-c", #"cat > "$0" && chmod "$1" "$0""#, path, String(mode, radix: 8)]
  shell.standardInput = input
  try shell.run()
  try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
  try input.fileHandleForWriting.close()
  shell.waitUntilExit()
  guard shell.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
}
