import CSystem
import Platform

/// Asks the person at the terminal. It never reads stdin, which may be a client's pipe or a script.
enum Terminal {
  /// Whether there is a terminal to ask at.
  static var isThere: Bool {
    let terminal = system_open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY, 0)
    if terminal >= 0 { close(terminal) }
    return terminal >= 0
  }

  /// Asks a yes-or-no question. Only a complete line can be a yes: input typed before the question is discarded, and a line
  /// that the end of the input cut off is a no.
  /// - Returns: nil if there is no terminal to ask at.
  static func confirm(_ question: String) -> Bool? {
    line("\(question) [y/N] ").map { ["y", "yes"].contains($0.lowercased()) }
  }

  /// Asks the question below the text that it is about, both wrapped at `width` columns. Continuation lines are indented, so
  /// that text from outside cannot start a line the way this program's own text does.
  static func confirm(_ question: String, about text: String, width: Int) -> Bool? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
      TextWrap.lines(String(line), width: width, hanging: line.hasPrefix("  ") ? 4 : 2)
    }
    return confirm((lines + ["", question]).joined(separator: "\n"))
  }

  /// Asks for one line of at most 99 bytes.
  /// - Returns: the line without its line break; empty if it is too long or cut off; nil if there is no terminal to ask at.
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

/// Reads a line from the terminal without echo, and restores the terminal no matter what ends the program.
enum HiddenInput {
  /// Signals that end or stop the program. They are blocked while echo is off and delivered once the terminal is restored.
  private static let heldSignals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP]

  /// - Parameter atEnd: the end of the message if the input ends.
  /// - Throws: `CommandError.unusable` if there is no terminal, or if it is closed.
  static func read(prompt: String, atEnd: String = "nothing was changed") throws(CommandError) -> String {
    let terminal = system_open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY, 0)
    guard terminal >= 0 else { throw .unusable("a secret must be entered at a terminal, and there is none") }
    defer { close(terminal) }
    ProcessHardening.hideMemory()
    var before = termios()
    guard tcgetattr(terminal, &before) == 0 else { throw .unusable("the terminal cannot hide what is typed") }
    let held = signalSet(heldSignals)
    var mask = signalSet([])
    withUnsafePointer(to: held) { _ = pthread_sigmask(SIG_BLOCK, $0, &mask) }
    defer { pthread_sigmask(SIG_SETMASK, &mask, nil) }
    hide(terminal, before)
    defer { restore(terminal, before) }
    let answer: [UInt8]?
    do throws(SystemError) {
      try FileDescriptor.writeAll(Array(prompt.utf8), to: terminal)
      let bytes = try line(from: terminal) {
        restore(terminal, before)
        // The signal arrives here: it ends the program, or stops it until it is in the foreground again.
        pthread_sigmask(SIG_SETMASK, &mask, nil)
        withUnsafePointer(to: held) { _ = pthread_sigmask(SIG_BLOCK, $0, nil) }
        hide(terminal, before)
        try? FileDescriptor.writeAll(Array(prompt.utf8), to: terminal)
      }
      try FileDescriptor.writeAll([0x0A], to: terminal)
      answer = bytes
    } catch {
      throw .unusable("\(error.description); \(atEnd)")
    }
    guard let answer else { throw .unusable("no answer: the input ended; \(atEnd)") }
    guard let text = String(validating: answer, as: UTF8.self) else {
      throw CommandError(message: "the answer is not UTF-8; \(atEnd)", exitCode: .failure)
    }
    return text
  }

  /// Reads the bytes of one line; nil at the end of the input.
  private static func line(from terminal: Int32, letSignalIn: () -> Void) throws(SystemError) -> [UInt8]? {
    var bytes: [UInt8] = []
    while true {
      if hasPendingSignal() {
        bytes = []
        letSignalIn()
      }
      // Polls, since a blocked signal does not interrupt the wait.
      guard FileDescriptor.isReadable(terminal, withinMilliseconds: 50) else { continue }
      let part = try FileDescriptor.readSome(terminal, capacity: 8192)
      if part.isEmpty { return bytes.isEmpty ? nil : bytes }
      bytes += part
      if let end = bytes.firstIndex(of: 0x0A) { return Array(bytes[..<end]) }
    }
  }

  private static func hasPendingSignal() -> Bool {
    var pending = signalSet([])
    sigpending(&pending)
    return heldSignals.contains { sigismember(&pending, $0) == 1 }
  }

  private static func signalSet(_ signals: [Int32]) -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    return set
  }

  private static func hide(_ terminal: Int32, _ before: termios) {
    var hidden = before
    hidden.c_lflag &= ~tcflag_t(ECHO | ECHONL)
    tcsetattr(terminal, TCSAFLUSH, &hidden)
  }

  private static func restore(_ terminal: Int32, _ before: termios) {
    var before = before
    tcsetattr(terminal, TCSANOW, &before)
  }
}
