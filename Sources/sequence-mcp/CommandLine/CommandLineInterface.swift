import CSystem
import Platform
import SourceYAML

/// The entry point: finds the subcommand, runs it, and turns its errors into messages and an exit code.
enum CommandLineInterface {
  /// The program's version in `--version`, `serverInfo` and the `User-Agent`.
  static let version = "0.1.0"

  /// Runs the process's command line and exits with its exit code.
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
    let first = words.first
    if first == "--help" || first == "-h" || first == "help" {
      return overview(topic: words.dropFirst().first)
    }
    // Clients launch the program without a subcommand.
    let named = first.map { !Option.isLike($0) } ?? false
    guard let command = Subcommands.named(named ? words[0] : ServeCommand.name) else {
      let console = Console(color: nil)
      console.error("unknown subcommand '\(words[0])'" + didYouMean(words[0], topics))
      console.note("'sequence-mcp --help' lists the subcommands")
      return .usage
    }
    return run(command, named ? Array(words.dropFirst()) : words)
  }

  /// The valid first words.
  private static var topics: [String] { Subcommands.all.map { $0.name } + ["help", "--version"] }

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
      return try command.run(arguments, console)
    } catch {
      let console = Console(color: nil)
      console.error(error.message)
      if error.exitCode == .usage { console.note("'sequence-mcp \(command.name) --help' shows the options") }
      return error.exitCode
    }
  }

  private static func overview(topic: String?) -> ExitCode {
    let console = Console(color: nil)
    guard let topic, !Option.isLike(topic) else {
      console.out(HelpText(width: console.width).overview())
      return .success
    }
    guard let command = Subcommands.named(topic) else {
      console.error("unknown subcommand '\(topic)'" + didYouMean(topic, topics))
      return .usage
    }
    console.out(HelpText(width: console.width).of(command))
    return .success
  }
}
