/// One subcommand: its place in the help, its options, and what it does. One file each; `Subcommands.all` lists them.
protocol Subcommand: SendableMetatype {
  static var name: String { get }
  /// One line for the overview.
  static var summary: String { get }
  /// What may follow the name, as the usage line shows it: `[FILE...|-]`.
  static var operands: String { get }
  /// How many operands are taken.
  static var operandCount: ClosedRange<Int> { get }
  /// The words that an operand may be, for completions and suggestions; empty for any.
  static var operandChoices: [String] { get }
  /// What the program itself offers as operands when the shell asks.
  static var operandsComplete: CompletionList? { get }
  /// The words that the first operand must be, if it says what to do; empty for any.
  static var verbs: [String] { get }
  static var options: [Option] { get }
  /// Some sentences for `--help`, below the usage line.
  static var details: String { get }
  /// Command lines for `--help`, without the program's name in front.
  static var examples: [String] { get }

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode
}

extension Subcommand {
  static var operands: String { "" }
  static var operandCount: ClosedRange<Int> { 0...0 }
  static var operandChoices: [String] { [] }
  static var operandsComplete: CompletionList? { nil }
  static var verbs: [String] { [] }
}

/// Why a command could not do its work: the words for stderr and the exit code.
struct CommandError: Error {
  let message: String
  let exitCode: ExitCode

  /// The command line was wrong.
  static func usage(_ message: String) -> CommandError { CommandError(message: message, exitCode: .usage) }
  /// A file or the network could not be used.
  static func unusable(_ message: String) -> CommandError { CommandError(message: message, exitCode: .unusable) }
}

/// What the process ends with. The worst of several wins.
enum ExitCode: Int32, Comparable {
  /// Done; warnings allowed.
  case success = 0
  /// The input was judged bad: errors, warnings under `--strict`, or a tool that answered `isError`.
  case judgedBad = 1
  /// The command line was wrong.
  case usage = 2
  /// A file or the network could not be used, or an internal fault.
  case unusable = 3

  static func < (one: ExitCode, other: ExitCode) -> Bool { one.rawValue < other.rawValue }
}
