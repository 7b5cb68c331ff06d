import Foundation
import Platform
import TestSupport
import Testing

@testable import Secrets

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

  /// A caller with a clock must not learn how a secret begins, nor how long it is. Besides the hashes of all parts of a text,
  /// whose number depends on its length alone, the work is to look up the parts that the filter lets through: a few by
  /// chance.
  @Test func `a text that begins like a secret in many places is no more work than another`() throws {
    var index = SecretIndex()
    index.insert(Array("Kq7vZr2mXw9tLb4n-Hf8sDc3".utf8))
    let beginnings = ["kq", "kq7v", "4b71", "kq7vzr2mxw9tlb4n-hf8sdc", "s3e3", "txn3"].map { $0 + "j" }
    var generator = SeededRandom(seed: 1)
    let text = (0..<6000).flatMap { Array((beginnings[$0 % beginnings.count] + Hex.digits(generator.next())).utf8) }
    #expect(index.matches(in: text).isEmpty)
    // The filter lets through 8 in 262,144: about 20 of the half million parts.
    #expect(index.candidates(in: text).count < text.count / 100)
    #expect(index.matches(in: text + Array("kq7vzr2mxw9tlb4n-hf8sdc3".utf8)).count == 1)
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
