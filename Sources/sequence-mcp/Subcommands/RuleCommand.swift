import Config
import Platform
import Rules
import Secrets
import SourceYAML

/// `rule`: the aliases of the configuration, without an editor.
enum RuleCommand: Subcommand {
  static let name = "rule"
  static let summary = "add, list, switch on or off, or remove the rules that are tools"
  static let operands = "add|list|enable|disable|remove [ALIAS]"
  static let operandCount = 1...2
  static let verbs = ["add", "list", "enable", "disable", "remove"]
  static let options = [Option.config]
  static let details = """
    'rule add' asks for a rule's id and secret, for what it is called and for its caps, and adds it: a running client sees it
    at once. 'rule list' shows each rule with its caps and its place in the file. 'rule disable' takes a tool away and keeps
    its entry; 'rule remove' takes the entry out and asks whether the secret goes, too. Every other byte of the file stays.
    If standard input is not a terminal, each of its lines is an answer.
    """
  static let examples = ["rule add", "rule list", "rule disable move_to_savings"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let file = try OwnerFile(arguments, console)
    let alias = arguments.operands.dropFirst().first
    switch arguments.operands[0] {
    case "add": return try add(alias, file, console)
    case "list": return try list(alias, file, console)
    case let verb:
      guard let alias else {
        throw .usage("'rule \(verb)' needs the ALIAS of a rule; 'sequence-mcp rule list' shows them")
      }
      let rule = try file.rule(alias)
      return verb == "remove"
        ? try remove(rule, file, console) : try enable(rule, verb == "enable", file, console)
    }
  }

  /// Asks for a rule and adds it.
  static func add(_ alias: String?, _ file: OwnerFile, _ console: Console) throws(CommandError) -> ExitCode {
    let questions = Questions(console: console)
    let rule = try RuleInterview(questions: questions, configuration: file.configuration).run(alias: alias)
    let changed = try file.changed(
      advice: "put this below 'rules' yourself:\n"
        + (["  \(rule.alias):"] + rule.lines.dropFirst().map { "    " + $0 }).joined(separator: "\n")
    ) { editor throws(YAMLEditor.Fault) in
      try editor.set(["rules", rule.alias], to: rule.lines)
    }
    let store = SecretStore(questions: questions, console: console)
    let secretPath = file.folder.path + "/" + rule.secretPath
    let secret = try store.ask("The rule's API secret", for: secretPath)
    let isNew = try store.store(secret)
    do throws(CommandError) {
      try file.replace(with: changed)
    } catch {
      if isNew { file.folder.remove(rule.secretPath) }
      throw error
    }
    console.out("added the rule '\(rule.alias)' to \(file.folder.configurationPath); a running client sees it at once")
    let words = "\(rule.alias)\(rule.maximum == nil ? "" : " amount=1")\(file.place.option)"
    console.out(
      "Next:\n  sequence-mcp render \(words)           # shows the request\n"
        + "  sequence-mcp call \(words) --sandbox   # plays it with play money")
    return .success
  }

  private static func list(_ alias: String?, _ file: OwnerFile, _ console: Console) throws(CommandError) -> ExitCode {
    let rules = try alias.map { alias throws(CommandError) in [try file.rule(alias)] } ?? file.configuration.rules
    guard !rules.isEmpty else {
      console.out("no rules yet; 'sequence-mcp rule add\(file.place.option)' adds one")
      return .success
    }
    let rows = rules.map { rule in
      [
        rule.alias, rule.isEnabled ? "on" : "off", rule.ruleID, RuleWords.caps(rule) ?? "no limits",
        RuleWords.asking(rule), file.location(of: rule.alias),
      ]
    }
    console.out(TextTable.render([["ALIAS", "STATE", "RULE", "LIMITS", "ASKS", "PLACE"]] + rows, console))
    return .success
  }

  private static func enable(
    _ rule: Rule, _ isOn: Bool, _ file: OwnerFile, _ console: Console
  ) throws(CommandError) -> ExitCode {
    let word = isOn ? "enabled" : "disabled"
    guard rule.isEnabled != isOn else {
      console.out("the rule '\(rule.alias)' is \(word) already")
      return .success
    }
    try file.change(advice: "write 'enabled: \(isOn)' among the keys of '\(rule.alias)' yourself") {
      editor throws(YAMLEditor.Fault) in
      try editor.set(["rules", rule.alias, "enabled"], to: [isOn ? "true" : "false"])
    }
    console.out("\(word) the rule '\(rule.alias)'; a running client sees it at once")
    return .success
  }

  private static func remove(_ rule: Rule, _ file: OwnerFile, _ console: Console) throws(CommandError) -> ExitCode {
    let changed = try file.changed(
      advice: "delete the lines of '\(rule.alias)' (\(file.location(of: rule.alias))) yourself"
    ) {
      editor throws(YAMLEditor.Fault) in
      try editor.remove(["rules", rule.alias])
    }
    let questions = Questions(console: console)
    var secret: String?
    if case .file(let path) = rule.apiSecret, FilePath.exists(path) {
      let others = file.secretPlaces.count { $0.reference == rule.apiSecret }
      if others > 1 {
        console.note("The secret in \(path) stays: something else in the configuration uses it, too.")
      } else if try questions.confirm("Delete its secret \(path), too?") {
        secret = path
      }
    }
    try file.replace(with: changed)
    console.out(
      "removed the rule '\(rule.alias)' from \(file.folder.configurationPath); a running client sees it at once")
    if let secret { try SecretStore(questions: questions, console: console).remove(secret) }
    return .success
  }
}
