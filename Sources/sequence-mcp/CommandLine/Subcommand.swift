import Platform
import Safeguards

/// A subcommand: its name and place in the help, its options, and its implementation. One file each; `Subcommands.all` lists
/// them.
protocol Subcommand: SendableMetatype {
  static var name: String { get }
  /// One line for the overview.
  static var summary: String { get }
  /// The operands that may follow the name, as the usage line shows them: `[FILE...|-]`.
  static var operands: String { get }
  static var operandCount: ClosedRange<Int> { get }
  /// The accepted first operands, for completions and suggestions; empty if any word is accepted.
  static var operandChoices: [String] { get }
  static var operandsComplete: CompletionList? { get }
  static var options: [Option] { get }
  /// A few sentences for `--help`, below the usage line.
  static var details: String { get }
  /// Command lines for `--help`, without the program's name.
  static var examples: [String] { get }

  /// Returns the error for an operand more than the subcommand takes; nil for the usual one.
  static func refusal(of operand: String, after operands: [String]) -> CommandError?

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode
}

extension Subcommand {
  static var operands: String { "" }
  static var operandCount: ClosedRange<Int> { 0...0 }
  static var operandChoices: [String] { [] }
  static var operandsComplete: CompletionList? { nil }
  static var options: [Option] { [.config, .stateDirectory] }
  static func refusal(of operand: String, after operands: [String]) -> CommandError? { nil }

  /// Returns a command line to paste.
  static func line(_ words: [String]) -> String { ShellWord.line(ParsedArguments.program + [name] + words) }

  static var allOptions: [Option] { options + Option.everywhere }

  static func takes(_ option: Option) -> Bool { options.contains { $0.name == option.name } }
}

/// Every subcommand, in the order of the help. To add one, create its file and add a line here.
enum Subcommands {
  static let all: [any Subcommand.Type] = [
    ServeCommand.self,
    ValidateConfigCommand.self,
    ToolsCommand.self,
    RenderCommand.self,
    CallCommand.self,
    StatusCommand.self,
    PauseCommand.self,
    ResumeCommand.self,
    ApproveCommand.self,
    SettleCommand.self,
    AuditCommand.self,
    SchemaCommand.self,
    ExplainCommand.self,
    SandboxCommand.self,
    DemoCommand.self,
    ClientConfigCommand.self,
    CompletionsCommand.self,
    SetupCommand.self,
    InitCommand.self,
    RuleCommand.self,
    SecretCommand.self,
    DoctorCommand.self,
  ]

  static func named(_ name: String) -> (any Subcommand.Type)? { all.first { $0.name == name } }
}

/// The reason why a command failed: the message for stderr and the exit code.
struct CommandError: Error {
  let message: String
  /// The lines below the message.
  var lines: [String] = []
  let exitCode: ExitCode
  /// The subcommand whose help is named below a usage error; nil for the one that ran.
  var topic: String?

  static func usage(_ message: String) -> CommandError { CommandError(message: message, exitCode: .usage) }
  /// Something other than the command line was judged bad.
  static func failure(_ message: String) -> CommandError { CommandError(message: message, exitCode: .failure) }
  /// A file or the network could not be used.
  static func unusable(_ message: String) -> CommandError { CommandError(message: message, exitCode: .unusable) }
  static let noTerminal = unusable(
    "there is no terminal to ask you at; run this yourself, in your own terminal window")

  /// Runs code that uses the ledger.
  /// - Parameter failure: The start of the message if it fails.
  static func opening<Value>(
    _ body: @autoclosure () throws(LedgerFault) -> Value, _ failure: String = "the ledger cannot be used"
  ) throws(CommandError) -> Value {
    try mapping(try body()) { (fault: LedgerFault) in .unusable("\(failure): \(fault); \(fault.help)") }
  }

  /// Runs code that uses the system.
  static func using<Value>(
    _ body: @autoclosure () throws(SystemError) -> Value, _ failure: String = "cannot start"
  ) throws(CommandError) -> Value {
    try mapping(try body()) { (error: SystemError) in .unusable("\(failure): \(error)") }
  }
}

extension Error {
  /// Runs code whose error becomes one of this type.
  static func mapping<Value, Fault: Error>(
    _ body: @autoclosure () throws(Fault) -> Value, _ words: (Fault) -> Self
  ) throws(Self) -> Value {
    do throws(Fault) {
      return try body()
    } catch {
      throw words(error)
    }
  }
}

/// One option of a subcommand. Parsing, help and completions all come from this value.
struct Option: Sendable {
  /// With its dashes: `--config`.
  let name: String
  /// The placeholder of the value in help texts, such as `PATH`; nil for a flag.
  var value: String?
  var isFlag: Bool { value == nil }
  /// The accepted values; empty if any value is accepted.
  var choices: [String] = []
  /// Values that completions offer, although others are accepted too.
  var suggestions: [String] = []
  /// The values that this program itself offers when the shell asks, such as the configuration's aliases.
  var completes: CompletionList?
  let summary: String

  /// Returns the option with its value, as words of a command line; none without a value.
  func words(_ value: String?) -> [String] { value.map { [name, $0] } ?? [] }

  /// Whether a word of the command line looks like an option.
  static func isLike(_ word: String) -> Bool { word.utf8.first == UInt8(ascii: "-") }

  static func flag(_ name: String, _ summary: String) -> Option { Option(name: name, summary: summary) }

  static func value(
    _ name: String, _ value: String, _ summary: String, suggestions: [String] = [], completes: CompletionList? = nil
  ) -> Option {
    Option(name: name, value: value, suggestions: suggestions, completes: completes, summary: summary)
  }

  static func choice(_ name: String, _ choices: [String], _ summary: String) -> Option {
    Option(name: name, value: choices.joined(separator: "|"), choices: choices, summary: summary)
  }
}

extension Option {
  static let config = Option.value("--config", "PATH", "the configuration file to use")
  static let stateDirectory = Option.value(
    "--state-dir", "PATH", "the directory of the ledger (default: ~/.local/state/sequence-mcp)")
  /// With a command that has several formats, the short form of `--format json`.
  static let json = Option.flag("--json", "print JSON")
  static let color = Option.choice("--color", ["auto", "always", "never"], "use color in the output (default: auto)")
  static let utc = Option.flag("--utc", "show times in UTC, not in this machine's time zone")
  static let wide = Option.flag("--wide", "show ids and keys in full, and every column")
  static let help = Option.flag("--help", "show this help")
  static let version = Option.flag("--version", "print the version of the program")

  static let everywhere = [color, help, version]
}
