import CSystem
import Platform
import Synchronization

/// The output of a command, and its snapshot of the process's environment.
struct Console: Sendable {
  let environment: [String: String]
  /// `$HOME`, which a sandboxed client may have changed.
  let homeDirectory: String
  /// The home directory in the user database, regardless of the environment; `$HOME` if the database has none.
  var accountHome: String {
    #if DEBUG
      // Tests must not touch the account of the user who runs them. Release builds do not read this variable.
      if let home = environment["SEQUENCE_MCP_TEST_HOME"], !home.isEmpty { return home }
    #endif
    return UserDatabase.ownHome ?? homeDirectory
  }
  /// The home directory that reports shorten to `~`; `/` under sudo as another user, whose home is not the reader's.
  var shownHome: String { Console.isForAnotherUser(environment) ? "/" : homeDirectory }

  /// Returns a variable; nil also for an empty one. Clients set it so if the person left an optional setting of a bundle empty.
  func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

  static func isForAnotherUser(_ environment: [String: String]) -> Bool {
    environment["SUDO_UID"].map { $0 != String(geteuid()) } ?? false
  }

  /// Whether stdout is a terminal, so that a person reads the reports as they are printed.
  let isTerminal: Bool
  /// Whether reports on stdout are colored: by `--color`, or else if stdout is a terminal other than `dumb` and `NO_COLOR` is
  /// not set.
  let isColored: Bool

  /// The width of text for people, in columns.
  let width: Int

  /// - Parameter width: Nil queries the terminal.
  init(color: String?, environment: [String: String] = ProcessEnvironment.capture(), width: Int? = nil) {
    self.environment = environment
    self.width = width ?? Console.terminalWidth(environment)
    homeDirectory = ProcessEnvironment.homeDirectory(environment)
    isTerminal = isatty(STDOUT_FILENO) == 1
    switch color {
    case "always": isColored = true
    case "never": isColored = false
    default: isColored = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }
  }

  /// Prints a report, followed by a newline.
  func out(_ text: String) { put(text + "\n", to: STDOUT_FILENO) }
  /// Prints a report without adding a newline.
  func outRaw(_ text: String) { put(text, to: STDOUT_FILENO) }
  /// Prints a failure of the command itself. The text may quote a pasted word or a file name, so characters that could control
  /// the terminal are escaped. At a terminal it is wrapped.
  /// - Parameter lines: The lines below it.
  func error(_ text: String, lines: [String] = []) {
    let shown = "sequence-mcp: " + ([text] + lines).map { VisibleText.escaped($0) }.joined(separator: "\n")
    put((isatty(STDERR_FILENO) == 1 ? TextWrap.text(shown, width: width) : shown) + "\n", to: STDERR_FILENO)
  }
  /// Prints to stderr, followed by a newline.
  func note(_ text: String) { put(text + "\n", to: STDERR_FILENO) }
  /// Prints a remark of one paragraph to stderr. At a terminal it is wrapped.
  func remark(_ text: String, hanging: Int = 0) {
    note(isatty(STDERR_FILENO) == 1 ? wrapped(text, hanging: hanging) : text)
  }
  /// Prints to stderr without adding a newline.
  func noteRaw(_ text: String) { put(text, to: STDERR_FILENO) }

  private func put(_ text: String, to descriptor: Int32) {
    do throws(SystemError) {
      try FileDescriptor.writeAll(Array(text.utf8), to: descriptor)
    } catch {
      // Nobody is left to notify if the reader is gone. After any other failure, such as a full disk, a report is incomplete.
      guard descriptor == STDOUT_FILENO, error.code != EPIPE, !Self.outputWasLost.exchange(true, ordering: .relaxed)
      else { return }
      self.error("stdout: \(error)")
    }
  }

  private static let outputWasLost = Atomic(false)

  /// Whether part of a report could not be written although its reader is still there.
  static var isOutputLost: Bool { outputWasLost.load(ordering: .relaxed) }

  /// Returns the text in a terminal style, or plain if color is off.
  func styled(_ text: String, _ style: TerminalStyle) -> String {
    isColored ? style.applied(to: text) : text
  }
}

/// The layout of text for people: the terminal's width and the home directory. Diagnostics and commands to paste keep full
/// paths.
extension Console {
  private static let unknownWidth = 80

  /// Returns the width in columns of the terminal that shows reports, else of `COLUMNS`, else 80; at least 40.
  static func terminalWidth(_ environment: [String: String]) -> Int {
    let columns = system_terminal_columns(STDOUT_FILENO)
    if columns > 0 { return max(40, Int(columns)) }
    return environment["COLUMNS"].flatMap { Int($0) }.map { max(40, min($0, 1000)) } ?? Console.unknownWidth
  }

  /// Returns one paragraph, wrapped between words.
  func wrapped(_ text: String, hanging: Int = 0) -> String {
    TextWrap.lines(text, width: width, hanging: hanging).joined(separator: "\n")
  }

  /// Returns the wrapping of a diagnostic's help, which begins at a column; nil for what is not a terminal. A line of YAML
  /// stays as it is.
  func helpWrapping(for descriptor: Int32) -> ((_ help: String, _ column: Int) -> [String])? {
    guard isatty(descriptor) == 1 else { return nil }
    return { [width] help, column in
      help.hasPrefix(" ") ? [help] : TextWrap.lines(help, width: max(20, width - column))
    }
  }

  /// Prints text for people, wrapped between words. Lines that begin with spaces are not wrapped.
  func say(_ text: String) { out(TextWrap.text(text, width: width)) }

  /// Returns the path for display, with `~/` for the home directory and hidden characters escaped.
  func shown(path: String) -> String {
    VisibleText.escaped(FilePath.abbreviated(path, home: shownHome))
  }
}
