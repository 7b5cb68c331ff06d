import Platform
import Rules

/// The location of the ledger: the same for a user and all clients, regardless of the environment in which they start this program.
struct StateLocation: Sendable {
  static let variable = "SEQUENCE_MCP_STATE_DIR"

  /// The state directory of the real account.
  let real: String
  /// The state directory of this configuration's sandbox, so that play money uses up no real cap.
  let sandbox: String

  /// Returns the state directory of a run.
  func path(isSandbox: Bool) -> String { isSandbox ? sandbox : real }

  /// Locates the state directory: `--state-dir`, else `$SEQUENCE_MCP_STATE_DIR`, else `state_dir`, else
  /// `~/.local/state/sequence-mcp`.
  /// - Parameters:
  ///   - option: The value of `--state-dir`.
  ///   - configurationPath: Distinguishes sandboxes; nil if there is no file.
  /// - Throws: `CommandError.usage` if the option or the variable is not an absolute path, which would name another ledger in
  ///   each working directory.
  init(option: String?, configuration: Configuration?, configurationPath: String?, _ console: Console)
    throws(CommandError)
  {
    let variable = console.environment[Self.variable].flatMap { $0.isEmpty ? nil : $0 }
    if let option {
      real = try Self.absolute(option, named: Option.stateDirectory.name, console)
    } else if let variable {
      real = try Self.absolute(variable, named: "$" + Self.variable, console)
    } else {
      real = configuration?.stateDirectory ?? Self.standard(in: console.accountHome)
    }
    // One file has one sandbox, however its path is written.
    let name = configurationPath.map { Self.digest(FilePath.resolvingLinks($0)) } ?? "none"
    sandbox = FilePath.join(real, "sandbox/" + name)
  }

  /// Returns the standard state directory below a home directory.
  static func standard(in home: String) -> String { FilePath.join(home, ".local/state/sequence-mcp") }

  private static func absolute(_ path: String, named name: String, _ console: Console) throws(CommandError) -> String {
    let expanded = NamedPath.expanded(path, home: console.accountHome)
    guard FilePath.isAbsolute(expanded), !expanded.utf8.contains(0), NamedPath.doubt(expanded) == nil else {
      throw .usage("\(name) must be a full path, or start with '~/', but is '\(path)'")
    }
    return expanded
  }

  /// Returns the FNV-1a hash in 16 hexadecimal digits, so that a path always has the same name.
  private static func digest(_ text: String) -> String { Hex.digits(FNV1a.hash(text.utf8)) }
}
