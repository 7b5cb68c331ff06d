import SourceYAML

/// A command line split by its subcommand's table of options.
struct ParsedArguments {
  private(set) var flags: Set<String> = []
  private(set) var values: [String: String] = [:]
  private(set) var operands: [String] = []

  func has(_ option: Option) -> Bool { flags.contains(option.name) }

  subscript(option: Option) -> String? { values[option.name] }

  /// Splits `words`, which follow the subcommand's name.
  /// - Throws: `CommandError.usage` with the nearest name where an option or operand is unknown.
  init(_ words: [String], for command: any Subcommand.Type) throws(CommandError) {
    let options = command.options + Option.everywhere
    var rest = words[...]
    var optionsEnded = false
    while let word = rest.popFirst() {
      guard !optionsEnded, word.hasPrefix("-"), word != "-" else {
        try add(operand: word, of: command)
        continue
      }
      if word == "--" {
        optionsEnded = true
        continue
      }
      try add(word, rest: &rest, options: options, command: command)
    }
    guard operands.count >= command.operandCount.lowerBound || has(.help) || has(.version) else {
      throw .usage("'\(command.name)' needs \(command.operands)")
    }
  }

  private mutating func add(
    _ word: String, rest: inout ArraySlice<String>, options: [Option], command: any Subcommand.Type
  ) throws(CommandError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let name = parts[0] == "-h" ? "--help" : parts[0]
    guard let option = options.first(where: { $0.name == name }) else {
      throw .usage("unknown option '\(name)' of '\(command.name)'" + didYouMean(name, options.map(\.name)))
    }
    guard !option.isFlag else {
      guard parts.count == 1 else { throw .usage("option '\(name)' takes no value") }
      flags.insert(name)
      return
    }
    guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
      throw .usage("option '\(name)' needs a value: \(name) \(option.value ?? "")")
    }
    guard option.choices.isEmpty || option.choices.contains(value) else {
      throw .usage(
        "'\(value)' is not a value of '\(name)'; it takes \(option.choices.joined(separator: ", "))"
          + didYouMean(value, option.choices))
    }
    guard values.updateValue(value, forKey: name) == nil else { throw .usage("option '\(name)' stands twice") }
  }

  private mutating func add(operand: String, of command: any Subcommand.Type) throws(CommandError) {
    guard operands.count < command.operandCount.upperBound else {
      throw .usage(
        "'\(command.name)' does not take '\(operand)'"
          + (command.operands.isEmpty ? "" : "; usage: \(command.name) \(command.operands)"))
    }
    if !command.operandChoices.isEmpty, !command.operandChoices.contains(operand) {
      throw .usage(
        "'\(operand)' is not known to '\(command.name)'" + Self.choices(of: command)
          + didYouMean(operand, command.operandChoices))
    }
    operands.append(operand)
  }

  /// What an operand may be; nothing where that would fill the screen.
  private static func choices(of command: any Subcommand.Type) -> String {
    command.operandChoices.count > 10 ? "" : "; it takes \(command.operandChoices.joined(separator: ", "))"
  }
}

/// `; did you mean 'x'?`, or nothing where no name is near.
func didYouMean(_ word: String, _ names: [String]) -> String {
  Suggestion.nearest(to: word, among: names).map { "; did you mean '\($0)'?" } ?? ""
}
