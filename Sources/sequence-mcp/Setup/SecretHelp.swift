import CSystem
import Config
import Platform
import Rules
import Secrets

/// The help for a secret that does not resolve. If its file is missing, the help is the command that stores it.
struct SecretHelp {
  /// The configuration's path, for the command; nil for the configuration that is found without an option.
  let file: String?
  /// The configuration; nil if it has errors other than those of its secrets. The command refuses such a file.
  let configuration: Configuration?

  func help(_ place: SecretPlace, _ fault: SecretFault) -> String {
    guard let target = place.target else { return fault.help }
    switch fault.kind {
    case .fileMissing where place.reference.path.map { PathWalk(to: $0).isCreatable } ?? false:
      let isOptional = target == "token" && configuration?.sequence.platform.namesAPIKey == true
      return run(target)
        + (isOptional ? "; or delete the line 'access_token': the API key reads the accounts, too" : "")
    // For a default that the file does not name, one command stores it and adds it to the file.
    case .environmentMissing where !place.isWrittenDown:
      return "\(run(target)); or set the variable where the server is started"
    case .commandFailed:
      return "it cannot ask you anything here: unlock its store first; "
        + "'\(command("check"))' in a terminal shows its message"
    default: return fault.help
    }
  }

  private func run(_ target: String) -> String {
    // Among the other errors may be the rule's alias, which the command needs.
    configuration != nil
      ? "run: \(command("set", target))"
      : "correct the configuration's other errors first; this check then prints the command that stores it"
  }

  /// Returns a `secret` command line for the same configuration.
  func command(_ words: String...) -> String {
    SecretCommand.line(words) + (file.map { " \(Option.config.name) " + ShellWord.ofPath($0) } ?? "")
  }
}

extension SecretHelp {
  /// Returns the help for the access token that is used without a configuration.
  static func ofDefault(_ fault: SecretFault, _ arguments: ParsedArguments) -> String {
    "run '\(arguments.next(SetupCommand.self))', which asks for it and stores it; or \(fault.help)"
  }

  init(_ place: ConfigurationLocation, _ configuration: Configuration?) {
    self.init(file: place.isNamed ? place.path : nil, configuration: configuration)
  }
}

extension SecretResolver {
  /// Creates the resolver of an owner's command, which names each secret command that it has to wait for.
  /// - Parameter references: Every secret of the configuration.
  init(_ references: [SecretReference], _ console: Console) {
    self = SecretResolver(environment: console.environment, scrubber: SecretScrubber(), references: references)
      .notingWaits { command in
        // In a log, nobody is waiting.
        guard isatty(STDERR_FILENO) == 1 else { return }
        console.remark("Waiting for the command '\(command.program)' to print its secret.")
      }
  }
}

extension SecretScrubber {
  /// Creates the scrubber of a configuration's secrets, as far as they can be read without running a command. What an owner's
  /// command shows may contain one that was copied into the configuration.
  convenience init(of configuration: Configuration, _ console: Console) {
    self.init()
    SecretResolver(environment: console.environment, scrubber: self, references: configuration.secretReferences)
      .registerWithoutRunning()
  }
}
