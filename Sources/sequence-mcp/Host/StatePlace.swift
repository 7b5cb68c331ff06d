import Platform
import Rules

/// Where the ledger is: one place for a user and all clients, regardless of the environment they start this program in.
struct StatePlace: Sendable {
  static let variable = "SEQUENCE_MCP_STATE_DIR"

  /// The state directory of the real account.
  let real: String
  /// The state directory of this configuration's sandbox, so that play money uses up no real cap.
  let sandbox: String

  /// The state directory of a run.
  func path(isSandbox: Bool) -> String { isSandbox ? sandbox : real }

  /// `--state-dir`, else `$SEQUENCE_MCP_STATE_DIR`, else `state_dir`, else `~/.local/state/sequence-mcp`.
  /// - Parameters:
  ///   - option: the value of `--state-dir`.
  ///   - configurationPath: tells sandboxes apart; nil without a file.
  /// - Throws: `CommandError.usage` if the option or the variable is not an absolute path: it would name another ledger in each
  ///   working directory.
  init(option: String?, configuration: Configuration?, configurationPath: String?, _ console: Console)
    throws(CommandError)
  {
    try self.init(
      option: option, variable: console.environment[Self.variable], configuration: configuration,
      configurationPath: configurationPath, console)
  }

  /// Of a server with an environment of its own.
  /// - Parameter variable: the value of `$SEQUENCE_MCP_STATE_DIR` there.
  init(
    option: String?, variable: String?, configuration: Configuration?, configurationPath: String?, _ console: Console
  ) throws(CommandError) {
    let variable = variable.flatMap { $0.isEmpty ? nil : $0 }
    if let option {
      real = try Self.absolute(option, named: Option.stateDirectory.name, console)
    } else if let variable {
      real = try Self.absolute(variable, named: "$" + Self.variable, console)
    } else {
      real = configuration?.stateDirectory ?? Self.standard(in: console.accountHome)
    }
    let name = configurationPath.map { Self.digest(FilePath.absolute($0)) } ?? "none"
    sandbox = FilePath.join(real, "sandbox/" + name)
  }

  /// The state directory below a home directory.
  static func standard(in home: String) -> String { FilePath.join(home, ".local/state/sequence-mcp") }

  private static func absolute(_ path: String, named name: String, _ console: Console) throws(CommandError) -> String {
    let expanded = NamedPath.expanded(path, home: console.accountHome)
    guard expanded.hasPrefix("/"), !expanded.utf8.contains(0), NamedPath.doubt(expanded) == nil else {
      throw .usage("\(name) must be a full path, or start with '~/', but is '\(path)'")
    }
    return expanded
  }

  /// FNV-1a in 16 hexadecimal digits: the same name for the same path, always.
  private static func digest(_ text: String) -> String {
    let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}
