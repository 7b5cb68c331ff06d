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
      ("https://u:NotARealSecretNotAReal1@h", "https://u:<redacted>@h"),
    ])
  func whatLooksLikeASecretIsTakenOut(text: String, expected: String) {
    #expect(SecretGuess.redacting(text) == expected)
    #expect(SecretGuess.isLikely(in: text))
  }

  @Test(arguments: [
    "", "MOVE_TO_SAVINGS_SECRET", "secrets/move_to_savings", "ru_12345", "ru_01HZX5K8QABCDEFGHJKMNPQRST", "sk_save",
    "550e8400-e29b-41d4-a716-446655440000", "move_to_savings_account_2_of_2026", "the rule starts with 'Bearer '",
    "/builds/0a1b2c3d4e5f60718293a4b5c6d7e8f9/config.yaml", "ACCESS_TOKEN_FOR_2026_AND_LATER", "not-a-real-secret-1",
    "123456789012345678901234567890", "1e99999999999999999999999", "amountInCentsOfTheTransfer", "ümläut_ünd_mehr",
  ])
  func anOrdinaryNameStays(text: String) {
    #expect(SecretGuess.redacting(text) == text)
    #expect(!SecretGuess.isLikely(in: text))
  }

  @Test(arguments: [
    ("api_secret", true), ("api_secert", false), ("Access-Token", true), ("PASSWORD", true), ("title", false),
  ])
  func aSecretsKeyIsKnownByItsName(name: String, isSecret: Bool) {
    #expect(SecretGuess.isSecretKey(name) == isSecret)
  }

  @Test func aDiagnosticsWordsHoldNoSecret() {
    let place = SourcePosition(line: 1, column: 1, byte: 0)
    let related = Diagnostic.Related(
      message: "sk_live_NotARealSecret1", file: "f", range: SourceRange(start: place, end: place))
    let diagnostic = Diagnostic(
      rule: "r", message: "not 'sk_live_NotARealSecret1'", help: "write sk_live_NotARealSecret1", file: "f", range: nil,
      related: [related])
    #expect(diagnostic.message == "not '<redacted>'")
    #expect(diagnostic.help == "write <redacted>")
    #expect(diagnostic.related.map(\.message) == ["<redacted>"])
  }

  @Test func manyRunsCostLinearTime() {
    let text = String(repeating: "NotARealSecretNotAReal1-a.", count: 40_000)
    #expect(SecretGuess.redacting(text) == "<redacted>")
  }
}
