import Platform

/// A shell that can complete this program's command line, with a script generated from the subcommands' tables.
struct Shell: Sendable {
  let name: String
  /// The command that installs the script, for the help.
  let installation: String
  let script: @Sendable ([any Subcommand.Type]) -> String

  /// Every shell, in the order of the help.
  static let all: [Shell] = [.bash, .zsh, .fish]

  /// Whether a placeholder of the help names a path: `PATH`, `[FILE...|-]`.
  fileprivate static func namesPath(_ placeholder: String) -> Bool {
    ["PATH", "FILE", "FOLDER"].contains { placeholder.contains(part: $0) }
  }
}

/// What the scripts need of an option.
extension Option {
  /// Whether the value is a file or directory.
  var takesPath: Bool { value.map(Shell.namesPath) ?? false }
  /// The values to offer.
  var offers: [String] { choices + suggestions }
}

/// What the scripts need of a subcommand.
extension Subcommand {
  /// The operands that a script offers by itself; empty if this program is asked.
  static var offeredOperands: [String] { operandsComplete == nil ? verbs + operandChoices : [] }
  /// Whether the operands are files or directories.
  static var takesPaths: Bool { Shell.namesPath(operands) }
}
