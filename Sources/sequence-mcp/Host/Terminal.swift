import CSystem
import Platform

/// Asks the person at the terminal; never reads from stdin, which may be a client's pipe or a script.
enum Terminal {
  /// Whether a person can be asked.
  static var isThere: Bool {
    let terminal = system_open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY, 0)
    if terminal >= 0 { close(terminal) }
    return terminal >= 0
  }

  /// Asks a yes-or-no question. Only a whole line that says yes is one: not what was typed before the question stood there,
  /// and not what the end of the input cut off.
  /// - Returns: nil where there is no terminal to ask at.
  static func confirm(_ question: String) -> Bool? {
    line("\(question) [y/N] ").map { ["y", "yes"].contains($0.lowercased()) }
  }

  /// Asks for one line of at most 99 bytes.
  /// - Returns: without its end; empty for one that is too long or cut off, nil where there is no terminal to ask at.
  static func line(_ prompt: String) -> String? {
    let terminal = system_open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY, 0)
    guard terminal >= 0 else { return nil }
    defer { close(terminal) }
    tcflush(terminal, TCIFLUSH)
    guard (try? FileDescriptor.writeAll(Array(prompt.utf8), to: terminal)) != nil else { return nil }
    var line: [UInt8] = []
    while line.last != 0x0A {
      guard line.count < 100, let byte = try? FileDescriptor.readSome(terminal, capacity: 1).first else { return "" }
      line.append(byte)
    }
    return String(decoding: line.dropLast(), as: UTF8.self)
  }
}
