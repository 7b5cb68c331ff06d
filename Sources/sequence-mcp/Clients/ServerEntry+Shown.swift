import Platform
import Secrets

/// What reports show of an entry: only words that this program knows to be its own. Among the others may be a secret, in any
/// form; the owner finds them in the client's settings.
extension ServerEntry {
  /// The host or the user that the launcher leads to, or else the launcher's name alone: `ssh bank`, `docker`.
  var shownLauncher: String {
    if let route = SeparationRoute(self) { return route.way.joined(separator: " ") }
    // The first word may be a whole line.
    let word = launcher.first?.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
    let name = Self.isAssignment(word) ? "" : Self.name(ofProgram: word)
    let isPlain = name.utf8.allSatisfy { $0.isASCIIAlphanumeric || "._-+".utf8.contains($0) }
    return isPlain && (1...32).contains(name.utf8.count) ? name : "another program"
  }

  var shownBinary: String { FilePath.isAbsolute(binary) ? Self.shown(path: binary) : Self.programName }

  /// The options that name the configuration and the state directory.
  var shownPlaces: [String] {
    [Option.config, .stateDirectory].flatMap { $0.words(value(of: $0.name).map(Self.shown(path:))) }
  }

  var shownWords: [String] {
    let launcher = launcher.isEmpty ? [] : SeparationRoute(self)?.way ?? [shownLauncher]
    let command = arguments.first.flatMap(Subcommands.named).map { [$0.name] } ?? []
    let flags = ServeCommand.options.filter(\.isFlag).map(\.name).filter(arguments.contains)
    return launcher + (binary.isEmpty ? [] : [shownBinary]) + command + shownPlaces + flags
  }

  /// The words, quoted for a shell and without hidden characters.
  var shownLine: String { VisibleText.escaped(ShellWord.line(shownWords)) }

  /// Returns a path that an entry names, or a replacement if it may be more than a path.
  static func shown(path: String) -> String { isShown(path: path) ? path : Secret.replacement }

  /// Whether a path that an entry names is there, or is certainly nothing but a path.
  static func isShown(path: String) -> Bool {
    if FilePath.exists(expanded(path)) { return true }
    guard ["/", "~/", "$"].contains(where: path.hasPrefix), !SecretGuess.isLikely(in: path),
      !path.contains(where: { "=;&|<>\"`".contains($0) })
    else { return false }
    // A directory on its way that is there makes a path of `~/Library/Application Support/new`.
    return !path.contains { $0.isWhitespace || "()'".contains($0) }
      || PathWalk(to: expanded(path)).lastDirectory.map { $0.path != "/" } ?? false
  }
}
