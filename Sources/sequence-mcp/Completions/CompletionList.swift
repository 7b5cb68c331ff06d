import Catalog
import Config
import JSON
import MCP
import Platform
import Rules
import Safeguards

/// A list of words that only this program can complete: names from the configuration and the ledger.
enum CompletionList: String, CaseIterable, Sendable {
  /// The tools that trigger something: the aliases of the rules, and the generic ones.
  case aliases
  /// The tools; after a tool's name, its parameters as `name=`.
  case calls
  /// The actions of `rule`; after one of them, the aliases that it takes.
  case ruleAliases = "rules"
  /// The actions of `secret`; after `set`, the secrets.
  case secretTargets = "secrets"
  /// The clients of recorded calls.
  case callers
  /// The codes of calls that wait for approval.
  case codes
  /// The keys of calls with an unknown outcome.
  case unsettledKeys = "keys"

  /// Returns the words that no shell would split or expand; empty if they cannot be found.
  func words(after line: UnfinishedLine, _ arguments: ParsedArguments, _ console: Console) -> [String] {
    found(line, arguments, console).filter { word in
      !word.isEmpty && word.utf8.allSatisfy { $0.isASCIIAlphanumeric || "_-.:=@".utf8.contains($0) }
    }
  }

  private func found(_ line: UnfinishedLine, _ arguments: ParsedArguments, _ console: Console) -> [String] {
    if line.operands.isEmpty, let verbs = line.command?.operandChoices, !verbs.isEmpty { return verbs }
    let place = ConfigurationLocation(named: line[.config] ?? arguments[.config], console)
    let configuration = ConfigurationInput.loader(console).load(path: place.path).configuration ?? Configuration()
    let rules = configuration.rules
    let state = try? StateLocation(
      option: line[.stateDirectory] ?? arguments[.stateDirectory], configuration: configuration,
      configurationPath: FilePath.absolute(place.path), console)
    let safeguards = state.map {
      TriggerGuard(ledger: Ledger(path: $0.path(isSandbox: configuration.sandbox), clock: SystemClock()))
    }
    switch self {
    case .aliases: return rules.map(\.alias) + [GenericTool.triggerRule.name]
    case .calls:
      let isRender = line.command?.name == RenderCommand.name
      // What a client would see. Nothing is started for them.
      let runtime = state.flatMap {
        try? ServerRuntime(
          configuration: configuration, state: $0, console: console, mode: ServerMode(logLevel: .error))
      }
      let tools = isRender ? [] : (try? runtime?.catalog(of: configuration))?.tools ?? []
      guard let tool = line.operands.first else { return isRender ? rules.map(\.alias) : tools.map(\.name) }
      let names =
        rules.first { $0.alias == tool }.map { $0.parameters.map(\.name) + [IdempotencyKey.argumentName] }
        ?? tools.first { $0.name == tool }?.inputSchema["properties"]?.objectValue?.keys ?? []
      return names.map { $0 + "=" }.filter { name in !line.operands.contains { $0.hasPrefix(name) } }
    case .ruleAliases:
      let takesAlias = line.operands.count == 1 && !["add", "list"].contains(line.operands[0])
      return takesAlias ? rules.map(\.alias) : []
    case .secretTargets:
      guard line.operands == ["set"] else { return [] }
      return SecretCommand.reservedTargets + rules.filter { $0.api == .remote }.map(\.alias)
    case .callers: return (try? safeguards?.callers()) ?? []
    case .codes: return (try? safeguards?.approvals.waiting().map(\.code)) ?? []
    case .unsettledKeys: return (try? safeguards?.unsettledCalls().map(\.idempotencyKey)) ?? []
    }
  }
}

/// The words of a command line up to the one to complete. Unlike with `ParsedArguments`, the line may be unfinished or wrong.
struct UnfinishedLine {
  /// The default without a subcommand; nil for the first word, and after one that is not a subcommand.
  let command: (any Subcommand.Type)?
  private(set) var operands: [String] = []
  /// Whether the word to complete may be a subcommand.
  private let isSubcommand: Bool
  /// The option whose value is completed; nil for another word.
  private var option: Option?
  /// The beginning of the word to complete.
  private let word: String
  private var values: [String: String] = [:]

  /// - Parameter text: The words after the program's name, separated by tabs. The last one is to be completed.
  init(_ text: String) {
    var words = text.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)[...]
    word = words.popLast() ?? ""
    isSubcommand = words.isEmpty || words == ["help"]
    command = words.first.flatMap { Option.isLike($0) ? ServeCommand.self : Subcommands.named($0) }
    if let first = words.first, !Option.isLike(first) { words.removeFirst() }
    let options = command?.allOptions ?? Option.everywhere
    while let word = words.popFirst() {
      guard Option.isLike(word) else {
        operands.append(word)
        continue
      }
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let option = options.first(where: { $0.name == parts[0] }), !option.isFlag else { continue }
      values[option.name] = parts.count > 1 ? parts[1] : words.popFirst()
      if values[option.name] == nil { self.option = option }
    }
  }

  subscript(option: Option) -> String? { values[option.name] }

  /// Returns what a shell may offer for the unfinished word: words, some with their meaning after a tab, and `:files` for a
  /// path. The shell chooses those that match.
  func offers(_ arguments: ParsedArguments, _ console: Console) -> [String] {
    func described(_ options: [Option]) -> [String] { options.map { "\($0.name)\t\($0.summary)" } }
    func named(_ list: CompletionList) -> [String] { list.words(after: self, arguments, console) }
    var offers: [String] = []
    var takesPath = false
    if isSubcommand {
      offers =
        Option.isLike(word)
        ? described(ServeCommand.allOptions) : Subcommands.all.map { "\($0.name)\t\($0.summary)" }
    } else if let option {
      offers = option.choices + option.suggestions + (option.completes.map(named) ?? [])
      takesPath = option.value.map(Self.namesPath) ?? false
    } else if let command {
      if !Option.isLike(word) {
        takesPath = Self.namesPath(command.operands)
        offers = command.operandsComplete.map(named) ?? command.operandChoices
      }
      if offers.isEmpty, !takesPath, word.isEmpty || Option.isLike(word) { offers = described(command.allOptions) }
    }
    return offers + (takesPath ? [":files"] : [])
  }

  /// Whether a placeholder of the help names a path: `PATH`, `[FILE...|-]`.
  private static func namesPath(_ placeholder: String) -> Bool {
    ["PATH", "FILE", "FOLDER"].contains { placeholder.contains(part: $0) }
  }
}
