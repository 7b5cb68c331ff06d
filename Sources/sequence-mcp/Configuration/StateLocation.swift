import Config
import JSON
import Platform
import Rules
import Safeguards
import SourceYAML

/// The location of the ledger: the same for a user and all clients, regardless of the environment in which they start this
/// program.
struct StateLocation: Sendable {
  static let variable = "SEQUENCE_MCP_STATE_DIR"

  /// The state directory of the real account.
  let real: String
  private let configurationPath: String?

  /// The state directory of this configuration's sandbox, so that play money uses up no real cap.
  var sandbox: String {
    // One file has one sandbox, however its path is written: the FNV-1a hash of the path that it leads to.
    let name = configurationPath.map { Hex.digits(FNV1a.hash(FilePath.resolvingLinks($0).utf8)) } ?? "no-configuration"
    return FilePath.join(FilePath.join(real, PauseFile.sandboxDirectory), name)
  }

  func path(isSandbox: Bool) -> String { isSandbox ? sandbox : real }

  /// Locates the state directory: `--state-dir`, else `$SEQUENCE_MCP_STATE_DIR`, else `state_dir`, else
  /// `~/.local/state/sequence-mcp`.
  /// - Parameters:
  ///   - option: The value of `--state-dir`.
  ///   - configurationPath: Distinguishes sandboxes; nil if there is no file.
  /// - Throws: `CommandError.usage` if the option or the variable is not an absolute path, which would name another ledger in
  ///   each working directory.
  init(
    option: String?, configuration: Configuration? = nil, configurationPath: String? = nil, _ console: Console
  ) throws(CommandError) {
    self.configurationPath = configurationPath
    if let option {
      real = try Self.absolute(option, named: Option.stateDirectory.name, console)
    } else if let variable = console.variable(Self.variable) {
      real = try Self.absolute(variable, named: "$" + Self.variable, console)
    } else {
      real = configuration?.stateDirectory ?? Self.standard(console)
    }
  }

  /// Whether something other than the configuration names the directory.
  static func isNamed(_ arguments: ParsedArguments, _ console: Console) -> Bool {
    arguments.has(.stateDirectory) || console.variable(variable) != nil
  }

  /// Returns the state directory of configurations that name none, which no variable changes.
  static func standard(_ console: Console) -> String { standard(in: console.accountHome) }

  static func standard(in home: String) -> String { FilePath.join(home, ".local/state/sequence-mcp") }

  /// Returns the state directory of a configuration that is used without options.
  static func named(by path: String, _ console: Console) -> String {
    let loaded = ConfigurationInput.loader(console).load(path: path)
    return ConfiguredState(of: loaded, at: path, console).directory ?? standard(console)
  }

  private static func absolute(_ path: String, named name: String, _ console: Console) throws(CommandError) -> String {
    let expanded = NamedPath.expanded(path, home: console.accountHome)
    guard FilePath.isAbsolute(expanded), !expanded.utf8.contains(0), NamedPath.doubt(expanded) == nil else {
      let variable = NamedPath.unexpanded(path).map { ": '\($0)' was not expanded, since there was no shell" } ?? ""
      throw .usage("\(name) must be a full path, or start with '~/', but is '\(path)'\(variable)")
    }
    return expanded
  }
}

/// The `state_dir` of a configuration file, even an invalid one: the emergency stop must find the servers that use it.
enum ConfiguredState {
  /// The file sets none.
  case unset
  case directory(String)
  /// The file cannot be read, or its value is not a path.
  case unread

  init(of loaded: LoadedConfiguration, at path: String, _ console: Console) {
    var configuration = loaded.configuration
    if configuration == nil, let bytes = loaded.source?.bytes {
      guard let line = ConfiguredState.line("state_dir", in: bytes) else {
        // A key that is misspelled or in a wrong section is reported as unknown, with the one that was meant.
        let isMeant = loaded.diagnostics.contains { finding in
          finding.id == DiagnosticKind.unknownKey.id
            && (finding.message + (finding.help ?? "")).contains(part: "'state_dir'")
        }
        self = isMeant || ConfiguredState.mention(of: "state_dir", in: bytes) != nil ? .unread : .unset
        return
      }
      configuration = ConfiguredState.configuration(of: line, at: path, console)
      if configuration?.stateDirectory == nil { configuration = nil }
    }
    self = configuration.map { $0.stateDirectory.map { .directory($0) } ?? .unset } ?? .unread
  }

  var directory: String? { if case .directory(let path) = self { path } else { nil } }

  var isUnread: Bool { if case .unread = self { true } else { false } }

  /// Whether an invalid file sets `sandbox`.
  static func usesSandbox(_ loaded: LoadedConfiguration, _ console: Console) -> Bool {
    guard let bytes = loaded.source?.bytes else { return false }
    if let line = line("sandbox", in: bytes) { return configuration(of: line, at: "", console)?.sandbox ?? false }
    return mention(of: "sandbox", in: bytes)?.hasPrefix("true") ?? false
  }

  /// Returns what follows the key in a text that is not YAML: after `"state_dir":`, `state_dir :`, `{state_dir:`. nil if it
  /// does not occur, and for a text that is YAML, which has the key or does not.
  private static func mention(of key: String, in bytes: [UInt8]) -> Substring? {
    guard YAMLDocument.parse(SourceFile(name: "", bytes: bytes)).root == nil else { return nil }
    for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
      for start in line.indices where line[start...].hasPrefix(key) {
        // A comment begins the line, or after a space.
        let before = line[..<start]
        if before.first == "#" || before.contains(part: " #") { break }
        let rest = line[start...].dropFirst(key.count).drop { "'\" \t".contains($0) }
        if rest.first == ":" { return rest.dropFirst().drop { $0 == " " } }
      }
    }
    return nil
  }

  /// Returns a setting as one line, even if the rest of the file is invalid; nil if the file does not have it.
  private static func line(_ key: String, in bytes: [UInt8]) -> String? {
    if case .mapping(let entries)? = YAMLDocument.parse(SourceFile(name: "", bytes: bytes)).root?.content {
      switch entries.last(where: { $0.key.hasSameBytes(as: key) })?.value.content {
      case .string(let text)?: return "\(key): \(JSONWriter.text(.string(text)))"
      case .boolean(let isSet)?: return "\(key): \(isSet)"
      default: break
      }
    }
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
      .first { $0.hasPrefix(key + ":") }.map(String.init)
  }

  /// Parses the line as the only one of a file, so that malformed text yields nothing.
  private static func configuration(of line: String, at path: String, _ console: Console) -> Configuration? {
    let source = SourceFile(name: path, bytes: Array("version: 1\n\(line)\n".utf8))
    return ConfigurationInput.loader(console)
      .check(source: source, directory: FilePath.parent(FilePath.absolute(path))).configuration
  }
}
