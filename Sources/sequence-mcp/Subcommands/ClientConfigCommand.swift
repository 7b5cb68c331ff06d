import CSystem
import Config
import JSON
import Platform
import Rules
import Secrets

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
  static let options = [
    Option.config, .stateDirectory, install, remove, scope, sandbox, readOnly, dryRun, key, ssh, runAs,
  ]
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
      let all = [install, remove, scope, sandbox, readOnly, dryRun, key, ssh, runAs]
      for option in all where arguments.has(option) {
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
      let path = client.settingsPath(places).map { FilePath.abbreviated($0, home: console.homeDirectory) } ?? ""
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
  let places: ClientLocations
  let key: String
  let isForProject: Bool
  /// The settings file; nil if it is not found, or if the client has none.
  private let settings: String?
  /// The location of this run's configuration, and whether the run or its environment names it.
  private let place: ConfigurationLocation
  /// The configuration of the entry: this run's, or the one that an existing entry keeps; nil if there is none yet.
  private var configurationPath: String?
  private var configuration: Configuration?
  /// The state directory, if something other than the configuration determines it: clients pass no variables on.
  private var stateDirectory: String?
  /// The plan for a server that runs elsewhere or as another user; nil otherwise.
  private let separation: SeparationPlan?

  init(_ client: Client, _ arguments: ParsedArguments, _ console: Console) throws(CommandError) {
    self.client = client
    self.arguments = arguments
    self.console = console
    places = ClientLocations.ofThisSystem(console)
    key = arguments[ClientConfigCommand.key] ?? ServerEntry.defaultKey
    isForProject = arguments[ClientConfigCommand.scope] == "project"
    settings = isForProject ? client.projectSettings?(places) : client.settingsPath(places)
    guard ServerEntry.isUsable(key: key) else {
      throw .usage(
        "'\(key)' is not a name that every client accepts; use 1 to 64 letters, digits, '_' or '-', and do not start with '-'"
      )
    }
    guard !isForProject || client.projectSettings != nil else {
      throw .usage("'\(client.name)' has no file for a project; leave --scope out")
    }
    place = ConfigurationLocation(named: arguments[.config], console)
    separation = arguments.has(ClientConfigCommand.remove) ? nil : try SeparationPlan.of(arguments, console)
    if separation != nil || arguments.has(ClientConfigCommand.remove) { return }
    let keepsConfiguration = arguments.has(ClientConfigCommand.install) && !arguments.has(.config)
    configurationPath = keepsConfiguration ? ClientConfigRun.kept(by: key, of: client, settings, console) : nil
    if configurationPath == nil { configurationPath = try ClientConfigRun.existing(place, console) }
    configuration = configurationPath.flatMap { ConfigurationInput.loader(console).load(path: $0).configuration }
    stateDirectory = try ClientConfigRun.stateDirectory(arguments, console)
    try refuseWindowsDrives()
    try checkToolNames()
  }

  // MARK: Actions

  func show() throws(CommandError) -> ExitCode {
    let entry = entry
    noteConfiguration()
    if !isForProject, let command = client.addCommand {
      console.out(ShellWord.line(command(entry, client.form)))
      console.remark("Run that. '\(installCommand) --scope project' writes .mcp.json for this directory.")
      printSteps(console.note)
      return .success
    }
    if let path = try settingsPath(), client.isWritten || isForProject {
      console.remark("For \(console.shown(path: path)) ('\(installCommand)' puts it there):")
    } else if let path = settings {
      console.remark("For \(console.shown(path: path)), beside what is there:")
    } else {
      console.note("For the file that your client's manual names:")
    }
    console.out(client.document(entry))
    printSteps(console.note)
    return .success
  }

  /// Prints the steps that are left to the owner. Sentences are wrapped; commands and lines to paste stay whole.
  private func printSteps(_ say: (String) -> Void) {
    for line in separation?.steps(console) ?? [] {
      let isCommand = line.hasPrefix("   ") && line.dropFirst(3).first?.isUppercase != true
      say(isCommand ? line : console.wrapped(line, hanging: 2))
    }
  }

  func install() throws(CommandError) -> ExitCode {
    let target = try installation("install into")
    let entry = entry
    noteConfiguration()
    // The file to be written would make it found.
    if !isForProject, !client.isFound(places) { console.remark("note: \(client.title) was not found here") }
    let outcome = try target.install(entry, replacesConfiguration: arguments.has(.config))
    let path = console.shown(path: target.path)
    guard outcome.isChanged else {
      console.out("\(path) already has the server '\(key)'; nothing was changed")
      printSteps(console.out)
      return printNotes(on: outcome)
    }
    console.out("\(path) now has the server '\(key)'")
    if let before = outcome.before {
      console.out("It launched before: \(VisibleText.escaped(ShellWord.line(before.words)))")
      let isOther = configurationPath.map { !FilePath.isSame($0, place.path) } ?? true
      if before.namesConfiguration, isOther, !arguments.has(.config), separation == nil {
        console.out("Its configuration was kept; --config PATH names another.")
      }
      printLostFlags(before, outcome.after)
    }
    if let backup = outcome.backup { console.out("The file as it was: \(console.shown(path: backup))") }
    if isForProject {
      console.say("Everybody who has this project gets this entry; do not commit it unless they should.")
    }
    printSteps(console.out)
    console.say("Next: \(client.afterwards(key))")
    return printNotes(on: outcome)
  }

  private func printLostFlags(_ before: ServerEntry, _ after: ServerEntry?) {
    for flag in ServerEntry.flags where before.arguments.contains(flag) && after?.arguments.contains(flag) != true {
      let words =
        if flag != ServeCommand.sandbox.name { "give it again to keep it." } else if configuration?.sandbox == true {
          "the configuration itself says sandbox: true."
        } else { "its calls go to your real account." }
      console.out("It no longer has \(flag): \(words)")
    }
  }

  func remove() throws(CommandError) -> ExitCode {
    if !isForProject, let command = client.removeCommand {
      console.out(ShellWord.line(command(key, "user")))
      console.remark("Run that; \(client.title) keeps its settings itself.")
      return .success
    }
    let target = try installation("remove from")
    let outcome = try target.remove(key)
    let path = console.shown(path: target.path)
    guard let before = outcome.before else {
      console.out("\(path) has no server '\(key)'; nothing was changed")
      return printNotes(on: outcome)
    }
    console.out("\(path) no longer has the server '\(key)'")
    console.out("It launched: \(VisibleText.escaped(ShellWord.line(before.words)))")
    if let backup = outcome.backup { console.out("The file as it was: \(console.shown(path: backup))") }
    return printNotes(on: outcome)
  }

  private func printNotes(on outcome: ClientInstallation.Outcome) -> ExitCode {
    if outcome.after != nil, let member = outcome.before?.switchedOffBy {
      console.remark("note: \(client.title) does not start it: the entry says \(member)")
    }
    for other in outcome.otherKeys {
      console.remark("note: the server '\(VisibleText.escaped(other))' in that file launches this program, too")
    }
    return .success
  }

  // MARK: The entry

  private var entry: ServerEntry {
    if let separation { return separation.entry(key, through: windowsLauncher) }
    var words = [ServeCommand.name]
    if let configurationPath { words += [Option.config.name, configurationPath] }
    if let stateDirectory { words += [Option.stateDirectory.name, stateDirectory] }
    words += ClientConfigCommand.flags(arguments)
    return ServerEntry(
      key: key, launcher: windowsLauncher, binary: OwnBinary.pathAsCalled(console), arguments: words,
      environment: windowsLauncher.isEmpty ? displayVariables : [])
  }

  /// The command that starts a program in this WSL for the client on the Windows side; empty elsewhere.
  private var windowsLauncher: [String] {
    guard client.isOnWindowsSide, let windows = places.windows else { return [] }
    // -e runs it without a shell, which would parse the words again.
    return [#"C:\Windows\System32\wsl.exe"#, "-d", windows.distribution, "-e"]
  }

  /// The variables that a window needs to find the desktop, which clients do not pass on. Only for calls that may open a
  /// window.
  private var displayVariables: [(name: String, value: String)] {
    let (environment, desktop) = (console.environment, Desktop.current(environment: console.environment))
    guard configuration?.mayOpenWindow ?? false, desktop.hasOwnDisplay else { return [] }
    return Desktop.displayVariables.map { (name: $0, value: environment[$0] ?? "") }.filter { !$0.value.isEmpty }
  }

  private var installCommand: String {
    let given = arguments.given
    return ClientConfigCommand.line([client.name]) + (given.isEmpty ? "" : " " + given) + " --install"
  }

  private func noteConfiguration() {
    if separation != nil { return }
    if configurationPath == nil {
      console.remark(
        "note: no configuration yet, so only the generic tools are offered; 'sequence-mcp init' creates one")
    } else if configuration == nil {
      console.remark(
        "note: the configuration is not valid, so the server will only report what is wrong; see "
          + "'\(ValidateConfigCommand.line([configurationPath ?? ""]))'")
    }
  }

  // MARK: Location

  private func installation(_ purpose: String) throws(CommandError) -> ClientInstallation {
    guard let path = try settingsPath() else {
      let help =
        arguments.has(ClientConfigCommand.remove)
        ? "delete the entry from the client's settings yourself" : "copy the entry that is printed without --install"
      throw .usage("'\(client.name)' has no file of its own to \(purpose); \(help)")
    }
    if client.isWritten || isForProject { return ClientInstallation(client: client, path: path) }
    if let command = client.addCommand {
      throw .usage("\(client.title) keeps its settings itself; run: \(ShellWord.line(command(entry, client.form)))")
    }
    let change = purpose == "remove from" ? "--remove, and delete the lines" : "--install, and add the lines"
    throw .usage("this program does not edit \(console.shown(path: path)); run it without \(change) yourself")
  }

  private func settingsPath() throws(CommandError) -> String? {
    if settings == nil, !isForProject, let windows = places.windows, client.isOnWindowsSide {
      let users = windows.claudeUsers.map { VisibleText.escaped(FilePath.lastComponent($0)) }
      guard users.count < 2 else {
        throw .unusable(
          "several Windows users have \(client.title) (\(users.joined(separator: ", "))), and PATH does not say which one is "
            + "you; run this in a shell that Windows opened")
      }
      throw .unusable(
        "\(client.title) was not found on the Windows side of \(windows.mounts)/c; install it, start it once, and run "
          + "this again in a shell that Windows opened"
      )
    }
    return settings
  }

  /// Returns the absolute path of the configuration that the client will use; nil if there is none yet.
  private static func existing(_ place: ConfigurationLocation, _ console: Console) throws(CommandError) -> String? {
    try place.requireMeant()
    guard FilePath.exists(place.path) else {
      guard !place.isNamed, FilePath.isAbsent(place.path) else { throw .unreachable(place.path) }
      return nil
    }
    do throws(File.Fault) {
      _ = try File(reading: place.path)
    } catch {
      // The server reports any other fault of the file.
      if case .system(let error) = error, [EACCES, EPERM].contains(error.code) {
        throw .unreachable(place.path, error.code)
      }
    }
    return FilePath.absolute(place.path)
  }

  /// Returns the configuration that an existing entry names; nil if it names none, or one that no client would find.
  private static func kept(
    by key: String, of client: Client, _ settings: String?, _ console: Console
  ) -> String? {
    guard let settings, let server = LaunchedServer(key, of: client, settings: settings, console),
      server.entry.namesConfiguration, let path = server.paths?.configuration,
      ["/", "~", "$"].contains(where: path.hasPrefix)
    else { return nil }
    return path
  }

  private static func stateDirectory(
    _ arguments: ParsedArguments, _ console: Console
  ) throws(CommandError) -> String? {
    let option = arguments[.stateDirectory].map { path in
      path.isEmpty ? path : FilePath.absolute(NamedPath.expanded(path, home: console.accountHome))
    }
    guard option != nil || console.environment[StateLocation.variable]?.isEmpty == false else { return nil }
    return try StateLocation(option: option, console).real
  }

  /// Refuses paths on Windows drives. They keep no owners and modes, so others could read the secrets and change the caps.
  private func refuseWindowsDrives() throws(CommandError) {
    guard let windows = places.windows else { return }
    var paths = [("the configuration", configurationPath), ("the state directory", stateDirectory)]
    paths.append(("the state directory", configuration?.stateDirectory))
    for secret in configuration?.secretReferences ?? [] { paths.append(("a secret", secret.path)) }
    for (what, path) in paths {
      guard let path, windows.holds(FilePath.resolvingLinks(path)) else { continue }
      throw .unusable(
        "\(what), \(path), is on a Windows drive, where Linux does not store owners and modes; move it below "
          + "\(console.homeDirectory)"
      )
    }
  }

  /// Checks the lengths of the tools' names. Clients silently drop a tool whose name, with the server's in front, is too long.
  private func checkToolNames() throws(CommandError) {
    guard let configuration else { return }
    let names = configuration.rules.filter(\.isEnabled).map(\.alias)
    func dropped(_ key: String) -> [String] {
      names.filter { client.toolName(key, $0).utf8.count > client.toolNameLimit }
    }
    let lost = dropped(key)
    guard let first = lost.first else { return }
    let length = client.toolName(key, first).utf8.count
    let text =
      "\(client.title) drops tools whose name is over \(client.toolNameLimit) characters with the server's, and "
      + "'\(client.toolName(key, first))' has \(length)"
    if dropped(ServerEntry.defaultKey).count < lost.count {
      throw .usage("\(text); choose a shorter --name, such as '\(ServerEntry.defaultKey)'")
    }
    console.remark("note: \(text); give the rule a shorter alias")
  }
}
