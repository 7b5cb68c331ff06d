import Config
import Platform
import Rules
import Secrets
import SequenceAPI
import SourceYAML

/// `rule`: changes the rules of the configuration without an editor.
enum RuleCommand: Subcommand {
  static let name = "rule"
  static let summary = "add, list, enable, disable or remove the rules that become tools"
  static let operands = "add|list|enable|disable|remove [ALIAS]"
  static let operandCount = 1...2
  static let operandChoices = ["add", "list", "enable", "disable", "remove"]
  static let operandsComplete: CompletionList? = .ruleAliases
  static let options = [Option.config, Option.stateDirectory, .wide]
  static let details = """
    'rule add' lets you choose from the rules of your account, if there is an API key, or asks for a rule's id and secret;
    then it asks for the tool's name and its caps. A running client sees the new tool at once. 'rule list' shows each rule
    with its caps and its place in the file. 'rule disable' removes the tool and keeps its entry; 'rule remove' removes
    the entry, after a question at a terminal, and asks whether to delete the secret, too. Every other byte of the file
    stays as it is. If standard input is not a terminal, each line of it is an answer.
    """
  static let examples = ["rule add", "rule list", "rule disable move_to_savings"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    guard !arguments.has(.wide) || arguments.operands[0] == "list" else {
      throw .usage("'--wide' works only with 'rule list'")
    }
    let verb = arguments.operands[0]
    let alias = arguments.operands.dropFirst().first
    let needsAlias = !["add", "list"].contains(verb)
    guard alias != nil || !needsAlias else {
      throw .usage(
        "'rule \(verb)' needs the ALIAS of a rule; '\(arguments.next(RuleCommand.self, "list"))' shows them")
    }
    let file = try OwnerFile(arguments, console)
    switch verb {
    case "add": return try add(alias, file, console)
    case "list": return try list(alias, file, isWide: arguments.has(.wide), console)
    default:
      let rule = try file.rule(alias ?? "")
      return verb == "remove"
        ? try remove(rule, file, console) : try enable(rule, verb == "enable", file, console)
    }
  }

  static func add(
    _ alias: String?, _ file: OwnerFile, _ console: Console, questions: Questions? = nil
  ) throws(CommandError) -> ExitCode {
    let questions = questions ?? Questions(console: console)
    try file.requireRoomForRule()
    let interview = RuleInterview(questions: questions, configuration: file.configuration)
    let rule = try interview.run(alias: alias, account: accountRules(file, console))
    let changed = try write(rule, file, SecretStore(questions: questions, directory: file.directory))
    announce(
      "added the rule '\(rule.alias)' to \(console.shown(path: file.directory.configurationPath))", file, console)
    let loaded = file.loaded(changed)
    for warning in newWarnings(loaded, rule, file, console) {
      console.say("warning: \(warning.message)" + (warning.help.map { "; \($0)" } ?? ""))
    }
    for finding in findings(rule, loaded.configuration) { console.out(finding.about("rule")) }
    let words = [rule.alias] + (rule.maximum == nil ? [] : ["amount=\(rule.minimum?.description ?? "1")"])
    console.out(
      "Next:\n  \(file.arguments.next(RenderCommand.self, words))           # shows the request\n"
        + "  \(file.arguments.next(CallCommand.self, words)) --sandbox   # tries it with play money")
    return .success
  }

  /// Returns the rules to choose from; nil without a key, or if they cannot be listed, which is then printed.
  private static func accountRules(_ file: OwnerFile, _ console: Console) -> AccountRules? {
    do throws(SequenceAPIError) {
      return try AccountRules.read(file.configuration, console)
    } catch {
      let reason = "\(error.code): \(VisibleText.line(error.message, limit: 500)); \(error.lineHelp)"
      console.remark("Your account's rules cannot be listed: " + reason)
      return nil
    }
  }

  /// Says what was changed, and which running servers do not use the changed file.
  private static func announce(_ change: String, _ file: OwnerFile, _ console: Console) {
    let lagging = file.laggingServers
    console.say(change + (lagging.isEmpty ? "; a running client sees it at once" : ""))
    console.remark(lagging: lagging)
  }

  private static func adding(_ rule: RuleAnswers, to file: OwnerFile) throws(CommandError) -> [UInt8] {
    guard !file.configuration.rules.contains(where: { $0.alias == rule.alias }) else {
      throw .failure("there is a rule '\(rule.alias)' in the file now; nothing was changed")
    }
    return try file.changed(
      advice: ["put this below 'rules' yourself:", "  \(rule.alias):"] + rule.lines.dropFirst().map { "    " + $0 }
    ) { editor throws(YAMLEditor.Fault) in
      try editor.set(["rules", rule.alias], to: rule.lines)
    }
  }

  /// Asks for the rule's secret, if it has one, stores it, and writes the configuration.
  /// - Returns: the text that was written.
  private static func write(
    _ rule: RuleAnswers, _ file: OwnerFile, _ store: SecretStore
  ) throws(CommandError) -> [UInt8] {
    // Refuses a rule that does not fit before its secret is asked for.
    _ = try adding(rule, to: file)
    let secret = try rule.secretPath.map { path throws(CommandError) in
      try store.ask("The rule's API secret", for: file.directory.path + "/" + path)
    }
    // Of two commands that add the same rule, the later one must see what the other did before it stores a secret.
    return try file.directory.locked(store.questions.console) { () throws(CommandError) in
      let file = try file.reread()
      let changed = try adding(rule, to: file)
      let isNew = try secret.map { secret throws(CommandError) in try store.store(secret) } ?? false
      do throws(CommandError) {
        try file.text.replace(with: changed)
        return changed
      } catch {
        guard isNew, let path = rule.secretPath else { throw error }
        file.directory.remove(path)
        throw CommandError(message: error.message + "; its secret was deleted again", exitCode: error.exitCode)
      }
    }
  }

  /// Returns the warnings that the new rule causes, and those about its secret.
  private static func newWarnings(
    _ loaded: LoadedConfiguration, _ rule: RuleAnswers, _ file: OwnerFile, _ console: Console
  ) -> [Diagnostic] {
    let known = file.warnings.map(\.message)
    let resolver = SecretResolver(loaded.configuration?.secretReferences ?? [], console)
    let secrets = rule.secretPath == nil ? [] : loaded.checkSecrets(resolver)
    return loaded.diagnostics.filter { $0.severity == .warning && !known.contains($0.message) }
      + secrets.filter {
        ["shared-secret", "access-token-as-rule-secret"].contains($0.id) && $0.message.contains(part: "'\(rule.alias)'")
      }
  }

  /// Returns the findings on the new rule from what Sequence reports about it.
  private static func findings(_ draft: RuleAnswers, _ configuration: Configuration?) -> [Finding] {
    let added = configuration?.rules.first { $0.alias == draft.alias }
    guard let summary = draft.listed, let rule = added, rule.api == .platform else { return [] }
    let review = draft.detail.map { RuleReview(rule: rule, detail: $0).findings } ?? []
    return (PlatformInspection.findings(on: summary, rule) + review).map(\.line)
  }

  private static func list(
    _ alias: String?, _ file: OwnerFile, isWide: Bool, _ console: Console
  ) throws(CommandError) -> ExitCode {
    let rules = try alias.map { alias throws(CommandError) in [try file.rule(alias)] } ?? file.configuration.rules
    guard !rules.isEmpty else {
      console.out("no rules yet; '\(file.arguments.next(RuleCommand.self, "add"))' adds one")
      return .success
    }
    // Shortened to what is unique in the whole file, also for one rule.
    let ids = ShortIDs(file.configuration.rules.map(\.ruleID), isWide: isWide)
    let rows = rules.map { rule in
      [
        rule.alias, rule.isEnabled ? "on" : "off", ids.of(rule.ruleID), RuleText.allCaps(rule) ?? "no limits",
        RuleText.asking(rule.confirm), file.location(of: rule.alias),
      ]
    }
    if let note = file.configuration.sandboxNote { console.say(note) }
    console.out(TextTable.render([["ALIAS", "STATE", "RULE", "LIMITS", "ASKS", "PLACE"]] + rows, console))
    return .success
  }

  private static func enable(
    _ rule: Rule, _ isOn: Bool, _ file: OwnerFile, _ console: Console
  ) throws(CommandError) -> ExitCode {
    let word = isOn ? "enabled" : "disabled"
    guard rule.isEnabled != isOn else {
      console.out("the rule '\(rule.alias)' is already \(word)")
      return .success
    }
    let changed = try file.changed(advice: ["write 'enabled: \(isOn)' among the keys of '\(rule.alias)' yourself"]) {
      editor throws(YAMLEditor.Fault) in
      try editor.set(["rules", rule.alias, "enabled"], to: ["\(isOn)"])
    }
    try file.text.replace(with: changed)
    announce("\(word) the rule '\(rule.alias)'", file, console)
    return .success
  }

  private static func remove(_ rule: Rule, _ file: OwnerFile, _ console: Console) throws(CommandError) -> ExitCode {
    try file.text.requireWritable()
    let changed = try file.changed(
      advice: ["delete the lines of '\(rule.alias)' (\(file.location(of: rule.alias))) yourself"]
    ) {
      editor throws(YAMLEditor.Fault) in
      try editor.remove(["rules", rule.alias])
    }
    let questions = Questions(console: console)
    let shownPath = console.shown(path: file.directory.configurationPath)
    if questions.isInteractive, try !questions.confirm("Remove the rule '\(rule.alias)' from \(shownPath)?") {
      console.out("Nothing was changed.")
      return .failure
    }
    let store = SecretStore(questions: questions, directory: file.directory)
    var secret: SecretStore.Deletion?
    if let path = rule.apiSecret?.path, FilePath.exists(path), !file.directory.isOwnFile(path) {
      let users = file.secretPlaces.count { $0.reference.path.map { FilePath.isSame($0, path) } ?? false }
      if users > 1 {
        console.remark(
          "The secret in \(console.shown(path: path)) stays: something else in the configuration uses it, too.")
      } else {
        let deletion = store.deletion(of: path)
        if try questions.confirm(deletion.question(console)) { secret = deletion }
      }
    }
    try file.text.replace(with: changed)
    announce("removed the rule '\(rule.alias)' from \(shownPath)", file, console)
    if let secret { try store.remove(secret) }
    return .success
  }
}
