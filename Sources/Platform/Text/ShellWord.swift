/// Quoting for POSIX shells.
package enum ShellWord {
  /// Returns the word unchanged if a shell does, otherwise in single quotes.
  package static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty && word.utf8.allSatisfy { $0.isASCIIAlphanumeric || "@%+=:,./-_".utf8.contains($0) }
    if isPlain { return word }
    // By scalars: with a combining mark after it, the quote is another character, but the shell reads bytes.
    return "'" + word.unicodeScalars.map { $0 == "'" ? "'\\''" : String($0) }.joined() + "'"
  }

  /// Returns a quoted path. A leading `~/` stays outside the quotes, where a shell expands it.
  package static func path(_ path: String) -> String {
    guard path.utf8.starts(with: "~/".utf8), path.utf8.count > 2 else { return quoted(path) }
    return "~/" + quoted(String(path.dropFirst(2)))
  }

  /// Returns a command line that can be pasted.
  package static func line(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }
}
