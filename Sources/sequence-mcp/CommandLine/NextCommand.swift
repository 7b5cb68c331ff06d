import Platform

extension ParsedArguments {
  /// The options that say what a command works on.
  private static let places = [Option.config, .stateDirectory, ServeCommand.sandbox]

  /// A command line to paste that works on what this run works on: it repeats this run's options, as far as the command has them.
  func next(_ command: any Subcommand.Type, _ words: String...) -> String {
    var line = ["sequence-mcp", command.name] + words
    for option in Self.places where has(option) && command.options.contains(where: { $0.name == option.name }) {
      line.append(option.name)
      guard !option.isFlag, let value = self[option] else { continue }
      line.append(value.hasPrefix("~/") ? value : FilePath.absolute(value))
    }
    return ShellWord.line(line)
  }
}
