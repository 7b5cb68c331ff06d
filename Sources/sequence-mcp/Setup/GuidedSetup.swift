import Config
import JSON
import Platform
import Rules
import Sandbox
import Secrets
import SequenceAPI

/// The steps of `setup`. Each looks at what is there, so that a run that was left is taken up again: nothing is remembered but
/// the files themselves.
struct GuidedSetup {
  private static let stepCount = 5

  private let arguments: ParsedArguments
  private let console: Console
  private let place: ConfigurationPlace
  private let folder: StarterFolder
  private let questions: Questions

  init(_ arguments: ParsedArguments, _ console: Console) {
    self.arguments = arguments
    self.console = console
    place = ConfigurationPlace(named: arguments[.config], console)
    folder = StarterFolder(place)
    var questions = Questions(console: console)
    questions.atEnd = "'sequence-mcp setup\(place.option)' goes on from here"
    self.questions = questions
  }

  func run() throws(CommandError) -> ExitCode {
    try writeConfiguration()
    let isSandbox = try isSandbox()
    if !isSandbox { try askToken() } else { step(2, "Access token: the sandbox has its own") }
    try askRules(isSandbox)
    try tryARule()
    try installClients(isSandbox)
    console.out("")
    return try DoctorCommand.run(try parsed(DoctorCommand.self, []), console)
  }

  private func step(_ number: Int, _ title: String) {
    console.out((number == 1 ? "" : "\n") + console.styled("\(number)/\(Self.stepCount)  \(title)", .bold))
  }

  /// A command line of another subcommand, with this run's configuration and state directory.
  private func parsed(_ command: any Subcommand.Type, _ words: [String]) throws(CommandError) -> ParsedArguments {
    var words = words
    if place.isNamed { words += [Option.config.name, folder.configurationPath] }
    if let state = arguments[.stateDirectory],
      command.options.contains(where: { $0.name == Option.stateDirectory.name })
    {
      words += [Option.stateDirectory.name, state]
    }
    return try ParsedArguments(words, for: command)
  }

  private func ownerFile() throws(CommandError) -> OwnerFile { try OwnerFile(place, console) }

  // MARK: 1. The configuration

  private func writeConfiguration() throws(CommandError) {
    guard FilePath.isAbsent(folder.configurationPath) else {
      guard FilePath.exists(folder.configurationPath) else { throw .unreachable(folder.configurationPath) }
      step(1, "Configuration: \(folder.configurationPath) is there, and is kept")
      return
    }
    step(1, "Configuration")
    let answer = try questions.choose(
      "Which account", ["sequence", "sandbox"], suggestion: "sequence",
      notes: [
        "sequence": "your own, by the Remote API: you need an access token and a rule's secret",
        "sandbox": "made-up accounts and rules on this machine, with play money",
      ])
    try InitCommand.write(folder, fromSandbox: answer == "sandbox", console)
  }

  /// Whether the configuration is the sandbox's own: all its rules are made up.
  private func isSandbox() throws(CommandError) -> Bool {
    let rules = try ownerFile().configuration.rules
    let madeUp = SandboxCatalog.rules.map(\.ruleID)
    return !rules.isEmpty && rules.allSatisfy { madeUp.contains($0.ruleID) }
  }

  // MARK: 2. The access token

  private func askToken() throws(CommandError) {
    var file = try ownerFile()
    let address = file.configuration.sequence.baseURL
    var isAsked = false
    while true {
      let resolver = SecretResolver(environment: console.environment, scrubber: SecretScrubber())
      let isThere = (try? resolver.resolve(file.configuration.sequence.accessToken)) != nil
      if !isThere {
        if isAsked { return }
        step(2, "Access token, to read your accounts at \(address)")
        isAsked = true
        try storeToken(file)
        file = try ownerFile()
        continue
      }
      if !isAsked { step(2, "Access token: it is there, and is tried at \(address)") }
      isAsked = true
      do throws(SequenceAPIError) {
        let accounts = try OnlineCheck.accounts(of: file.configuration, resolver, environment: console.environment)
        return console.out(Self.words(accounts))
      } catch {
        console.out("It does not work yet: \(VisibleText.line(error.message, limit: 500)); \(error.remedy)")
      }
      guard try questions.confirm("Enter the token again?", proposal: true) else { return }
      try storeToken(file)
      file = try ownerFile()
    }
  }

  private func storeToken(_ file: OwnerFile) throws(CommandError) {
    _ = try SecretCommand.run(try parsed(SecretCommand.self, ["set", "token"]), console)
  }

  /// `7 accounts: Checking, Savings, ...`
  private static func words(_ accounts: [Account]) -> String {
    let names = accounts.prefix(5).map { VisibleText.line($0.name.stringValue ?? "?", limit: 40) }
    return "\(accounts.count) \(accounts.count == 1 ? "account" : "accounts")"
      + (names.isEmpty ? "" : ": " + names.joined(separator: ", ") + (accounts.count > names.count ? ", ..." : ""))
  }

  // MARK: 3. The rules

  private func askRules(_ isSandbox: Bool) throws(CommandError) {
    step(3, "Rules, each of which becomes a tool")
    while true {
      let file = try ownerFile()
      for rule in file.configuration.rules {
        console.out("  \(rule.alias): \(RuleWords.caps(rule) ?? "no limits"), \(RuleWords.asking(rule))")
      }
      if isSandbox { return }
      let isFirst = file.configuration.rules.isEmpty
      guard try questions.confirm(isFirst ? "Add a rule now?" : "Add another rule?", proposal: isFirst) else { return }
      _ = try RuleCommand.add(nil, file, console)
    }
  }

  // MARK: 4. A try

  private func tryARule() throws(CommandError) {
    guard let rule = try ownerFile().configuration.rules.first(where: \.isEnabled) else {
      return step(4, "A try: there is no rule yet")
    }
    step(4, "A try with play money, in the sandbox")
    guard try questions.confirm("Trigger '\(rule.alias)' in the sandbox?", proposal: true) else { return }
    var words = [rule.alias, ServeCommand.sandbox.name]
    for parameter in rule.parameters where parameter.isRequired {
      let value = try questions.ask(
        "\(parameter.name)" + (parameter.description.map { " (\($0))" } ?? ""), suggestion: "1")
      words.append("\(parameter.name)=\(value)")
    }
    if try CallCommand.run(try parsed(CallCommand.self, words), console) != .success {
      console.out("The call was refused; the answer above says why.")
    }
  }

  // MARK: 5. The clients

  private func installClients(_ isSandbox: Bool) throws(CommandError) {
    step(5, "Clients")
    let places = ClientPlaces.ofThisSystem(console)
    let found = Clients.all.filter { $0.isFound(places) }
    guard !found.isEmpty else {
      return console.out(
        "None is installed here that this program knows. 'sequence-mcp client-config' lists them; run it again then.")
    }
    let names = found.map(\.name)
    for (index, client) in found.enumerated() { console.out("  \(index + 1)  \(client.title) (\(client.name))") }
    let answer = try questions.ask(
      "Which of them shall launch it: names or numbers, 'all' or 'none'", suggestion: "all"
    ) { Self.chosen($0, names) == nil ? "answer all, none, or some of \(names.joined(separator: ", "))" : nil }
    for name in Self.chosen(answer, names) ?? [] {
      guard let client = Clients.named(name) else { continue }
      let words = [name] + (client.isWritten ? ["--install"] : []) + (isSandbox ? ["--sandbox"] : [])
      do throws(CommandError) {
        _ = try ClientConfigCommand.run(try parsed(ClientConfigCommand.self, words), console)
      } catch {
        console.error(error.message)
      }
    }
  }

  /// The clients that an answer names; nil if one of its words is none of them.
  private static func chosen(_ answer: String, _ names: [String]) -> [String]? {
    switch answer.lowercased() {
    case "all": return names
    case "none", "no", "n": return []
    default: break
    }
    var chosen: [String] = []
    for word in answer.split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init) {
      if let number = Int(word), names.indices.contains(number - 1) {
        chosen.append(names[number - 1])
      } else if names.contains(word.lowercased()) {
        chosen.append(word.lowercased())
      } else {
        return nil
      }
    }
    return chosen
  }
}
