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
    if line.operands.isEmpty, let verbs = line.command?.verbs, !verbs.isEmpty { return verbs }
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
    case .aliases: return rules.map(\.alias) + ToolCatalog.builtinTriggers
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

/// The words of a command line before the one to complete. Unlike with `ParsedArguments`, the line may be unfinished or wrong.
struct UnfinishedLine {
  /// nil if the first word is not a subcommand.
  let command: (any Subcommand.Type)?
  private(set) var operands: [String] = []
  private var values: [String: String] = [:]

  /// - Parameter text: The words after the program's name, separated by tabs.
  init(_ text: String) {
    var words = text.split(separator: "\t").map(String.init)[...]
    command = words.popFirst().flatMap(Subcommands.named)
    let options = command?.allOptions ?? Option.everywhere
    while let word = words.popFirst() {
      guard Option.isLike(word) else {
        operands.append(word)
        continue
      }
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let option = options.first(where: { $0.name == parts[0] }), !option.isFlag else { continue }
      values[option.name] = parts.count > 1 ? parts[1] : words.popFirst()
    }
  }

  subscript(option: Option) -> String? { values[option.name] }
}
