import Platform
import Rules

/// `client-config`: prints the entry that makes a client launch this program, or installs it in the client's settings.
enum ClientConfigCommand: Subcommand {
  static let name = "client-config"
  static let summary = "print or install the entry that makes a client launch this server"
  static let operands = "[CLIENT]"
  static let operandCount = 0...1
  static let operandChoices = Clients.all.map(\.name)
  static let install = Option.flag("--install", "put the entry into the client's settings file")
  static let remove = Option.flag("--remove", "remove the entry from the client's settings file")
  static let scope = Option.choice(
    "--scope", ["user", "project"], "for all projects, or for the one in this directory (default: user)")
  static let sandbox = Option.flag(ServeCommand.sandbox.name, "launch it against the built-in sandbox")
  static let readOnly = Option.flag(ServeCommand.readOnly.name, "launch it without any tool that triggers something")
  static let dryRun = Option.flag(ServeCommand.dryRun.name, "launch it so that triggers only show what they would send")
  static let key = Option.value(
    "--name", "NAME", "the server's name in the client (default: \(ServerEntry.defaultKey))")
  static let ssh = Option.value(
    "--ssh", "HOST", "launch it on HOST, with a key that can do nothing else (see the page Separation)")
  static let runAs = Option.value(
    "--run-as", "USER", "launch it as USER on this machine, with sudo, which allows nothing else")
  private static let ofClient = [install, remove, scope, sandbox, readOnly, dryRun, key, ssh, runAs]
  static let options = [Option.config, .stateDirectory] + ofClient
  static let details = """
    CLIENT is one of \(operandChoices.joined(separator: ", ")). Without CLIENT it lists them and says which are installed
    on this machine.

    The entry contains the path by which this program was called and the configuration, but no secret. The name is short
    because clients put it in front of every tool's name.

    --install keeps everything else in the file as it is, byte for byte, leaves a copy named FILE.backup-DATE-TIME beside
    it, and changes nothing if the entry is already there. An existing entry of that name keeps its own configuration and
    options. With --config it gets that configuration, and loses --sandbox, --read-only and --dry-run if they are not given
    again. In WSL, claude-desktop is the one on the Windows side.

    With --ssh the server runs on HOST, and with --run-as as USER, so that a model with a shell here cannot read its
    secrets or approve its own calls. --config is then the path there. The steps that are left to you are printed, too;
    'doctor' tests the result.
    """
  static let examples = [
    "client-config", "client-config claude-desktop --install", "client-config claude-code",
    "client-config cursor --install --name money --config money.yaml", "client-config cursor --remove",
    "client-config cursor --install --ssh bank", "client-config cursor --install --run-as sequence",
  ]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    guard let name = arguments.operands.first, let client = Clients.named(name) else {
      for option in ofClient where arguments.has(option) {
        throw .usage("'\(option.name)' needs a CLIENT; 'sequence-mcp client-config' lists them")
      }
      return list(console)
    }
    try arguments.refuse(install, with: remove)
    try arguments.refuse(ssh, with: runAs)
    let run = try ClientConfigRun(client, arguments, console)
    if arguments.has(remove) { return try run.remove() }
    return arguments.has(install) ? try run.install() : try run.show()
  }

  static func flags(_ arguments: ParsedArguments) -> [String] {
    [sandbox, readOnly, dryRun].filter(arguments.has).map(\.name)
  }

  private static func list(_ console: Console) -> ExitCode {
    let places = ClientLocations.ofThisSystem(console)
    let rows = Clients.all.map { client -> [String] in
      let path = client.userFile(places).map { FilePath.abbreviated($0.path, home: console.homeDirectory) } ?? ""
      return [client.name, client.title, client.isFound(places) ? "found" : "", path]
    }
    console.out(TextTable.render([["CLIENT", "PROGRAM", "HERE", "SETTINGS"]] + rows, console))
    return .success
  }
}

/// One run of `client-config` for one client.
private struct ClientConfigRun {
  let client: Client
  let arguments: ParsedArguments
  let console: Console
  let locations: ClientLocations
  let key: String
  let isForProject: Bool
  /// The client's settings; nil if it has no file of its own.
  private let file: SettingsFile?
  /// The server that the entry launches elsewhere or as another user; nil for one that runs here.
  private let separation: SeparationPlan?
  /// The server that the entry launches here; nil for one that runs elsewhere, and for a removal.
  private let server: LocalServer?

  init(_ client: Client, _ arguments: ParsedArguments, _ console: Console) throws(CommandError) {
    self.client = client
    self.arguments = arguments
    self.console = console
    locations = ClientLocations.ofThisSystem(console)
    key = arguments[ClientConfigCommand.key] ?? ServerEntry.defaultKey
    isForProject = arguments[ClientConfigCommand.scope] == "project"
    guard ServerEntry.isUsable(key: key) else {
      throw .usage(
        "'\(key)' is not a name that every client accepts; use 1 to 64 letters, digits, '_' or '-', and do not start with '-'"
      )
    }
    guard !isForProject || client.projectSettings != nil else {
      throw .usage("'\(client.name)' has no file for a project; leave --scope out")
    }
    file = isForProject ? client.projectFile(locations) : try Self.userFile(of: client, in: locations)
    let removes = arguments.has(ClientConfigCommand.remove)
    separation = removes ? nil : try SeparationPlan.of(arguments, console)
    server = removes || separation != nil ? nil : try LocalServer(key, in: file, arguments, console)
    try server?.refuseDrives(of: locations.windows, console)
    try server?.checkToolNames(client, key, console)
  }

  /// Returns the settings file of this user; nil if the client has none of its own.
  private static func userFile(
    of client: Client, in locations: ClientLocations
  ) throws(CommandError) -> SettingsFile? {
    let file = client.userFile(locations)
    guard file == nil, let windows = locations.windows, client.isOnWindowsSide else { return file }
    let users = windows.claudeUsers.map { VisibleText.escaped(FilePath.lastComponent($0)) }
    guard users.count < 2 else {
      throw .unusable(
        "several Windows users have \(client.title) (\(users.joined(separator: ", "))), and PATH does not say which one is "
          + "you; run this in a shell that Windows opened")
    }
    throw .unusable(
      "\(client.title) was not found on the Windows side of \(windows.mounts)/c; install it, start it once, and run "
        + "this again in a shell that Windows opened")
  }

  // MARK: Actions

  func show() throws(CommandError) -> ExitCode {
    server?.remarkOnConfiguration(console)
    if !isForProject, let command = client.addCommand {
      console.out(ShellWord.line(command(entry, client.form)))
      console.remark("Run that. '\(installCommand) --scope project' writes .mcp.json for this directory.")
      printSteps(console.note)
      return .success
    }
    if let file {
      let path = console.shown(path: file.path)
      console.remark(
        file.isWritten
          ? "For \(path) ('\(installCommand)' puts it there):" : "For \(path), beside what is there:")
    } else {
      console.note("For the file that your client's manual names:")
    }
    console.out(client.document(entry))
    printSteps(console.note)
    return .success
  }

  func install() throws(CommandError) -> ExitCode {
    let file = try writtenFile()
    server?.remarkOnConfiguration(console)
    // The file to be written would make it found.
    if !isForProject, !client.isFound(locations) { console.remark("note: \(client.title) was not found here") }
    let outcome = try file.install(entry, replacesConfiguration: arguments.has(.config))
    let path = console.shown(path: file.path)
    guard outcome.isChanged else {
      console.out("\(path) already has the server '\(key)'; nothing was changed")
      printSteps(console.out)
      return printNotes(on: outcome)
    }
    console.out("\(path) now has the server '\(key)'")
    if let before = outcome.before {
      console.out("It launched before: \(before.shownLine)")
      if before.namedConfiguration != nil, !arguments.has(.config), server?.usesOwnConfiguration == false {
        console.out("Its configuration was kept; --config PATH names another.")
      }
      printLostFlags(before, outcome.after)
    }
    printBackup(outcome)
    if isForProject {
      console.say("Everybody who has this project gets this entry; do not commit it unless they should.")
    }
    printSteps(console.out)
    console.say("Next: \(client.afterwards(key))")
    return printNotes(on: outcome)
  }

  func remove() throws(CommandError) -> ExitCode {
    if !isForProject, let command = client.removeCommand {
      console.out(ShellWord.line(command(key, "user")))
      console.remark("Run that; \(client.title) keeps its settings itself.")
      return .success
    }
    let file = try writtenFile()
    let outcome = try file.remove(key)
    let path = console.shown(path: file.path)
    if let before = outcome.before {
      console.out("\(path) no longer has the server '\(key)'")
      console.out("It launched: \(before.shownLine)")
      printBackup(outcome)
    } else {
      console.out("\(path) has no server '\(key)'; nothing was changed")
    }
    return printNotes(on: outcome)
  }

  /// Returns the file to change.
  /// - Throws: `CommandError.usage` if the client has none, or one that this program does not edit.
  private func writtenFile() throws(CommandError) -> SettingsFile {
    let isRemoval = arguments.has(ClientConfigCommand.remove)
    guard let file else {
      let (purpose, help) =
        isRemoval
        ? ("remove from", "delete the entry from the client's settings yourself")
        : ("install into", "copy the entry that is printed without --install")
      throw .usage("'\(client.name)' has no file of its own to \(purpose); \(help)")
    }
    if file.isWritten { return file }
    if let command = client.addCommand {
      throw .usage("\(client.title) keeps its settings itself; run: \(ShellWord.line(command(entry, client.form)))")
    }
    let change = isRemoval ? "--remove, and delete the lines" : "--install, and add the lines"
    throw .usage("this program does not edit \(console.shown(path: file.path)); run it without \(change) yourself")
  }

  // MARK: What is printed

  /// Prints the steps that are left to the owner. Sentences are wrapped; commands and lines to paste stay whole.
  private func printSteps(_ say: (String) -> Void) {
    for line in separation?.steps(console) ?? [] {
      let isCommand = line.hasPrefix("   ") && line.dropFirst(3).first?.isUppercase != true
      say(isCommand ? line : console.wrapped(line, hanging: 2))
    }
  }

  private func printLostFlags(_ before: ServerEntry, _ after: ServerEntry?) {
    for flag in ServerEntry.flags where before.arguments.contains(flag) && after?.arguments.contains(flag) != true {
      let isMarked = server?.configuration?.sandbox == true
      let words =
        flag != ServeCommand.sandbox.name
        ? "give it again to keep it."
        : isMarked ? "the configuration itself says sandbox: true." : "its calls go to your real account."
      console.out("It no longer has \(flag): \(words)")
    }
  }

  private func printBackup(_ outcome: SettingsFile.Outcome) {
    if let backup = outcome.backup { console.out("The file as it was: \(console.shown(path: backup))") }
  }

  private func printNotes(on outcome: SettingsFile.Outcome) -> ExitCode {
    if outcome.after != nil, let member = outcome.before?.switchedOffBy {
      console.remark("note: \(client.title) does not start it: the entry says \(member)")
    }
    for other in outcome.otherKeys {
      console.remark("note: the server '\(VisibleText.escaped(other))' in that file launches this program, too")
    }
    return .success
  }

  private var installCommand: String {
    let given = arguments.given
    return ClientConfigCommand.line([client.name]) + (given.isEmpty ? "" : " " + given) + " --install"
  }

  // MARK: The entry

  private var entry: ServerEntry {
    if let separation { return separation.entry(key, through: windowsLauncher) }
    let options = (server?.options ?? []) + ClientConfigCommand.flags(arguments)
    return ServerEntry(
      key: key, launcher: windowsLauncher, binary: OwnBinary.pathAsCalled(console),
      arguments: [ServeCommand.name] + options,
      environment: windowsLauncher.isEmpty ? server?.displayVariables(console.environment) ?? [] : [])
  }

  /// The command that starts a program in this WSL for the client on the Windows side; empty elsewhere.
  private var windowsLauncher: [String] {
    guard client.isOnWindowsSide, let windows = locations.windows else { return [] }
    // -e runs it without a shell, which would parse the words again.
    return [#"C:\Windows\System32\wsl.exe"#, "-d", windows.distribution, "-e"]
  }
}
