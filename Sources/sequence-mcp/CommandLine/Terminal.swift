import CSystem
import Platform

/// Asks the person at the terminal. It never reads stdin, which may be a client's pipe or a script.
enum Terminal {
  static var isAvailable: Bool { opened { _ in } != nil }

  /// Runs code on the terminal; nil if there is none.
  private static func opened<Value>(_ body: (Int32) -> Value) -> Value? {
    let terminal = system_open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY, 0)
    guard terminal >= 0 else { return nil }
    defer { close(terminal) }
    return body(terminal)
  }

  /// The answer to a yes-or-no question.
  enum Answer {
    case yes, no
    /// Enter, anything else, or a line that the end of the input cut off. Not a yes.
    case neither

    fileprivate init(_ line: String) {
      switch line.lowercased() {
      case "y", "yes": self = .yes
      case "n", "no": self = .no
      default: self = .neither
      }
    }
  }

  /// Asks a yes-or-no question. Only a complete line can be a yes: input typed before the question is discarded.
  /// - Throws: `CommandError.noTerminal`.
  static func confirm(_ question: String) throws(CommandError) -> Bool {
    Answer(try line("\(question) [y/N] ")) == .yes
  }

  /// Asks a yes-or-no question below the text that it is about, both wrapped. Continuation lines are indented, so that text
  /// from outside cannot start a line the way this program's own text does. If the whole is higher than the terminal, the
  /// person is told that there is more above.
  /// - Parameter width: Used if the terminal does not report its own.
  /// - Throws: `CommandError.noTerminal`.
  static func answer(_ question: String, about text: String, width: Int) throws(CommandError) -> Answer {
    // 0 if the terminal does not report them.
    let (columns, rows) = opened { (Int(system_terminal_columns($0)), Int(system_terminal_rows($0))) } ?? (0, 0)
    let width = columns > 0 ? columns : width
    func wrapped(_ line: some StringProtocol) -> [String] {
      TextWrap.strictLines(String(line), width: width, hanging: line.hasPrefix("  ") ? 4 : 2)
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { wrapped($0) }
    let prompt = wrapped("\(question) [y/N] ")
    let isCut = rows > 0 && lines.count + 1 + prompt.count > rows
    let remark = isCut ? ["", "This has \(lines.count) lines: scroll up to read all of them."] : []
    return Answer(try line((lines + remark + [""] + prompt).joined(separator: "\n")))
  }

  /// Asks for one line of at most 99 bytes.
  /// - Returns: the line without its line break; empty if it is too long or cut off.
  /// - Throws: `CommandError.noTerminal`.
  static func line(_ prompt: String) throws(CommandError) -> String {
    let line = opened { terminal -> String? in
      tcflush(terminal, TCIFLUSH)
      guard (try? FileDescriptor.writeAll(Array(prompt.utf8), to: terminal)) != nil else { return nil }
      var line: [UInt8] = []
      while line.last != 0x0A {
        guard line.count < 100 else { return "" }
        guard let byte = try? FileDescriptor.readSome(terminal, capacity: 1).first else {
          // Otherwise the next text would follow on the question's line.
          try? FileDescriptor.writeAll([0x0A], to: terminal)
          return ""
        }
        line.append(byte)
      }
      return String(decoding: line.dropLast(), as: UTF8.self)
    }
    guard let line = line ?? nil else { throw .noTerminal }
    return line
  }
}

/// Reads a line from the terminal without echo, and restores the terminal no matter what ends the program.
enum HiddenInput {
  /// Signals that end or stop the program. They are blocked while echo is off and delivered once the terminal is restored.
  private static let heldSignals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP]

  /// - Parameter atEnd: The end of the message if the input ends.
  /// - Throws: `CommandError.unusable` if there is no terminal, or if it is closed.
  static func read(prompt: String, atEnd: String = "nothing was changed") throws(CommandError) -> String {
    let terminal = system_open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY, 0)
    guard terminal >= 0 else { throw .unusable("a secret must be entered at a terminal, and there is none") }
    defer { close(terminal) }
    ProcessHardening.hideMemory()
    var before = termios()
    guard tcgetattr(terminal, &before) == 0 else { throw .unusable("the terminal cannot hide what is typed") }
    var (held, mask) = (signalSet(heldSignals), signalSet([]))
    pthread_sigmask(SIG_BLOCK, &held, &mask)
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
        pthread_sigmask(SIG_BLOCK, &held, nil)
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
      throw .failure("the answer is not UTF-8; \(atEnd)")
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
