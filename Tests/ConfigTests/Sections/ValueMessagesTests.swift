import SourceYAML
import Testing

@testable import Config

/// The diagnostics of wrong values. Their messages are in `Messages/diagnostics.txt`.
struct ValueMessagesTests {
  @Test(
    arguments: zip(
      MessagesTests.values,
      [
        "wrong-type", "wrong-type", "wrong-type", "wrong-type", "wrong-type", "wrong-type", "bad-duration",
        "value-out-of-range", "bad-duration", "bad-money", "value-out-of-range", "wrong-type", "number-spelling",
        "unknown-key", "unknown-key", "wrong-type", "base-url-not-https",
      ]))
  func `a wrong value is one finding, at the value`(line: String, id: String) {
    MarkedConfiguration("version: 1\n" + line + "\n").expectIDs([id])
  }

  @Test(
    arguments: [
      ("0123", "123"), ("+5", "5"), (".5", "0.5"), ("5.", "5"), ("0x1F", "31"), ("0o17", "15"), ("-.5", "-0.5"),
      ("+0x10", "16"), ("00", "0"), ("-007.50", "-7.50"), ("1.e3", "1e3"), (".inf", nil), (".nan", nil), ("-.INF", nil),
    ] as [(String, String?)])
  func `a number that only YAML knows is rewritten as JSON`(text: String, json: String?) {
    #expect(jsonNumber(ofYAML: text) == json)
  }
}
