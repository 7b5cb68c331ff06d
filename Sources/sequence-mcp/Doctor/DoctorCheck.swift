import Config
import Platform
import Rules
import Secrets

/// A check of one prerequisite of a run. Checks of one subject share a file; `all` lists them.
struct DoctorCheck: Sendable {
  /// The subject of its findings, unless they name one of their own: `secrets`.
  let subject: String
  let findings: @Sendable (DoctorInput) -> [Finding]

  func run(_ input: DoctorInput) -> [Finding] { findings(input).map { $0.about(subject) } }

  /// Every check, in the order of the report.
  static let all: [DoctorCheck] = [
    .configuration, .permissions, .secrets, .state, .timeZone, .library, .certificates, .proxy, .reachability,
    .platform, .simulation, .questions, .clients, .environment, .separation,
  ]
}

/// The inputs of the checks, read once.
struct DoctorInput {
  let console: Console
  let place: ConfigurationLocation
  let file: ConfigurationInput
  let survey: ClientSurvey
  /// The configuration's secrets, whose commands run once.
  let secrets: CallSecrets
  var loaded: LoadedConfiguration? { file.loaded }
  /// nil if the file is not valid.
  var configuration: Configuration? { file.valid }
  var state: StateLocation { file.state }
  /// The run's arguments, for the commands that the findings name.
  let arguments: ParsedArguments
  /// Whether rules may be simulated at Sequence.
  var simulates: Bool { arguments.has(DoctorCommand.simulate) }
  /// Whether the API may be called.
  var isOnline: Bool { simulates || arguments.has(DoctorCommand.online) }

  /// The servers that clients launch with this run's configuration.
  var ownServers: [LaunchedServer] {
    survey.servers.filter { server in
      server.paths.map { FilePath.isSame($0.configuration, FilePath.absolute(place.path)) } ?? false
    }
  }

  /// Returns the options by which an entry launches this program with this run's configuration and ledger.
  func entryOptions(stateDirectory: String? = nil) -> [String] {
    let given = arguments.has(.stateDirectory) ? state.real : nil
    let configuration = FilePath.exists(place.path) ? FilePath.absolute(place.path) : nil
    return Option.config.words(configuration) + Option.stateDirectory.words(stateDirectory ?? given)
  }

  init(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) {
    self.arguments = arguments
    self.console = console
    place = ConfigurationLocation(named: arguments[.config], console)
    file = try ConfigurationInput.read(place.exists ? place.path : nil, arguments, console)
    survey = ClientSurvey(console)
    secrets = CallSecrets(SecretResolver(file.configuration.secretReferences, console))
  }
}

/// One line of the report.
struct Finding {
  /// The result of a check.
  enum Status: String {
    case fine = "ok"
    case problem
    /// Nothing is wrong, but the person may want to know.
    case note
  }

  let status: Status
  /// The subject that was checked: `secrets`; empty until the check adds its own.
  var subject = ""
  let text: String
  /// The help; nil if there is nothing to do.
  var help: String?
  /// Whether it is a problem of a file or the network, which could not be used.
  var isUnusable = false

  static func fine(_ text: String) -> Finding { Finding(status: .fine, text: text) }
  static func problem(_ text: String, help: String?) -> Finding { Finding(status: .problem, text: text, help: help) }
  static func note(_ text: String, help: String? = nil) -> Finding { Finding(status: .note, text: text, help: help) }
  static let sandboxUnchecked = note("not checked: no call of this configuration goes to Sequence")

  /// Returns the finding with that subject if it has none.
  func about(_ subject: String) -> Finding {
    var finding = self
    if finding.subject.isEmpty { finding.subject = subject }
    return finding
  }

  /// Returns the finding in columns: on one line, or wrapped at a terminal, with `~/` for the home directory. A command to
  /// paste stays whole.
  func line(_ console: Console) -> String {
    let style: TerminalStyle =
      switch status {
      case .fine: .green
      case .problem: .red
      case .note: .yellow
      }
    func space(after text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(1, width - text.utf8.count))
    }
    let name = status.rawValue
    let head = console.styled(name, style) + space(after: name, 9) + subject + space(after: subject, 17)
    // Client settings, paths and answers are quoted here, and could otherwise control the terminal.
    let (text, help) = (VisibleText.escaped(text), help.map { VisibleText.escaped($0) })
    guard console.isTerminal else { return head + text + (help.map { "; \($0)" } ?? "") }
    let indent = 26
    let newLine = "\n" + String(repeating: " ", count: indent)
    var words = FilePath.abbreviated(within: text, home: console.shownHome)
    var command = ""
    if let help {
      let parts = Self.parts(of: help, around: "run: ")
      words += "; " + parts.before + (parts.after == nil ? "" : "run:")
      if let after = parts.after {
        let (line, rest) = Self.parts(of: after, around: "; or ")
        command = "\n  " + line + (rest.map { newLine + "or " + $0 } ?? "")
      }
    }
    return head + TextWrap.lines(words, width: max(20, console.width - indent)).joined(separator: newLine) + command
  }

  private static func parts(of text: String, around separator: String) -> (before: String, after: String?) {
    let bytes = text.utf8
    guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: separator.utf8) }) else {
      return (text, nil)
    }
    return (String(text[..<start]), String(text[bytes.index(start, offsetBy: separator.utf8.count)...]))
  }
}
