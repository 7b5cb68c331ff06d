import Config
import Platform
import Rules
import Secrets
import SequenceAPI
import SourceYAML

/// `secret`: stores, replaces and checks the secrets that the configuration names.
enum SecretCommand: Subcommand {
  static let name = "secret"
  static let summary = "store or replace a secret, or check them all"
  static let operands = "set token|api-key|ALIAS, or check"
  static let operandCount = 1...2
  static let verbs = ["set", "check"]
  static let online = Option.flag("--online", "with 'check': also read the accounts with the token")
  static let options = [Option.config, online]
  static let details = """
    'secret set token' asks for the access token that reads accounts, 'secret set api-key' for the key of the Platform API,
    'secret set ALIAS' for a rule's own secret. It is not shown, and stored where the configuration refers to it, in a file
    that only you may read; what it replaces is gone. 'secret check' resolves every secret that the configuration names;
    with --online it also tries the access token. A rule's secret cannot be tried without triggering the rule.
    """
  static let examples = ["secret set token", "secret set move_to_savings", "secret check --online"]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let file = try OwnerFile(arguments, console)
    let target = arguments.operands.dropFirst().first
    if arguments.operands[0] == "check" {
      guard target == nil else { throw .usage("'secret check' takes no name; it checks all secrets") }
      return try check(file, isOnline: arguments.has(online), console)
    }
    guard !arguments.has(online) else { throw .usage("'--online' goes with 'secret check'") }
    guard let target else { throw .usage("'secret set' needs token, api-key or the ALIAS of a rule") }
    switch target {
    case "token":
      return try set(
        ["sequence", "access_token"], "Access token, from Account Settings > Access Tokens", "secrets/access_token",
        file,
        console)
    case "api-key":
      return try set(
        ["sequence", "platform", "api_key"], "API key of the Platform API", "secrets/api_key", file, console)
    default:
      let aliases = ["token", "api-key"] + file.configuration.rules.map(\.alias)
      guard let rule = file.configuration.rules.first(where: { $0.alias == target }) else {
        throw CommandError(
          message: "there is no alias '\(target)'" + didYouMean(target, aliases) + "; there are "
            + aliases.joined(separator: ", "), exitCode: .judgedBad)
      }
      guard rule.api == .remote else {
        throw CommandError(
          message: "the rule '\(target)' has no secret of its own: it runs with the key of 'secret set api-key'",
          exitCode: .judgedBad)
      }
      return try set(
        ["rules", target, "api_secret"], "The API secret of '\(target)'", "secrets/\(target)", file, console)
    }
  }

  /// Asks for the secret of that key and stores it.
  /// - Parameter path: where it goes if the configuration does not name it yet, counted from its directory.
  static func set(
    _ key: [String], _ question: String, _ path: String, _ file: OwnerFile, _ console: Console
  ) throws(CommandError) -> ExitCode {
    let store = SecretStore(questions: Questions(console: console), console: console)
    let line = "\(key.last ?? ""): {file: \(path)}"
    switch reference(key, file) {
    case .file(let written):
      let resolver = PathResolver(directory: file.folder.path, homeDirectory: console.homeDirectory)
      try store.store(try store.askNew(question, for: resolver.absolute(written) ?? written))
    case .other(let kind, let name):
      console.error(
        "the configuration refers to {\(kind): \(name)}, which is not a file: put the secret there, or write \(line)")
      return .judgedBad
    case .none:
      let changed = try file.changed(
        advice: "add the line '\(line)' below '\(key.dropLast().joined(separator: "."))' yourself"
      ) { editor throws(YAMLEditor.Fault) in
        try editor.set(key, to: ["{file: \(path)}"])
      }
      try store.store(try store.askNew(question, for: file.folder.path + "/" + path))
      try file.replace(with: changed)
      console.out("added '\(line)' to \(file.folder.configurationPath)")
    }
    console.out("A running server takes it at its next call.")
    return .success
  }

  private enum Reference {
    case file(String)
    case other(kind: String, name: String)
    case none
  }

  /// What the file itself says at that key.
  private static func reference(_ key: [String], _ file: OwnerFile) -> Reference {
    var node = file.root
    for part in key {
      guard case .mapping(let entries) = node.content, let entry = entries.first(where: { $0.key == part }) else {
        return .none
      }
      node = entry.value
    }
    guard case .mapping(let entries) = node.content, let kind = entries.first else { return .none }
    if let path = entries.first(where: { $0.key == "file" })?.value.scalarText { return .file(path) }
    return .other(kind: kind.key, name: kind.value.scalarText ?? "...")
  }

  private static func check(_ file: OwnerFile, isOnline: Bool, _ console: Console) throws(CommandError) -> ExitCode {
    let environment = console.environment
    let resolver = SecretResolver(environment: environment, scrubber: SecretScrubber())
    var exitCode = ExitCode.success
    for place in file.secretPlaces {
      do throws(SecretFault) {
        let secret = try resolver.resolve(place.reference)
        if let doubt = SecretDoubt.about(secret.reveal()) {
          console.out(Finding.note("secret", "\(place.owner) \(doubt.problem)", remedy: doubt.help).line(console))
        } else {
          console.out(Finding.fine("secret", "\(place.owner) resolves").line(console))
        }
      } catch {
        // A default that nobody wrote down is no promise.
        let isMissed = place.isWrittenDown && place.isInUse
        let words = "\(place.owner): \(error.message)"
        console.out(
          (isMissed ? Finding.problem("secret", words, remedy: error.help) : .note("secret", words, remedy: error.help))
            .line(console))
        if isMissed { exitCode = .judgedBad }
      }
    }
    guard isOnline else { return exitCode }
    if let failure = OnlineCheck.failure(of: file.configuration, resolver, environment: environment) {
      console.out(Finding.problem("token", "\(failure.code): \(failure.message)", remedy: failure.remedy).line(console))
      return max(exitCode, failure.statusCode == nil ? .unusable : .judgedBad)
    }
    console.out(
      Finding.fine("token", "\(file.configuration.sequence.baseURL) takes the access token").line(console))
    console.out("Not tried: the rules' secrets, which only a trigger would show.")
    return exitCode
  }
}
