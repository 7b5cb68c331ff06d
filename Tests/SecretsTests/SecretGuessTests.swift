import Secrets
import Testing

@testable import SourceYAML

@Suite struct SecretGuessTests {
  @Test(
    arguments: [
      ("'sk_live_NotARealSecret1'", "'<redacted>'"), ("x: sk_notreal_12345, y", "x: <redacted>, y"),
      ("Authorization: Bearer notreal", "Authorization: Bearer <redacted>"),
      ("a NotARealSecretNotAReal1 b", "a <redacted> b"), ("0a1b2c3d4e5f60718293a4b5c6d7e8f9", "<redacted>"),
      ("'eyJhbGciOiJIUzI1NiJ9.eyJub3QiOiJyZWFsIn0.Not-Real_1'", "'<redacted>'"),
      ("/home/ann/NotARealSecretNotAReal1", "/home/ann/<redacted>"), ("'NotARealSecretNotAReal1...'", "'<redacted>'"),
      ("https://u:NotARealSecretNotAReal1@h", "https://<redacted>@h"),
    ])
  func `what looks like a secret is taken out`(text: String, expected: String) {
    #expect(SecretGuess.redacting(text) == expected)
    #expect(SecretGuess.isLikely(in: text))
  }

  @Test(
    arguments: [
      ("'https://ann:not-a-real-1@h/x' and more", "'https://<redacted>@h/x' and more"),
      ("https://not-a-real-1@h", "https://<redacted>@h"),
      ("https://ann:not/a?real#1@h", "https://<redacted>@h"), ("https://a:b@c@h", "https://<redacted>@h"),
      ("http://h/a@b, http://@h, http://h", "http://h/a@b, http://@h, http://h"),
    ])
  func `the user name and password of a URL are taken out`(text: String, expected: String) {
    #expect(SecretGuess.redacting(text) == expected)
    #expect(shown("  x: " + text, isUnread: false) == "  x: " + expected)
  }

  @Test(arguments: [
    "", "MOVE_TO_SAVINGS_SECRET", "secrets/move_to_savings", "ru_12345", "ru_01HZX5K8QABCDEFGHJKMNPQRST", "sk_save",
    "550e8400-e29b-41d4-a716-446655440000", "move_to_savings_account_2_of_2026", "the rule starts with 'Bearer '",
    "/builds/0a1b2c3d4e5f60718293a4b5c6d7e8f9/config.yaml", "ACCESS_TOKEN_FOR_2026_AND_LATER", "not-a-real-secret-1",
    "123456789012345678901234567890", "1e99999999999999999999999", "amountInCentsOfTheTransfer", "ümläut_ünd_mehr",
  ])
  func `an ordinary name stays`(text: String) {
    #expect(SecretGuess.redacting(text) == text)
    #expect(!SecretGuess.isLikely(in: text))
  }

  @Test(arguments: [
    ("api_secret", true), ("api_secert", false), ("Access-Token", true), ("PASSWORD", true), ("title", false),
  ])
  func `a secret's key is known by its name`(name: String, isSecret: Bool) {
    #expect(SecretGuess.isSecretKey(name) == isSecret)
  }

  @Test func `a diagnostic's words hold no secret`() {
    let place = SourcePosition(line: 1, column: 1, byte: 0)
    let diagnostic = Diagnostic(
      id: "r", message: "not 'sk_live_NotARealSecret1'", help: "write sk_live_NotARealSecret1", file: "f", range: nil,
      related: [("sk_live_NotARealSecret1", SourceRange(start: place, end: place))])
    #expect(diagnostic.message == "not '<redacted>'")
    #expect(diagnostic.help == "write <redacted>")
    #expect(diagnostic.related.map(\.message) == ["<redacted>"])
  }

  @Test func `many runs cost linear time`() {
    let text = String(repeating: "NotARealSecretNotAReal1-a.", count: 40_000)
    #expect(SecretGuess.redacting(text) == "<redacted>")
  }

  /// Returns the line as an excerpt shows it.
  private func shown(_ text: String, line: Int = 1, isUnread: Bool) -> String {
    let file = SourceFile(name: "f", bytes: Array(text.utf8))
    let bounds = file.line(line)
    let spans = SecretGuess.spans(near: bounds.lowerBound, inLine: bounds, of: file.bytes, isUnread: isUnread)
    var result = ""
    var start = bounds.lowerBound
    for span in spans {
      result += String(decoding: file.bytes[start..<span.lowerBound], as: UTF8.self) + "<redacted>"
      start = span.upperBound
    }
    return result + String(decoding: file.bytes[start..<bounds.upperBound], as: UTF8.self)
  }

  @Test(arguments: [
    ("api_key: hunter", "api_key: <redacted>"), ("signature: 12345678", "signature: <redacted>"),
    ("x-api-key: 550e8400-e29b-41d4-a716-446655440000", "x-api-key: <redacted>"),
    ("\"Access Token\": 'hunter two', b: 1", "\"Access Token\": <redacted>, b: 1"),
    ("payload: {password: hunter, b: 1}", "payload: {password: <redacted>, b: 1}"),
    ("b: 1 # api_key: hunter", "b: 1 # api_key: <redacted>"),
    ("b: 1 # the old token was hunter two", "b: 1 # the old token <redacted>"),
    ("b: 1 # 550e8400-e29b-41d4-a716-446655440000, 12345678", "b: 1 # <redacted>, <redacted>"),
    ("api_secret: {env: hunter", "api_secret: {env: <redacted>"), ("s: {env: 12345678", "s: {env: <redacted>"),
    ("s: {env: 550e8400-e29b-41d4-a716-446655440000}", "s: {env: <redacted>}"),
    ("s: {file: hunter", "s: {file: <redacted>"), ("s: {credential: hunter2}", "s: {credential: <redacted>}"),
    ("API_KEY=hunter", "API_KEY=<redacted>"), ("api_secret: [a, hunter]", "api_secret: <redacted>"),
    ("s: {file: {path: hunter}}", "s: {file: <redacted>"), ("s: {env: [a/b, hunter]", "s: {env: <redacted>"),
    ("api_secret: {value: {x: hunter}}", "api_secret: <redacted>"),
    ("api_secrets: [ru_7, hunter]", "api_secrets: <redacted>"),
  ])
  func `an excerpt hides what a name tells to be a secret`(text: String, expected: String) {
    for isUnread in [true, false] { #expect(shown(text, isUnread: isUnread) == expected) }
  }

  @Test(arguments: [
    "accept_api_secret: yes", "api_secret: {env: SAVE_SECRET}", "s: {file: secrets/save}",
    "s: {credential: pay_subscription}", "title: My money # mine",
    "api_secrets: {ru_1: {env: A}}", "token: {{ amount }}", "token: \"{{ amount }}\"",
    "rule_id: 550e8400-e29b-41d4-a716-446655440000", "amount: 12345678",
  ])
  func `an excerpt shows what is not a secret`(text: String) {
    for isUnread in [true, false] { #expect(shown(text, isUnread: isUnread) == text) }
  }

  @Test(arguments: [
    ("api_secrets:\n  ru_1: \"hunter", "  ru_1: <redacted>"), ("api_secret:\n  &hunter", "<redacted>"),
    ("api_secrets:\n  ru_1: {env: A}", "  ru_1: {env: A}"), ("api_secret:\n  env: SAVE", "  env: SAVE"),
    ("api_secret:\n  command:\n  - pass", "  - pass"),
    ("access_token: {env: A} hunter", "access_token: {env: <redacted>"),
    ("api_key: |hunter", "api_key: <redacted>"), ("api_key: |- # text", "api_key: |- # text"),
    ("api_key: &a {env: A}", "api_key: <redacted> {env: A}"), ("api_key: #hunter", "api_key: <redacted>"),
    ("rule_about_a_token:\n  title: x", "  title: x"), ("api_key: \"\"hunter", "api_key: <redacted>"),
  ])
  func `an excerpt hides what is below a secret's key or looks like YAML`(text: String, expected: String) {
    let last = text.split(separator: "\n").count
    #expect(shown(text, line: last, isUnread: false) == expected)
  }

  @Test(arguments: [
    ("api_secret hunter2", "api_secret <redacted>"), ("  api_secret\t738291", "  api_secret\t<redacted>"),
    ("api_secret; hunter", "api_secret; <redacted>"), ("- api_secret - hunter two", "- api_secret - <redacted>"),
    ("sequence: {access_token hunter}", "sequence: {access_token <redacted>"),
    ("title: the token of mine", "title: the token of mine"), ("a token", "a token"),
  ])
  func `After a syntax error, what follows a secret's name without a colon is hidden`(text: String, expected: String) {
    #expect(shown(text, isUnread: true) == expected)
    #expect(shown(text, isUnread: false) == text)
  }

  @Test(arguments: ["api_secret:\n  hunter", "a:\n  signature: |\n    one\n    hunter", "password: \"x\n  hunter"])
  func `after a syntax error, what may continue a secret is hidden`(text: String) {
    let last = text.split(separator: "\n", omittingEmptySubsequences: false).count
    #expect(shown(text, line: last, isUnread: true) == "<redacted>")
  }

  /// What people write in the place of a secret, in lines that were not read.
  @Test(arguments: [
    "? api_secret\n⟦: !SEC⟧", "? api_secret\n:\n⟦  !SEC⟧", "⟦? SEC⟧", "command:\n⟦  - !SEC⟧", "command:\n⟦- \"SEC⟧",
    "api_secret: {command: ⟦[SEC}⟧",
    "api_secret: {env: A}, ⟦SEC⟧", "api_secrets: ⟦{SEC⟧", "{access_token: ⟦ab}}SEC⟧}", "{access_token: ⟦ab},SEC⟧}",
    "{access_token: ⟦ab}#SEC⟧}", "{access_token: ⟦\"ab\"}SEC}⟧", "s:\n  access_token:\n⟦  SE: C⟧",
    "s:\n  access_token:\n\n⟦SE: C⟧",
  ])
  func `what is in the place of a secret is hidden whatever it looks like`(marked: String) throws {
    let text = marked.replacing("⟦", with: "").replacing("⟧", with: "")
    let lines = marked.split(separator: "\n", omittingEmptySubsequences: false)
    let parts = try #require(lines.last).split(omittingEmptySubsequences: false) { "⟦⟧".contains($0) }
    #expect(shown(text, line: lines.count, isUnread: true) == "\(parts[0])<redacted>\(parts[2])")
  }

  @Test(arguments: [
    "{a: {env: A}, b: 1}", "{a: {b: {env: A}}, c: 1}", "a: {env: A} # b",
  ])
  func `what follows a reference is shown`(text: String) {
    #expect(shown(text, isUnread: true) == text)
  }
}
