import Platform
import Rules
import Secrets
import SourceYAML

/// A check for what looks like a secret in a text that is sent or that the model reads.
enum InlineSecretCheck {
  /// The end of each help about a secret in the file.
  static let afterSharing = "; if the file was ever shared, make a new secret"

  static func check(_ text: PayloadDraft.Text, _ context: inout ReadingContext) {
    guard (text.key ?? "").hasSameBytes(as: "api_secret") || isCertain(text.source.text) else { return }
    report(text.source.range, "the payload", .error, &context)
  }

  static func check(_ text: ModelText, _ context: inout ReadingContext) {
    let (key, text) = (text.key, text.source)
    // Then each word alone: prose may speak of a "bearer token".
    guard SecretGuess.isLikely(in: text.text),
      text.text.split(whereSeparator: \.isWhitespace).contains(where: { SecretGuess.isLikely(in: String($0)) })
    else { return }
    report(text.range, quoted(key), isCertain(text.text) ? .error : .warning, &context)
  }

  /// Whether the text has the prefix of a secret, which no name or id has.
  static func isCertain(_ text: String) -> Bool {
    text.utf8.split { !$0.isASCIIWord }.contains { word in
      word.starts(with: "sk_".utf8) && word.count >= 12
    }
  }

  private static func report(
    _ range: SourceRange, _ owner: String, _ severity: Diagnostic.Severity, _ context: inout ReadingContext
  ) {
    context.hide(range)
    context.report(
      .inlineSecret, severity: severity, "\(owner) contains what looks like a secret",
      help: "remove it: only api_secret: {file: PATH} and the like name where a secret is kept" + afterSharing,
      at: range)
  }
}
