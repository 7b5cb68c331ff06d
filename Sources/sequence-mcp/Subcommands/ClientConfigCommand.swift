import Config
import JSON
import Platform

/// `client-config`: how a client launches this program, printed or put into the client's settings.
enum ClientConfigCommand: Subcommand {
  static let name = "client-config"
  static let summary = "print or install the entry that makes a client launch this server"
  static let operands = "CLIENT"
  static let operandCount = 1...1
  static let operandChoices = Clients.all.map(\.name)
  static let install = Option.flag("--install", "put the entry into the client's settings file")
  static let key = Option.value("--name", "KEY", "the server's name in the client (default: \(ServerEntry.defaultKey))")
  static let options = [Option.config, install, key]
  static let details = """
    CLIENT is one of \(operandChoices.joined(separator: ", ")).
    The entry names this binary and the configuration by their absolute paths. It holds no secret. The name is short, since
    clients put it in front of every tool's name.
    --install keeps everything else in the file as it is, byte for byte, leaves a copy named FILE.backup-DATE-TIME beside it,
    and changes nothing where the entry is there already. For claude-code it writes .mcp.json in the current folder.
    """
  static let examples = [
    "client-config claude-desktop --install", "client-config claude-code", "client-config mcp-json --name money",
  ]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    guard let client = Clients.named(arguments.operands[0]) else { throw .usage("unknown client") }
    let key = arguments[key] ?? ServerEntry.defaultKey
    guard isUsable(key) else {
      throw .usage("'\(key)' is no name that every client takes; use 1 to 64 of A-Z, a-z, 0-9, '_' and '-'")
    }
    let entry = ServerEntry(
      key: key, command: OwnBinary.path(), configurationPath: try configurationPath(arguments, console))
    return arguments.has(install)
      ? try install(entry, for: client, console) : show(entry, for: client, console)
  }

  private static func show(_ entry: ServerEntry, for client: Client, _ console: Console) -> ExitCode {
    if let command = client.command {
      console.out(command(entry))
      console.note("Run that, or put this into .mcp.json in a project's folder ('--install' does it here):")
    } else if let path = client.settingsPath(ClientPlaces.ofThisSystem(console)) {
      console.note("For \(path) ('--install' puts it there):")
    } else {
      console.note("For the file that your client's manual names:")
    }
    console.out(JSONWriter.indentedText(entry.document(for: client)))
    return .success
  }

  private static func install(
    _ entry: ServerEntry, for client: Client, _ console: Console
  ) throws(CommandError) -> ExitCode {
    guard let path = client.settingsPath(ClientPlaces.ofThisSystem(console)) else {
      throw .usage("'\(client.name)' has no file of its own to install into; leave --install out and copy the entry")
    }
    var installation = ClientInstallation(client: client, entry: entry, path: path)
    switch try installation.run(timestamp: timestamp()) {
    case .unchanged: console.out("\(path) has the server '\(entry.key)' already; nothing was changed")
    case .written(let backup):
      console.out("\(path) now has the server '\(entry.key)'")
      if let backup { console.out("The file as it was: \(backup)") }
      console.out("Next: \(client.afterwards)")
    }
    for other in installation.otherKeys {
      console.note("note: the server '\(other)' in that file launches this program too; remove one of them")
    }
    return .success
  }

  /// The configuration that the client is to name; nil where there is none yet.
  private static func configurationPath(
    _ arguments: ParsedArguments, _ console: Console
  ) throws(CommandError) -> String? {
    let place = ConfigurationPlace(named: arguments[.config], console)
    if FilePath.exists(place.path) { return FilePath.absolute(place.path) }
    guard !place.isNamed, FilePath.isAbsent(place.path) else { throw .unreachable(place.path) }
    console.note("note: no configuration yet, so that only the generic tools are there; 'sequence-mcp init' makes one")
    return nil
  }

  private static func isUsable(_ key: String) -> Bool {
    (1...64).contains(key.utf8.count)
      && key.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  /// Now, in UTC: `20261122-155612`.
  private static func timestamp() -> String {
    let text = Timestamp.rfc3339(milliseconds: SystemClock().wallMilliseconds())
    return text.prefix(19).filter { $0 != "-" && $0 != ":" }.map { $0 == "T" ? "-" : String($0) }.joined()
  }
}
