import Platform

/// A command line, split according to its subcommand's options.
struct ParsedArguments {
  private(set) var operands: [String] = []
  /// The value of each given option, by name; empty for a flag.
  private var values: [String: String] = [:]

  /// Whether the option was given, with or without a value.
  func has(_ option: Option) -> Bool { values[option.name] != nil }

  /// The value that was given for the option; nil if it was not given, empty for a flag.
  subscript(option: Option) -> String? { values[option.name] }

  /// The given options in the form in which printed commands repeat them. Paths on this machine are made absolute; paths on
  /// another machine stay as written.
  var given: String {
    values.sorted { $0.key < $1.key }.map { name, value in
      if value.isEmpty { return name }
      let isPath = [Option.config, .stateDirectory].contains { $0.name == name }
      // Of a path on another machine, the tilde is that machine's, too.
      let isOfThisMachine = isPath && !has(ClientConfigCommand.ssh)
      return name + " " + (isOfThisMachine ? ShellWord.ofPath(value) : ShellWord.quoted(value))
    }.joined(separator: " ")
  }

  /// Refuses two options of which only one can be meant.
  func refuse(_ one: Option, with other: Option) throws(CommandError) {
    if has(one), has(other) { throw .usage("'\(one.name)' and '\(other.name)' cannot be used together") }
  }

  /// Returns the chosen output format, which `--json` chooses, too; nil if none is.
  func format<Format: RawRepresentable<String>>(_ option: Option) throws(CommandError) -> Format? {
    if let chosen = self[option], chosen != "json", has(.json) {
      throw .usage("'\(Option.json.name)' and '\(option.name) \(chosen)' cannot be used together")
    }
    return (has(.json) ? "json" : self[option]).flatMap(Format.init)
  }

  init() {}

  /// Splits `words`, which follow the subcommand's name.
  /// - Throws: `CommandError.usage`, which suggests the nearest name for an unknown option or operand.
  init(_ words: [String], for command: any Subcommand.Type) throws(CommandError) {
    var rest = words[...]
    var optionsEnded = false
    while let word = rest.popFirst() {
      if optionsEnded || !Option.isLike(word) || word == "-" {
        try add(operand: word, of: command)
      } else if word == "--" {
        optionsEnded = true
      } else {
        try add(word, rest: &rest, command)
      }
    }
    guard operands.count >= command.operandCount.lowerBound || has(.help) || has(.version) else {
      throw .usage("'\(command.name)' needs \(command.operands)")
    }
  }

  private mutating func add(
    _ word: String, rest: inout ArraySlice<String>, _ command: any Subcommand.Type
  ) throws(CommandError) {
    let equals = word.utf8.firstIndex(of: UInt8(ascii: "="))
    let written = equals.map { String(Substring(word.utf8[..<$0])) } ?? word
    let name = written == "-h" ? "--help" : written
    guard let option = command.allOptions.first(where: { $0.name == name }) else {
      let names = command.allOptions.map(\.name)
      let meant = Self.otherNames[name].flatMap { names.contains($0) ? $0 : nil }
      throw .usage(
        "unknown option '\(name)' of '\(command.name)'"
          + (meant.map { "; did you mean '\($0)'?" } ?? didYouMean(name, names)))
    }
    if option.isFlag {
      guard equals == nil else { throw .usage("option '\(name)' takes no value") }
      values[name] = ""
      return
    }
    let joined = equals.map { String(Substring(word.utf8[$0...].dropFirst())) }
    guard let value = joined ?? rest.popFirst() else {
      throw .usage("option '\(name)' needs a value: \(name) \(option.value ?? "")")
    }
    let choices = option.choices
    guard choices.isEmpty || choices.contains(value) else {
      throw .usage(
        "invalid value '\(value)' for '\(name)'; expected \(Self.alternatives(choices))" + didYouMean(value, choices))
    }
    guard self[option] == nil else { throw .usage("option '\(name)' was given more than once") }
    values[name] = value
  }

  private mutating func add(operand: String, of command: any Subcommand.Type) throws(CommandError) {
    guard operands.count < command.operandCount.upperBound else {
      throw command.refusal(of: operand, after: operands)
        ?? .usage(
          "'\(command.name)' does not take '\(operand)'"
            + (command.operands.isEmpty ? "" : "; usage: \(command.name) \(command.operands)"))
    }
    let choices = command.operandChoices
    if operands.isEmpty, !choices.isEmpty, !choices.contains(operand) {
      // More would fill the screen; the command lists them without an operand.
      let words =
        choices.count > 10
        ? "; 'sequence-mcp \(command.name)' lists what it accepts" : "; expected \(Self.alternatives(choices))"
      throw .usage("invalid argument '\(operand)' for '\(command.name)'" + words + didYouMean(operand, choices))
    }
    operands.append(operand)
  }

  /// `text, json or sarif`
  private static func alternatives(_ choices: [String]) -> String {
    let last = choices.last ?? ""
    return choices.count < 2 ? last : choices.dropLast().joined(separator: ", ") + " or " + last
  }

  /// Names of the same option in other programs, for which the nearest name would be a different option.
  private static let otherNames = [
    "--uninstall": "--remove", "--delete": "--remove", "--config-file": "--config", "--file": "--config",
  ]
}

/// Returns `; did you mean 'x'?` for the nearest name, or for the few that begin with the word or with one near to it; an empty
/// string if there are none.
func didYouMean(_ word: String, _ names: [String]) -> String {
  let nearest = Suggestion.nearest(to: word, among: names)
  func head(_ name: String) -> String { String(name.prefix { $0 != "_" && $0 != "-" }) }
  var meant = nearest.map { [$0] } ?? names.filter { $0.utf8.starts(with: word.lowercased().utf8) }
  if meant.isEmpty {
    // The codes of results are in capitals, the ids of diagnostics are not.
    let alike = names.filter { ($0 == $0.uppercased()) == (word == word.uppercased()) }
    let near = Suggestion.nearest(to: word, among: alike.map(head))
    meant = alike.filter { head($0) == near }
  }
  guard nearest != nil || word.utf8.count >= 3 && (1...6).contains(meant.count) else { return "" }
  return "; did you mean " + meant.map { "'\($0)'" }.joined(separator: " or ") + "?"
}

extension ParsedArguments {
  /// The options that determine what a command works on.
  private static let places = [Option.config, .stateDirectory, ServeCommand.sandbox]

  private static let environment = ProcessEnvironment.capture()

  /// The beginning of a command line to paste. If sudo runs this as another user than the reader, it has to do so again.
  static let program: [String] = {
    guard Console.isForAnotherUser(environment), let user = RunningUser.current.name else { return ["sequence-mcp"] }
    return ["sudo", "-u", user, "sequence-mcp"]
  }()

  /// Returns a command line to paste that works on the same files as this run. It repeats those of this run's options that the
  /// command has.
  func next(_ command: any Subcommand.Type, _ words: String...) -> String { next(command, words) }

  func next(_ command: any Subcommand.Type, _ words: [String]) -> String {
    command.line(words) + places(of: command)
  }

  /// Returns those of this run's options that determine what the command works on. Another shell may not have the variable that
  /// names the configuration.
  func places(of command: any Subcommand.Type) -> String {
    Self.places.filter(command.takes).compactMap { option in
      let variable = option.name == Option.config.name ? Self.environment[ServerEntry.configurationVariable] : nil
      guard let value = self[option] ?? (variable == "" ? nil : variable) else { return nil }
      return " " + option.name + (option.isFlag ? "" : " " + ShellWord.ofPath(value))
    }.joined()
  }
}

extension ShellWord {
  /// Returns a path of this run as a printed command needs it in any directory: absolute, or with `~/` as it was written.
  static func ofPath(_ written: String) -> String {
    path(written.hasPrefix("~/") ? written : FilePath.absolute(written))
  }
}
