import Catalog
import Config
import Platform
import Rules
import Safeguards

/// A shell that can complete this program's command line, with a script generated from the subcommands' tables.
struct Shell: Sendable {
  let name: String
  /// The command that installs the script, for the help.
  let installation: String
  let script: @Sendable ([any Subcommand.Type]) -> String

  /// Every shell, in the order of the help.
  static let all: [Shell] = [.bash, .zsh, .fish]
}

/// The properties of an option that the scripts need.
extension Option {
  /// Whether the value is a file or directory.
  var takesPath: Bool { value.map(CompletionWords.namesPath) ?? false }
  /// The values to offer.
  var offers: [String] { choices + suggestions }
}

/// Text helpers for the scripts.
enum CompletionWords {
  /// Whether a placeholder of the help names a path: `PATH`, `[FILE...|-]`.
  static func namesPath(_ placeholder: String) -> Bool {
    ["PATH", "FILE", "FOLDER"].contains { placeholder.contains(part: $0) }
  }

  /// Returns the text quoted as one word of a shell.
  static func quoted(_ text: String) -> String { ShellWord.quoted(text) }

  /// Returns the summary as a zsh description, without the brackets and colons that are special there.
  static func zshDescription(_ text: String) -> String {
    String(text.map { "[]:".contains($0) ? " " : $0 })
  }
}

/// A list of words that only this program can complete: names from the configuration and the ledger.
enum CompletionList: String, CaseIterable, Sendable {
  /// The aliases of the rules.
  case aliases
  /// The tools; after a tool's name, its parameters as `name=`.
  case calls
  /// The clients of recorded calls.
  case callers
  /// The codes of calls that wait for approval.
  case codes
  /// The keys of calls with an unknown outcome.
  case unsettledKeys = "keys"

  /// Returns the words that no shell would split or expand; empty if they cannot be found.
  /// - Parameter tool: the tool whose name precedes the word, if there is one.
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
