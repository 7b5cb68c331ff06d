import Config
import Platform
import Rules
import Secrets

/// The help for a secret that does not resolve. If its file is missing, the help is the command that stores it.
struct SecretHelp {
  /// The configuration's path, for the command; nil for the configuration that is found without an option.
  let file: String?
  /// Whether the configuration has no errors except those of its secrets. The command refuses a file that has others.
  private let isValid: Bool

  init(file: String?, isValid: Bool = true) {
    self.file = file
    self.isValid = isValid
  }

  init(_ place: ConfigurationLocation) { self.init(file: place.isNamed ? place.path : nil) }

  func help(_ place: SecretPlace, _ fault: SecretFault) -> String {
    guard let target = place.target else { return fault.help }
    switch fault.kind {
    case .fileMissing where place.reference.path != nil: return run(target)
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
    isValid
      ? "run: \(command("set", target))"
      : "correct the configuration's other errors first; this check then prints the command that stores it"
  }

  /// Returns a `secret` command line for the same configuration.
  func command(_ words: String...) -> String {
    let option = file.map { " --config " + ShellWord.path($0.hasPrefix("~/") ? $0 : FilePath.absolute($0)) } ?? ""
    return ShellWord.line(["sequence-mcp", SecretCommand.name] + words) + option
  }
}
