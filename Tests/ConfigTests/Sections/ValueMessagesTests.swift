import SourceYAML
import Testing

@testable import Config

/// What a wrong value is told, word for word.
struct ValueMessagesTests {
  @Test(
    arguments: [
      ("server: {title: ⟦12⟧}", "wrong-type", "'title' must be text, not a number", "quote it: title: \"12\""),
      (
        "server: {title: ⟦true⟧}", "wrong-type", "'title' must be text, not the boolean true",
        "quote it: title: \"true\""
      ),
      ("server: {title: ⟦[a]⟧}", "wrong-type", "'title' must be text, not a list", nil),
      (
        "server: {read_only: ⟦yes⟧}", "wrong-type", "'read_only' must be true or false, not text",
        "write true, without quotes"
      ),
      ("server: {read_only: ⟦1⟧}", "wrong-type", "'read_only' must be true or false, not a number", nil),
      (
        "server: ⟦[]⟧", "wrong-type", "'server' must be a mapping of keys, not a list",
        "its keys are title, instructions, read_only, question_timeout"
      ),
      (
        "sequence: {timeout: ⟦30⟧}", "bad-duration", "'timeout' must be a duration with its unit, not the number 30",
        "write a number and its unit: 30s, 10m, 2h or 1d"
      ),
      ("sequence: {timeout: ⟦0s⟧}", "value-out-of-range", "'timeout' must be 1s to 2m, not 0s", nil),
      (
        "sequence: {timeout: ⟦30 s⟧}", "bad-duration", "'timeout' must be a duration, not '30 s'",
        "write a number and its unit: 30s, 10m, 2h or 1d"
      ),
      (
        "limits: {per_day: ⟦-5⟧}", "bad-money", "'per_day' must be an amount of dollars; '-5' has a sign",
        "write dollars with at most two places and no sign, such as 50 or 49.90"
      ),
      (
        "limits: {calls_per_day: ⟦1.5⟧}", "value-out-of-range",
        "'calls_per_day' must be a whole number from 1 to 1000000, not 1.5", nil
      ),
      (
        "limits: {calls_per_day: ⟦\"3\"⟧}", "wrong-type", "'calls_per_day' must be a whole number, not text",
        "write 3, without quotes"
      ),
      (
        "limits: {calls_per_day: ⟦0x1F⟧}", "number-spelling",
        "'calls_per_day' is written as '0x1F', which is no number in JSON",
        "write 31 for the number, or \"0x1F\" in quotes for the text"
      ),
      (
        "limits: {⟦amount⟧: 5}", "unknown-key", "unknown key 'amount' in 'limits'",
        "the keys here are per_call, per_day, per_30_days, calls_per_day, calls_per_30_days, cooldown"
      ),
      ("⟦serber⟧: {}", "unknown-key", "unknown key 'serber' in the configuration", "did you mean 'server'?"),
      (
        "tools: {trigger_rule: ⟦maybe⟧}", "wrong-type", "'trigger_rule' must be true, false or a mapping, not text", nil
      ),
      (
        "sequence: {base_url: ⟦\"http://127.0.0.1.evil.example\"⟧}", "base-url-not-https",
        "base_url cannot be used: plain 'http' would send secrets to '127.0.0.1.evil.example' unencrypted; it is for '127.0.0.1', '[::1]' and 'localhost' only",
        "write 'https://', for Sequence itself 'https://api.getsequence.io'"
      ),
    ] as [(String, String, String, String?)])
  func theMessageSaysWhatIsWrongAndWhatToDo(line: String, rule: String, message: String, help: String?) {
    let fixture = MarkedConfiguration("version: 1\n" + line + "\n")
    let diagnostics = fixture.loaded.diagnostics
    #expect(diagnostics.map(\.rule) == [rule])
    #expect(diagnostics.map(\.message) == [message])
    #expect(diagnostics.map(\.help) == [help])
    #expect(diagnostics.compactMap(\.range) == fixture.ranges)
  }

  @Test(
    arguments: [
      ("0123", "123"), ("+5", "5"), (".5", "0.5"), ("5.", "5"), ("0x1F", "31"), ("0o17", "15"), ("-.5", "-0.5"),
      ("+0x10", "16"), ("00", "0"), ("-007.50", "-7.50"), ("1.e3", "1e3"), (".inf", nil), (".nan", nil), ("-.INF", nil),
    ] as [(String, String?)])
  func aNumberThatOnlyYAMLKnowsIsSpeltAsJSONDoes(text: String, json: String?) {
    #expect(NumberSpelling.json(of: text) == json)
  }

  @Test(arguments: [("30s", 30), ("10m", 600), ("2h", 7200), ("1d", 86_400), ("0s", 0), ("90s", 90)])
  func durationsAreReadAndWritten(text: String, seconds: Int) {
    #expect(DurationText.parse(text) == seconds)
    #expect(DurationText.parse(DurationText.write(seconds)) == seconds)
  }

  @Test(arguments: ["", "s", "10", "10 m", "1.5h", "-1s", "10ms", "1D", "99999999999s", "٣s"])
  func whatIsNoDurationIsRefused(text: String) { #expect(DurationText.parse(text) == nil) }
}
