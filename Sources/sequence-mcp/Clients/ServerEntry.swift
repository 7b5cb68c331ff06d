import JSON
import Platform

/// An entry that launches this program: one member of a client's list of servers.
struct ServerEntry {
  /// Short, since clients prefix every tool's name with it.
  static let defaultKey = "seq"
  /// The proposal where another server has the usual key.
  static let otherKey = "sequence"
  static let programName = "sequence-mcp"

  /// Whether every client takes the name of a server. A leading hyphen would make it an option of the commands that name it.
  static func isUsable(key: String) -> Bool {
    (1...64).contains(key.utf8.count) && key.utf8.first != UInt8(ascii: "-")
      && key.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
  }

  let key: String
  /// The command that runs the binary: empty, or `wsl.exe`, `ssh` or `sudo` with its arguments.
  var launcher: [String] = []
  /// The path of the binary; empty if only the remote end of an SSH connection or a shell determines it.
  let binary: String
  /// The arguments of the binary: `serve` and its options.
  var arguments: [String]
  /// Environment variables that clients do not pass on by themselves.
  var environment: [(name: String, value: String)] = []
  /// The project in whose own list the entry is, among the settings of a user; nil if it is in the one for all projects.
  var project: String?
  /// The member by which the client is told not to start the entry: `enabled: false`; nil if it starts it.
  private(set) var switchedOffBy: String?
  /// The names of the members that do not say what is launched, such as a timeout.
  private(set) var otherMembers: [String] = []

  var words: [String] { launcher + (binary.isEmpty ? [] : [binary]) + arguments }

  /// Returns the value of an option among the arguments; the last one if there are several.
  func value(of option: String) -> String? {
    var found: String?
    for (index, word) in arguments.enumerated() {
      if word == option, index + 1 < arguments.count { found = arguments[index + 1] }
      if word.hasPrefix(option + "=") { found = String(word.dropFirst(option.utf8.count + 1)) }
    }
    return found
  }

  static let configurationVariable = "SEQUENCE_MCP_CONFIG"

  /// The configuration that an option or a variable of the entry names.
  var namedConfiguration: String? { value(of: Option.config.name) ?? variable(Self.configurationVariable) }

  /// The state directory that an option or a variable of the entry names.
  var namedStateDirectory: String? { value(of: Option.stateDirectory.name) ?? variable(StateLocation.variable) }

  func variable(_ name: String) -> String? {
    environment.last { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
  }

  /// Returns what a client passes on of an environment (clients as of 2026-11).
  static func bareEnvironment(_ environment: [String: String]) -> [String: String] {
    environment.filter { ["HOME", "PATH"].contains($0.key) }
  }

  /// Returns the environment with which a client starts the entry.
  func bareEnvironment(_ environment: [String: String]) -> [String: String] {
    Self.bareEnvironment(environment).merging(self.environment.map { ($0.name, $0.value) }) { $1 }
  }

  /// The names of the variables that no option replaces.
  var otherVariables: [String] {
    environment.map(\.name).filter { ![Self.configurationVariable, StateLocation.variable].contains($0) }
  }

  /// Sets the option among the arguments, replacing an existing value.
  mutating func set(_ option: String, _ value: String) {
    if let index = arguments.firstIndex(of: option), index + 1 < arguments.count {
      arguments[index + 1] = value
    } else if let index = arguments.firstIndex(where: { $0.hasPrefix(option + "=") }) {
      arguments[index] = option + "=" + value
    } else {
      arguments += [option, value]
    }
  }

  /// Returns this entry merged into an existing one, whose options are kept.
  /// - Parameter replacesConfiguration: Whether this run names the configuration. If so, it also determines the flags that
  ///   change what calls do, such as `--sandbox`.
  func merged(into present: ServerEntry, replacesConfiguration: Bool) -> ServerEntry {
    // Another machine or user has its own paths.
    guard !present.arguments.isEmpty, !leadsToSeparation, !present.leadsToSeparation else { return self }
    var result = self
    // Arguments that start no server are rewritten, keeping the paths and flags among them.
    result.arguments =
      present.serveFault == nil ? present.arguments : [ServeCommand.name] + present.places + present.flags
    if replacesConfiguration { result.arguments.removeAll { ServerEntry.flags.contains($0) } }
    let (config, stateDirectory) = (Option.config.name, Option.stateDirectory.name)
    if let path = value(of: config), replacesConfiguration || present.value(of: config) == nil {
      result.set(config, path)
    }
    if let path = value(of: stateDirectory) { result.set(stateDirectory, path) }
    for flag in arguments.dropFirst() where ServerEntry.flags.contains(flag) && !result.arguments.contains(flag) {
      result.arguments.append(flag)
    }
    return result
  }

  /// The options that name the configuration and the state directory.
  var places: [String] { [Option.config, .stateDirectory].flatMap { $0.words(value(of: $0.name)) } }

  /// Its own flags of those.
  var flags: [String] { ServerEntry.flags.filter(arguments.contains) }

  /// The options of `serve` besides those, which `client-config` does not write.
  var otherOptions: [String] {
    let written = ServerEntry.flags + [Option.config, .stateDirectory].map(\.name)
    return ServeCommand.options.map(\.name).filter { name in
      !written.contains(name) && arguments.contains { $0 == name || $0.hasPrefix(name + "=") }
    }
  }

  private var leadsToSeparation: Bool { SeparationRoute(self) != nil }

  /// The options of `serve` that change what calls do.
  static let flags = [ServeCommand.sandbox, ServeCommand.readOnly, ServeCommand.dryRun].map(\.name)
}

extension ServerEntry {
  /// Creates the entry from a settings file; nil if it does not launch a copy of this program, directly or through another
  /// program.
  init?(_ key: String, _ value: JSONValue) {
    let command = value["command"] ?? value["cmd"]
    // Earlier versions of Zed wrote an object.
    let object = command?.objectValue == nil ? value : command ?? value
    let first =
      (command?["path"] ?? command)?.stringValue.map { [$0] } ?? command?.arrayValue?.compactMap(\.stringValue) ?? []
    let words = first + (object["args"]?.arrayValue ?? []).compactMap(\.stringValue)
    let variables = (object["env"] ?? object["environment"])?.objectValue?.members ?? []
    // The name of the key's file also matches this program's name.
    let sshKey = SSHRoute.keyIndex(in: words)
    let isSSHRoute = SSHRoute(words: words) != nil
    if !isSSHRoute,
      let index = words.indices.first(where: { $0 != sshKey && ServerEntry.startsThisProgram(words, at: $0) })
    {
      let launcher = Array(words[..<index])
      self.init(
        key: key, launcher: launcher, binary: words[index], arguments: Array(words[(index + 1)...]),
        environment: variables.compactMap { name, value in value.stringValue.map { (name, $0) } }
          + (ServerEntry.assignments(launcher) ?? []))
    } else if sshKey != nil || ServerEntry.givesLine(words) {
      // Only the other machine, or the shell, knows what is started.
      self.init(key: key, launcher: words, binary: "", arguments: [])
    } else {
      return nil
    }
    let usual = ["command", "cmd", "args", "env", "environment", "type", "name", "enabled", "disabled"]
    otherMembers = (value.objectValue?.keys ?? []).filter { !usual.contains($0) }
    if value["enabled"]?.boolValue == false { switchedOffBy = "enabled: false" }
    if value["disabled"]?.boolValue == true { switchedOffBy = "disabled: true" }
  }

  /// Why the arguments do not start a server, as a phrase that follows `launches this program as 'seq'`; nil if they do.
  var serveFault: String? {
    let name = arguments.first.flatMap { Option.isLike($0) ? nil : $0 }
    if let name, name != ServeCommand.name {
      return Subcommands.named(name) == nil
        ? " with a first argument that is not a subcommand" : " with '\(name)', which is not a server"
    }
    let words = Array(arguments.dropFirst(name == nil ? 0 : 1))
    let isAccepted = (try? ParsedArguments(words, for: ServeCommand.self)) != nil
    return isAccepted ? nil : ", which exits at once: 'serve' does not accept one of its arguments"
  }
}
