import Foundation
import Secrets
import Testing
import TestSupport

@Suite struct SecretFormsTests {
  static let secret = "Not-a_Real.secret/1"

  /// Every form that the threat model lists, by name.
  static let forms: [(name: String, text: String)] = {
    let bytes = Array(secret.utf8)
    let base64 = Data(bytes).base64EncodedString()
    func joined(_ separator: String) -> String { secret.map(String.init).joined(separator: separator) }
    func each(_ form: (String) -> String, _ format: String) -> String {
      bytes.map { form(String(format: format, $0)) }.joined()
    }
    let percent = each({ "%" + $0 }, "%02X")
    let entities = each({ "&#" + $0 + ";" }, "%d")
    let json = each({ "\\u" + $0 }, "%04x")
    return [
      ("as it is", secret), ("upper case", secret.uppercased()), ("lower case", secret.lowercased()),
      ("JSON", secret.replacingOccurrences(of: "/", with: "\\/")), ("JSON code units", json),
      ("JSON in JSON", json.replacingOccurrences(of: "\\", with: "\\\\")),
      ("JSON in JSON in JSON", json.replacingOccurrences(of: "\\", with: "\\\\\\\\")),
      ("percent", secret.replacingOccurrences(of: "/", with: "%2F")), ("percent throughout", percent),
      ("percent in lower case", percent.lowercased()),
      ("percent twice", percent.replacingOccurrences(of: "%", with: "%25")),
      ("HTML decimal", entities), ("HTML hexadecimal", each({ "&#x" + $0 + ";" }, "%x")),
      ("HTML names", "Not-a&lowbar;Real&period;secret&sol;1"),
      ("HTML twice", entities.replacingOccurrences(of: "&", with: "&amp;")), ("hexadecimal", each({ $0 }, "%02x")),
      ("hexadecimal in upper case", each({ $0 }, "%02X")), ("base64", base64),
      ("base64 in lines", base64.chunked(by: 7, "\r\n")), ("base64 in JSON lines", base64.chunked(by: 7, #"\n"#)),
      ("zero width", joined("\u{200B}")), ("soft hyphens", joined("\u{AD}")), ("tags", joined("\u{E0041}")),
      ("selectors", joined("\u{FE0F}")), ("line breaks", joined("\n")), ("no-break spaces", joined("\u{A0}")),
      ("hidden in JSON", joined(#"\u200b"#)), ("hidden in percent", joined("%E2%80%8B")),
    ]
  }()

  @Test(arguments: forms)
  func `a secret is replaced in every form that is documented`(name: String, text: String) {
    let scrubber = SecretScrubber(of: Secret(Self.secret))
    let scrubbed = scrubber.scrub("head \(text) tail")
    // The last character of base64 may contain bits of the following text.
    #expect(scrubbed.replacing(/[A-Za-z0-9]?=* tail$/, with: " tail") == "head <redacted> tail", "\(name)")
    #expect(scrubber.finds(in: text))
  }

  @Test func `a secret with blanks is replaced in any spelling of the blanks`() {
    let scrubber = SecretScrubber(of: Secret("fake secret one"))
    for blank in ["\u{A0}", "  ", "\n", "", "%20", "+", "\u{2003}"] {
      #expect(scrubber.scrub("x fake\(blank)secret\(blank)one y") == "x <redacted> y")
    }
  }

  @Test func `what only resembles a secret stays`() {
    let scrubber = SecretScrubber(of: Secret(Self.secret))
    for text in ["Not-a_Real.secret/", "ot-a_Real.secret/1", "%4Eot-a_Real%2Esecret", "&#78;ot-a_", "4e6f742d615f"] {
      #expect(scrubber.scrub(text) == text)
      #expect(!scrubber.finds(in: text))
    }
  }

  /// A caller with a clock must not learn how a secret begins, nor how long it is.
  @Test(arguments: ["kq", "Kq7v", "4b71", "Kq7vZr2mXw9tLb4n-Hf8sDc"])
  func `a text that begins like a secret everywhere is searched no longer than any other`(beginning: String) {
    let scrubber = SecretScrubber(of: Secret("Kq7vZr2mXw9tLb4n-Hf8sDc3"))
    func least(_ part: String) -> Double {
      let bytes = Array(String(repeating: part, count: 60_000 / part.utf8.count).utf8)
      return (0..<10).map { _ in processorSeconds { #expect(scrubber.ranges(in: bytes).isEmpty) } }.min() ?? 0
    }
    let other = String(repeating: "j", count: beginning.utf8.count)
    #expect(least(beginning) < 1.5 * least(other))
  }

  @Test func `a JSON line stays JSON if a secret ends inside an escape`() throws {
    let line = #"{"a":"abcdef\"","b":"\u00e9abcdef\\","c":"abcdef\u005c"}"#
    let scrubbed = SecretScrubber(of: Secret("abcdef\\")).scrub(line)
    let values = try #require(try JSONSerialization.jsonObject(with: Data(scrubbed.utf8)) as? [String: String])
    #expect(values == ["a": "<redacted>", "b": "é<redacted>", "c": "<redacted>"])
  }

  /// A search that compares the secret at each position would take 500 times as long.
  @Test(arguments: ["a", #"\"#, "%", "&"])
  func `a long line that nearly contains the secret everywhere is searched in linear time`(character: String) {
    let secret = String(repeating: character, count: 511)
    let line = String(repeating: String(repeating: character, count: 510) + "b", count: 100)
    let scrubber = SecretScrubber(of: Secret(secret + "c"))
    let seconds = processorSeconds { #expect(scrubber.scrub(line) == line) }
    #expect(seconds < 10)
  }
}

extension String {
  fileprivate func chunked(by length: Int, _ separator: String) -> String {
    stride(from: 0, to: count, by: length).map { String(dropFirst($0).prefix(length)) }.joined(separator: separator)
  }
}
