import Config
import JSON
import Platform
import Rules
import Sandbox
import Secrets
import SequenceAPI
import SourceYAML

/// `setup`: guides the owner from an empty home directory to a client that can call a rule.
enum SetupCommand: Subcommand {
  static let name = "setup"
  static let summary = "set everything up step by step, until a client can call a rule"
  static let details = """
    Asks for what is missing, step by step: the configuration; the access token, which is tried at once; your rules; a trial
    with play money; and the clients that are installed here. At the end it checks everything. You can leave at any question
    with Ctrl-C; the next run continues where you left off, even within a rule's questions. If standard input is not a
    terminal, each line of it is an answer.
    """
  static let examples = ["setup"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    try ConfigurationLocation(named: arguments[.config], console).requireMeant()
    // Refuses a relative path before the first question.
    _ = try StateLocation(option: arguments[.stateDirectory], console)
    return try GuidedSetup(arguments, console).run()
  }
}

/// The steps of `setup`. Each step looks at what is already there, so an interrupted run can be continued. The only state is
/// the files themselves and, in the middle of a rule, its answers.
private struct GuidedSetup {
  private static let stepCount = 5

  private let arguments: ParsedArguments
  private let console: Console
  private let place: ConfigurationLocation
  private let directory: StarterDirectory
  private let questions: Questions

  init(_ arguments: ParsedArguments, _ console: Console) {
    self.arguments = arguments
    self.console = console
    place = ConfigurationLocation(named: arguments[.config], console)
    directory = StarterDirectory(place)
    var questions = Questions(console: console)
    questions.atEnd = "'\(arguments.next(SetupCommand.self))' continues from here"
    self.questions = questions
  }

  func run() throws(CommandError) -> ExitCode {
    try writeConfiguration()
    let isSandbox = try isSandbox()
    try askCredentials(isSandbox)
    try askRules(isSandbox)
    try tryRule()
    try installClients(isSandbox)
    console.out("")
    return try DoctorCommand.run(try parsed(DoctorCommand.self, []), console)
  }

  private func step(_ number: Int, _ title: String) {
    console.out((number == 1 ? "" : "\n") + console.styled("\(number)/\(Self.stepCount)  \(title)", .bold))
  }

  /// Parses a command line of another subcommand, with this run's configuration and state directory.
  private func parsed(_ command: any Subcommand.Type, _ words: [String]) throws(CommandError) -> ParsedArguments {
    let path = Option.config.words(place.isNamed ? directory.configurationPath : nil)
    let state = Option.stateDirectory.words(command.takes(.stateDirectory) ? arguments[.stateDirectory] : nil)
    return try ParsedArguments(words + path + state, for: command)
  }

  private func ownerFile() throws(CommandError) -> OwnerFile { try OwnerFile(arguments, console) }

  // MARK: 1. The configuration

  private func writeConfiguration() throws(CommandError) {
    let isAbsent = FilePath.isAbsent(directory.configurationPath)
    let present = isAbsent ? nil : try untouchedTemplate()
    if present == nil, !isAbsent {
      guard FilePath.exists(directory.configurationPath) else { throw .unreachable(directory.configurationPath) }
      let path = console.shown(path: directory.configurationPath)
      step(1, "Configuration: \(path) exists and is kept")
      console.say("To start over with another account or the sandbox, move it away and run this again.")
      return
    }
    step(1, "Configuration")
    let answer = try questions.choose(
      "Which account and API", InitCommand.Template.allCases.map(\.rawValue), suggestion: (present ?? .remote).rawValue,
      notes: [
        "remote": "your own account, with the Remote API: an access token, and a secret for each rule",
        "platform": "your own account, with the Platform API: one API key; runs are simulated first and then followed",
        "sandbox": "made-up accounts and rules on this machine, with play money",
      ])
    let template = InitCommand.Template(rawValue: answer) ?? .remote
    if let present {
      if template != present { try InitCommand.replace(present, with: template, in: directory, console) }
    } else {
      try InitCommand.write(directory, template, console)
    }
  }

  /// Returns the template of the configuration if it is unchanged and no secret of the owner is stored: then the choice can be
  /// made again without losing anything.
  private func untouchedTemplate() throws(CommandError) -> InitCommand.Template? {
    let bytes = try TextFile(at: directory.configurationPath).bytes
    let secrets = [StarterConfiguration.tokenPath, StarterConfiguration.keyPath]
    guard let bytes, !secrets.contains(where: directory.has) else { return nil }
    return InitCommand.Template.allCases.first { bytes.elementsEqual($0.fileText.utf8) }
  }

  /// Whether the configuration is the sandbox's: it has rules, and all of them are made up.
  private func isSandbox() throws(CommandError) -> Bool {
    let rules = try ownerFile().configuration.rules
    let madeUp = SandboxCatalog.rules.map(\.ruleID)
    return !rules.isEmpty && rules.allSatisfy { madeUp.contains($0.ruleID) }
  }

  // MARK: 2. The credentials

  private func askCredentials(_ isSandbox: Bool) throws(CommandError) {
    if isSandbox { return step(2, "Access token: the sandbox has its own") }
    let configuration = try ownerFile().configuration
    let platform = configuration.sequence.platform
    let isPlatformSetUp =
      platform.namesAPIKey || platform.baseURL != PlatformSettings().baseURL
      || configuration.rules.contains { $0.api == .platform }
    if isPlatformSetUp { try ask(.apiKey) }
    if configuration.sequence.namesAccessToken || !isPlatformSetUp { try ask(.accessToken) }
  }

  private func ask(_ credential: Credential) throws(CommandError) {
    var check = try onlineCheck()
    let address = credential.address(check.configuration.sequence)
    if credential.isStored(check) {
      step(2, "\(credential.name): already stored; trying it at \(address)")
    } else {
      step(2, "\(credential.name), to read your accounts at \(address)")
      check = try store(credential)
    }
    while credential.isStored(check) {
      do throws(SequenceAPIError) {
        return console.out(Self.words(try credential.accounts(check)))
      } catch {
        // A key can be useful without being able to read accounts.
        if error.code == SequenceErrorCode.accessDenied.name {
          return console.out("Sequence accepts it, but it may not read accounts: it does not have READ_ACCOUNTS.")
        }
        // What the configuration refers to is what was just asked for.
        let help = error.statusCode == 401 ? "copy it again from Sequence, or make a new one there" : error.lineHelp
        let reason = "\(VisibleText.line(error.message, limit: 500)); \(help)"
        // A credential that could not be tried may be correct.
        console.say(error.isUnreachable ? "It could not be tried: \(reason)" : "It does not work yet: \(reason)")
        let question = error.isUnreachable ? "Try it again?" : "Enter the \(credential.shortName) again?"
        guard try questions.confirm(question, proposal: true) else { return }
        check = error.isUnreachable ? try onlineCheck() : try store(credential)
      }
    }
  }

  private func onlineCheck() throws(CommandError) -> OnlineCheck { OnlineCheck(try ownerFile().configuration, console) }

  private func store(_ credential: Credential) throws(CommandError) -> OnlineCheck {
    _ = try SecretCommand.set(credential.target, try ownerFile(), questions)
    return try onlineCheck()
  }

  /// `7 accounts: Checking, Savings, ...`
  private static func words(_ accounts: [Account]) -> String {
    let names = accounts.prefix(5).map { VisibleText.line($0.name.stringValue ?? "?", limit: 40) }
    return accounts.count.counted("account")
      + (names.isEmpty ? "" : ": " + names.joined(separator: ", ") + (accounts.count > names.count ? ", ..." : ""))
  }

  // MARK: 3. The rules

  private func askRules(_ isSandbox: Bool) throws(CommandError) {
    step(3, "Rules, each of which becomes a tool")
    while true {
      let file = try ownerFile()
      for rule in file.configuration.rules {
        let mark = rule.isEnabled ? "" : ", disabled"
        console.out(
          "  \(rule.alias): \(RuleText.allCaps(rule) ?? "no limits"), \(RuleText.asking(rule.confirm))\(mark)")
      }
      if isSandbox { return }
      var interview = questions
      let journal = AnswerJournal(besides: file.directory.configurationPath)
      interview.journal = journal
      if journal.keptCount > 0 {
        let isWanted = try questions.confirm(
          "You left while adding a rule. Continue with your answers?", proposal: true)
        if !isWanted {
          journal.clear()
          continue
        }
      } else {
        let isFirst = file.configuration.rules.isEmpty
        guard try questions.confirm(isFirst ? "Add a rule now?" : "Add another rule?", proposal: isFirst) else {
          return
        }
      }
      _ = try RuleCommand.add(nil, file, console, questions: interview)
      journal.clear()
    }
  }

  // MARK: 4. The trial

  private func tryRule() throws(CommandError) {
    guard let rule = try ownerFile().configuration.rules.first(where: \.isEnabled) else {
      return step(4, "Trial: no rule is enabled yet")
    }
    step(4, "Trial with play money, in the sandbox")
    guard try questions.confirm("Trigger '\(rule.alias)' in the sandbox?", proposal: true) else { return }
    var words = [rule.alias, ServeCommand.sandbox.name]
    for parameter in rule.parameters where parameter.isRequired {
      let isMoney = parameter.type == .money
      let least = parameter.constraints.minimum?.number
      let value = try questions.ask(
        "\(parameter.name)" + (parameter.description.map { " (\($0))" } ?? ""),
        suggestion: isMoney ? least.map(DollarText.of) ?? "$1.00" : least?.text ?? "1")
      words.append("\(parameter.name)=\(isMoney ? plainNumber(value) ?? value : value)")
    }
    if try CallCommand.run(try parsed(CallCommand.self, words), console) != .success {
      console.out("The call was refused; the answer above says why.")
    }
  }

  // MARK: 5. The clients

  private func installClients(_ isSandbox: Bool) throws(CommandError) {
    step(5, "Clients")
    let places = ClientLocations.ofThisSystem(console)
    let found = Clients.all.filter { $0.isFound(places) }.map { (client: $0, present: present(in: $0, places)) }
    guard !found.isEmpty else {
      return console.say(
        "No supported client is installed here. 'sequence-mcp client-config' lists them; install one and run "
          + "'\(arguments.next(SetupCommand.self))' again."
      )
    }
    let names = found.map(\.client.name)
    let uses = found.map { $0.present.flatMap(otherUse) }
    for (index, (client, _)) in found.enumerated() {
      let use = uses[index].map { ", launches '\(ServerEntry.defaultKey)' \($0)" } ?? ""
      console.out("  \(index + 1)  \(client.title) (\(client.name))\(use)")
    }
    let free = zip(names, uses).filter { $0.1 == nil }.map(\.0)
    let answer = try questions.ask(
      "Which of them should launch it? Names or numbers, 'all' or 'none'",
      suggestion: free.count == names.count ? "all" : free.isEmpty ? "none" : free.joined(separator: ", ")
    ) { Self.chosen($0, names) == nil ? "answer all, none, or some of \(names.joined(separator: ", "))" : nil }
    let isMarked = try ownerFile().configuration.sandbox
    for name in Self.chosen(answer, names) ?? [] {
      guard let (client, present) = found.first(where: { $0.client.name == name }) else { continue }
      // The options that hold back the calls of the client's entry must not be removed.
      let protections = [ClientConfigCommand.readOnly, ClientConfigCommand.dryRun].map(\.name)
        .filter { present?.entry.arguments.contains($0) ?? false }
      // Names the configuration, so that an entry does not keep that of an earlier setup or of the sandbox.
      let words =
        [name] + (client.isWritten ? ["--install"] : []) + (isSandbox && !isMarked ? ["--sandbox"] : []) + protections
        + (place.isNamed ? [] : [Option.config.name, directory.configurationPath])
      do throws(CommandError) {
        _ = try ClientConfigCommand.run(try parsed(ClientConfigCommand.self, words), console)
      } catch {
        console.error(error.message)
      }
    }
  }

  /// Returns what a client's entry of the usual name launches, as a phrase; nil if that is this configuration, or nothing
  /// that works. Such an entry is replaced only if its owner says so.
  private func otherUse(_ server: LaunchedServer) -> String? {
    guard let path = server.paths?.configuration else {
      return "through \(server.entry.shownLauncher)"
    }
    let isOwn = FilePath.isSame(path, directory.configurationPath)
    return isOwn || !FilePath.exists(path) ? nil : "with \(console.shown(path: path))"
  }

  /// Returns the client's entry of the usual name; nil if it has none.
  private func present(in client: Client, _ places: ClientLocations) -> LaunchedServer? {
    guard let file = client.userFile(places), client.syntax != .yaml else { return nil }
    return LaunchedServer(ServerEntry.defaultKey, in: file, console)
  }

  /// Returns the clients that an answer names; nil if one of its words names none.
  private static func chosen(_ answer: String, _ names: [String]) -> [String]? {
    switch answer.lowercased() {
    case "all": return names
    case "none", "no", "n": return []
    default: break
    }
    var chosen: [String] = []
    for word in answer.split(whereSeparator: { $0 == "," || $0 == " " }).map({ $0.lowercased() }) {
      guard let index = Questions.choice(word, among: names) else { return nil }
      chosen.append(names[index])
    }
    return chosen
  }
}

/// A credential that `setup` asks for and tries.
private struct Credential: Sendable {
  let name: String
  let shortName: String
  let target: SecretCommand.Target
  let address: @Sendable (SequenceSettings) -> String
  let reference: @Sendable (SequenceSettings) -> SecretReference
  let accounts: @Sendable (OnlineCheck) throws(SequenceAPIError) -> [Account]

  static let apiKey = Credential(
    name: "API key", shortName: "API key", target: .apiKey, address: \.platform.baseURL, reference: \.platform.apiKey,
    accounts: { check throws(SequenceAPIError) in try check.platformAccounts() })
  static let accessToken = Credential(
    name: "Access token", shortName: "token", target: .accessToken, address: \.baseURL, reference: \.accessToken,
    accounts: { check throws(SequenceAPIError) in try check.accounts() })

  func isStored(_ check: OnlineCheck) -> Bool {
    (try? check.secrets.resolve(reference(check.configuration.sequence))) != nil
  }
}
