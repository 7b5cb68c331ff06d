import CSystem
import Platform

/// The entry point: finds the subcommand, runs it, and turns its errors into messages and an exit code.
enum CommandLineInterface {
  /// The program's version in `--version`, `serverInfo` and the `User-Agent`.
  static let version = "0.1.0"

  static func main() -> Never {
    ProcessHardening.begin()
    Allocator.useOneHeap()
    let exitCode = run()
    exit((Console.isOutputLost ? max(exitCode, .unusable) : exitCode).rawValue)
  }

  private static func run() -> ExitCode {
    var words: [String] = []
    // Not `CommandLine.arguments`, which replaces invalid bytes: a path must name the intended file.
    for index in 0..<Int(CommandLine.argc) {
      guard let bytes = CommandLine.unsafeArgv[index] else { break }
      guard let word = String(validatingCString: bytes) else {
        Console(color: nil).error("argument \(index) is not UTF-8: '\(String(cString: bytes))'")
        return .usage
      }
      words.append(word)
    }
    // Exits instead of serving, since an unreadable command line may contain `--read-only`.
    guard !words.isEmpty else {
      Console(color: nil).error("the command line cannot be read; launch the program with its name as the first word")
      return .unusable
    }
    return dispatch(Array(words.dropFirst()))
  }

  private static func dispatch(_ words: [String]) -> ExitCode {
    guard let first = words.first else { return run(ServeCommand.self, []) }
    if first == "--help" || first == "-h" || first == "help" {
      let console = Console(color: nil)
      let help = HelpText(width: console.width)
      let other = ["help", "-h"] + ServeCommand.allOptions.map(\.name)
      let topic = words.dropFirst().first.flatMap { other.contains($0) ? nil : $0 }
      guard let text = topic.map({ command($0).map(help.of) }) ?? help.overview() else { return .usage }
      console.out(text)
      return .success
    }
    // Clients launch the program without a subcommand.
    if Option.isLike(first) { return run(ServeCommand.self, words) }
    guard let command = command(first) else {
      Console(color: nil).note("'sequence-mcp --help' lists the subcommands")
      return .usage
    }
    return run(command, Array(words.dropFirst()))
  }

  /// Returns the subcommand of that name; nil after printing that there is none.
  private static func command(_ name: String) -> (any Subcommand.Type)? {
    if let command = Subcommands.named(name) { return command }
    Console(color: nil).error(
      "unknown \(Option.isLike(name) ? "option" : "subcommand") '\(name)'"
        + didYouMean(name, Subcommands.all.map { $0.name } + ["help", "--version"]))
    return nil
  }

  private static func run(_ command: any Subcommand.Type, _ words: [String]) -> ExitCode {
    do throws(CommandError) {
      let arguments = try ParsedArguments(words, for: command)
      let console = Console(color: arguments[.color])
      if arguments.has(.help) {
        console.out(HelpText(width: console.width).of(command))
        return .success
      }
      if arguments.has(.version) {
        console.out("sequence-mcp \(version)")
        return .success
      }
      try requireUTF8(arguments, console, command)
      return try command.run(arguments, console)
    } catch {
      let console = Console(color: nil)
      console.error(error.message, lines: error.lines)
      let topic = error.topic ?? command.name
      if error.exitCode == .usage { console.note("'sequence-mcp \(topic) --help' shows the options") }
      return error.exitCode
    }
  }

  /// Refuses names that decide which files are meant and are not UTF-8: they were read with U+FFFD for the other bytes, and
  /// that names another file. The working directory matters to relative paths and to the settings of a project.
  private static func requireUTF8(
    _ arguments: ParsedArguments, _ console: Console, _ command: any Subcommand.Type
  ) throws(CommandError) {
    guard command.takes(.config) || command.takes(.stateDirectory) else { return }
    func check(_ name: String, _ value: String) throws(CommandError) {
      if value.unicodeScalars.contains("\u{FFFD}") { throw .unusable("\(name) is not UTF-8: '\(value)'") }
    }
    let paths = [ServerEntry.configurationVariable, StateLocation.variable]
    // The owner's commands read the settings of clients, some of which have a variable of their own.
    let clients = command.name == ServeCommand.name ? [] : ["CODEX_HOME", "COPILOT_HOME"]
    for name in paths + ["HOME", "XDG_CONFIG_HOME"] + clients { try check(name, console.environment[name] ?? "") }
    try check("the home directory", console.accountHome)
    let given =
      [Option.config, .stateDirectory].compactMap { arguments[$0] } + paths.compactMap { console.environment[$0] }
    if command.name == ClientConfigCommand.name || given.contains(where: { !$0.isEmpty && !FilePath.isAbsolute($0) }) {
      try check("the working directory", FilePath.currentDirectory)
    }
  }
}
