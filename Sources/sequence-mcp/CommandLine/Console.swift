import CSystem
import Platform
import Rules
import Synchronization

/// Where a command's words go, and what it may know of the process: the environment, captured once.
struct Console: Sendable {
  let environment: [String: String]
  /// `$HOME`, which a sandboxed client may have changed.
  let homeDirectory: String
  /// The home directory in the user database, whatever the environment says; `$HOME` if the database has none.
  var accountHome: String {
    #if DEBUG
      // No test may leave anything in the account of whoever runs it. A released program does not know the variable.
      if let home = environment["SEQUENCE_MCP_TEST_HOME"], !home.isEmpty { return home }
    #endif
    return UserDatabase.home(of: getuid()) ?? homeDirectory
  }
  /// Whether a person reads the reports on stdout as they come.
  let isTerminal: Bool
  /// Whether reports on stdout carry colour (only on a terminal; `NO_COLOR`, `--color`).
  let isColored: Bool

  /// The columns that text for people may take.
  let width: Int

  /// - Parameter width: nil asks the terminal.
  init(colour: String?, environment: [String: String] = ProcessEnvironment.capture(), width: Int? = nil) {
    self.environment = environment
    self.width = width ?? Console.terminalWidth(environment)
    homeDirectory = ProcessEnvironment.homeDirectory(environment)
    isTerminal = isatty(1) == 1
    switch colour {
    case "always": isColored = true
    case "never": isColored = false
    default: isColored = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }
  }

  /// Prints a report, a newline behind it.
  func out(_ text: String) { put(text + "\n", to: 1) }
  /// Prints a report as it is.
  func outRaw(_ text: String) { put(text, to: 1) }
  /// Prints trouble with the command itself. It may quote a word that was pasted or a file's name, so that characters that
  /// could drive the terminal are shown, not sent.
  func error(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    put("sequence-mcp: " + lines.map { VisibleText.escaped(String($0)) }.joined(separator: "\n") + "\n", to: 2)
  }
  /// Prints to stderr, a newline behind it.
  func note(_ text: String) { put(text + "\n", to: 2) }
  /// Prints to stderr as it is.
  func noteRaw(_ text: String) { put(text, to: 2) }

  private func put(_ text: String, to descriptor: Int32) {
    do throws(SystemError) {
      try FileDescriptor.writeAll(Array(text.utf8), to: descriptor)
    } catch {
      // Nobody is left to tell where the reader is gone. A full disk is another thing: a report is missing there.
      guard descriptor == 1, error.code != EPIPE, !Self.outputWasLost.exchange(true, ordering: .relaxed) else { return }
      self.error("stdout: \(error)")
    }
  }

  private static let outputWasLost = Atomic(false)

  /// Whether some of a report could not be written, though somebody may be waiting for it.
  static var isOutputLost: Bool { outputWasLost.load(ordering: .relaxed) }

  /// The text in one of the terminal's styles, or plain.
  func styled(_ text: String, _ style: Style) -> String {
    isColored ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// SGR codes (ECMA-48).
  enum Style: String {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
  }
}
