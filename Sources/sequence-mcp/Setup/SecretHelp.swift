import Config
import Platform
import Rules
import Secrets

/// What the owner does about a secret that does not resolve: a missing file is stored by this program.
struct SecretHelp {
  /// The configuration's path, for the command; nil for the one that is found without an option.
  let file: String?

  init(file: String?) { self.file = file }

  init(_ place: ConfigurationPlace) { file = place.isNamed ? place.path : nil }

  func help(_ place: SecretPlace, _ fault: SecretFault) -> String {
    help(fault, target: place.target, isFile: place.reference.isFile)
  }

  /// - Parameter target: what `secret set` takes; nil for a secret that it does not store.
  func help(_ fault: SecretFault, target: String?, isFile: Bool) -> String {
    guard let target, isFile, fault.kind == .fileMissing else { return fault.help }
    return "run: \(command("set", target))"
  }

  /// A `secret` command for the same configuration.
  func command(_ words: String...) -> String {
    let option = file.map { " --config " + ShellWord.path($0.hasPrefix("~/") ? $0 : FilePath.absolute($0)) } ?? ""
    return ShellWord.line(["sequence-mcp", SecretCommand.name] + words) + option
  }
}

extension SecretReference {
  fileprivate var isFile: Bool { if case .file = self { true } else { false } }
}
