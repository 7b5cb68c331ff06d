import Catalog
import Config
import Platform
import Rules
import Safeguards

/// A shell that can complete this program's command line, and how its script is made from the subcommands' tables.
struct Shell: Sendable {
  let name: String
  /// Where the script goes, for the help.
  let installation: String
  let script: @Sendable ([any Subcommand.Type]) -> String

  /// Every shell, in the order of the help.
  static let all: [Shell] = [.bash, .zsh, .fish]
}

/// What completions need to know of a table's line.
extension Option {
  /// Whether the value is a file or directory.
  var takesPath: Bool { value.map(CompletionWords.namesPath) ?? false }
  /// The values to offer.
  var offers: [String] { choices + suggestions }
}

/// Words for the scripts.
enum CompletionWords {
  /// Whether a placeholder of the help stands for a path: `PATH`, `[FILE...|-]`.
  static func namesPath(_ placeholder: String) -> Bool {
    ["PATH", "FILE", "FOLDER"].contains { placeholder.contains(part: $0) }
  }

  /// The text without what would end single quotes.
  static func quoted(_ text: String) -> String { ShellWord.quoted(text) }

  /// The summary as a zsh description: brackets and colons mean something there.
  static func zshDescription(_ text: String) -> String {
    String(text.map { "[]:".contains($0) ? " " : $0 })
  }
}

/// What only the program knows when a shell completes a word: names from the configuration, the ledger, and the clients' settings.
enum CompletionList: String, CaseIterable, Sendable {
  /// The rules.
  case aliases
  /// The tools; behind one, its parameters as `name=`.
  case calls
  /// The clients of recorded calls.
  case callers
  /// The codes that wait for approval.
  case codes
  /// The keys of calls of unknown outcome.
  case unsettledKeys = "keys"

  /// The words, each with nothing in it that a shell would take apart; none if they cannot be found.
  /// - Parameter tool: the tool that is called, if its name comes before the word.
  func words(after tool: String?, _ arguments: ParsedArguments, _ console: Console) -> [String] {
    found(tool.flatMap { $0.isEmpty ? nil : $0 }, arguments, console).filter { word in
      !word.isEmpty && word.utf8.allSatisfy(CompletionList.isPlain)
    }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "_-.:=@".utf8.contains(byte)
    }
  }

  private func found(_ tool: String?, _ arguments: ParsedArguments, _ console: Console) -> [String] {
    let place = ConfigurationPlace(named: arguments[.config], console)
    let configuration = ConfigurationInput.loader(console).load(path: place.path).configuration
    let rules = configuration?.rules ?? []
    func safeguards() -> TriggerGuard? {
      let state = try? StatePlace(
        option: arguments[.stateDirectory], configuration: configuration,
        configurationPath: FilePath.absolute(place.path), console)
      return state.map {
        TriggerGuard(ledger: Ledger(path: $0.path(isSandbox: configuration?.sandbox ?? false), clock: SystemClock()))
      }
    }
    switch self {
    case .aliases: return rules.map(\.alias)
    case .calls:
      guard let tool else {
        return ["get_accounts"] + ToolCatalog.builtinTriggers + rules.filter(\.isEnabled).map(\.alias)
      }
      let parameters = rules.first { $0.alias == tool }?.parameters.map(\.name) ?? []
      return (parameters + [IdempotencyKey.argumentName]).map { $0 + "=" }
    case .callers: return (try? safeguards()?.callers()) ?? []
    case .codes: return (try? safeguards()?.approvals.waiting().map(\.code)) ?? []
    case .unsettledKeys: return (try? safeguards()?.unsettledCalls().map(\.idempotencyKey)) ?? []
    }
  }
}
