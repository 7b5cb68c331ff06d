import Platform
import Testing

@Suite struct SuggestionTests {
  private let names = ["maximum", "minimum", "maxLength", "per_day", "per_30_days", "cents", "env", "api_secret", "id"]

  @Test(
    arguments: [
      ("maxmum", "maximum"), ("maximun", "maximum"), ("mxaimum", "maximum"), ("max_length", "maxLength"),
      ("MAXLENGTH", "maxLength"), ("per-day", "per_day"), ("perday", "per_day"), ("per_30_day", "per_30_days"),
      ("cent", "cents"), ("evn", "env"), ("api_secrt", "api_secret"), ("secret_api", nil), ("timeout", nil), ("x", nil),
      ("", nil),
      ("_", nil), ("ix", "id"),
    ] as [(String, String?)])
  func `the nearest name is suggested`(name: String, expected: String?) {
    #expect(Suggestion.nearest(to: name, among: names) == expected)
  }

  @Test func `the earlier of two equally near names wins`() {
    #expect(Suggestion.nearest(to: "limit", among: ["limits", "limix"]) == "limits")
  }

  @Test func `a suggestion is a question`() {
    #expect(Suggestion.help(for: "maxmum", among: names) == "did you mean 'maximum'?")
    #expect(Suggestion.help(for: "unlike", among: names) == nil)
  }

  @Test func `no name is near a very long one`() {
    let long = String(repeating: "x", count: 1 << 20)
    #expect(Suggestion.nearest(to: long, among: Array(repeating: "y" + long, count: 20)) == nil)
  }

  @Test func `the only name with that prefix is suggested if none is near`() {
    #expect(Suggestion.nearest(to: "validate", among: ["serve", "validate-config"]) == "validate-config")
    #expect(Suggestion.nearest(to: "client", among: ["client-config", "client-settings"]) == nil)
    #expect(Suggestion.nearest(to: "va", among: ["validate-config"]) == nil)
  }
}
