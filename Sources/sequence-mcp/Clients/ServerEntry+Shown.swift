import Platform
import Secrets

/// The words as every report shows them: their owner may have written a secret among them.
extension ServerEntry {
  var shownWords: [String] {
    Self.shown(launcher) + (binary.isEmpty ? [] : [binary]) + Self.shown(arguments, isOfServe: true)
  }

  /// The words, quoted for a shell and without hidden characters.
  var shownLine: String { VisibleText.escaped(ShellWord.line(shownWords)) }

  /// The launcher's words in the same form.
  var shownLauncher: String { VisibleText.escaped(ShellWord.line(Self.shown(launcher))) }

  /// Hides the values of variables and options, unless they are paths, too short for a secret or those of an option of `serve`;
  /// what follows an option that is named like a secret, or that `serve` does not have; and what looks like a secret. A setting
  /// of ssh(1) is shown like a line.
  static func shown(_ words: [String], isOfServe: Bool = false) -> [String] {
    var hidesNext = false
    var options = LauncherOptions()
    return words.map { word in
      if word.allSatisfy(endsShellWord) { return word }
      if isShell(words.first), word.contains(where: endsShellWord) { return shown(line: word) }
      let given = options.value(in: word)
      if options.isPassword, let given { return word[..<given.startIndex] + Secret.replacement }
      if options.isSetting, let given, let mark = given.firstIndex(where: { $0 == "=" || $0.isWhitespace }) {
        return word[...mark] + shown(line: String(given[given.index(after: mark)...]))
      }
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let isOption = isOfServe && Option.isLike(word)
      let isTrusted =
        isOption ? ServeCommand.allOptions.contains { $0.name == parts[0] } : !SecretGuess.isSecretKey(parts[0])
      defer { hidesNext = Option.isLike(word) && parts.count == 1 && !isTrusted }
      if hidesNext, !Option.isLike(word) { return Secret.replacement }
      // The URL of ssh(1) has a user's name and no password.
      if word.hasPrefix("ssh://"), !word.dropFirst(6).prefix(while: { $0 != "@" }).contains(":") { return word }
      guard parts.count > 1 else { return SecretGuess.redacting(word) }
      let value = parts[1]
      let isPath = FilePath.isAbsolute(value) || value.hasPrefix("~/")
      let isHarmless = isTrusted && (isOption || isPath || value.utf8.count < SecretScrubber.minLength)
      return parts[0] + "=" + (isHarmless ? SecretGuess.redacting(value) : Secret.replacement)
    }
  }

  private static func shown(line: String) -> String {
    var (words, quote) = ([""], nil as Character?)
    for character in line {
      if quote == nil, endsShellWord(character) {
        words += [String(character), ""]
        continue
      }
      words[words.count - 1].append(character)
      if character == quote { quote = nil } else if quote == nil, "'\"`".contains(character) { quote = character }
    }
    return shown(words).joined()
  }

  private static func endsShellWord(_ character: Character) -> Bool {
    character.isWhitespace || ";&|()".contains(character)
  }
}
