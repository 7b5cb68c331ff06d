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
      let topic = words.dropFirst().first.flatMap { Option.isLike($0) || $0 == "help" ? nil : $0 }
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
      "unknown subcommand '\(name)'" + didYouMean(name, Subcommands.all.map { $0.name } + ["help", "--version"]))
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
      console.error(error.message)
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
    guard command.options.contains(where: { [Option.config.name, Option.stateDirectory.name].contains($0.name) }) else {
      return
    }
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

/// The location of this program's file, for clients that launch it without a shell's search path.
enum OwnBinary {
  /// Returns the absolute path by which this program was called. Links are kept, since an upgrade deletes the file that they
  /// lead to.
  static func pathAsCalled(_ console: Console) -> String {
    let target = path()
    guard let name = CommandLine.arguments.first, !name.isEmpty else { return target }
    // The shell's PWD keeps the links in the path.
    let working = [console.environment["PWD"].flatMap { FilePath.isAbsolute($0) ? $0 : nil }, "."].compactMap { $0 }
    let directories =
      name.contains("/") ? working : (console.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let candidates = FilePath.isAbsolute(name) ? [name] : directories.map { FilePath.absolute($0 + "/" + name) }
    return candidates.flatMap { [normalized($0), $0] }.first { FilePath.resolvingLinks($0) == target } ?? target
  }

  /// Returns the path without `.` and `..`. It leads elsewhere if a component is a link.
  private static func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", !parts.isEmpty { parts.removeLast() } else { parts.append(part) }
    }
    return parts.map { "/" + $0 }.joined()
  }

  /// Returns the absolute path with links resolved.
  static func path() -> String {
    if let path = ExecutableFile.path() { return path }
    // The name that the caller passed.
    let name = CommandLine.arguments.first ?? "sequence-mcp"
    return name.contains("/") ? FilePath.resolvingLinks(name) : name
  }
}
