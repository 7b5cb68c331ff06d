import Foundation
import Secrets
import Testing

@Suite struct SecretScrubberTests {
  private func scrubber(_ secrets: String...) -> SecretScrubber {
    let scrubber = SecretScrubber()
    for secret in secrets { scrubber.register(Secret(secret)) }
    return scrubber
  }

  @Test(arguments: [
    ("not-a-real-secret-1", "x not-a-real-secret-1 y", "x <redacted> y"),
    ("not-a-real-secret-1", "not-a-real-secret-1", "<redacted>"),
    ("not-a-real-secret-1", "not-a-real-secret-1not-a-real-secret-1", "<redacted><redacted>"),
    ("not-a-real-secret-1", "Bearer not-a-real-secret-12", "Bearer <redacted>2"),
    ("fake\"quote\\slash/", #"{"a":"fake\"quote\\slash/"}"#, #"{"a":"<redacted>"}"#),
    ("fake\"quote\\slash/", #"fake\"quote\\slash\/"#, "<redacted>"),
    ("fake\"quote\\slash/", #"fake\u0022quote\u005Cslash\u002f"#, "<redacted>"),
    ("fake\"quote\\slash/", #""{\"a\":\"fake\\\"quote\\\\slash\\/\"}""#, #""{\"a\":\"<redacted>\"}""#),
    ("fake\"quote\\slash/", "fake%22quote%5Cslash%2F", "<redacted>"),
    ("fake\"quote\\slash/", "fake%22quote%5cslash/", "<redacted>"),
    ("abc123", "%61%62%63%31%32%33", "<redacted>"), ("abc123", #"\u0061\u0062\u0063\u0031\u0032\u0033"#, "<redacted>"),
    ("fäke-😀-secret", #"f\u00e4ke-\ud83d\ude00-secret"#, "<redacted>"),
    ("fäke-😀-secret", #"f\u00E4ke-\uD83D\uDE00-secret!"#, "<redacted>!"),
    ("fäke-😀-secret", "f%C3%A4ke-%F0%9F%98%80-secret", "<redacted>"), ("fäke-😀-secret", "fäke-😀-secret", "<redacted>"),
    ("fake secret one", "fake%20secret+one fake+secret+one", "fake%20secret+one <redacted>"),
    ("fake secret one", "fake%20secret%20one", "<redacted>"), ("C:\\fake\\new", #""C:\\fake\\new""#, #""<redacted>""#),
    ("fake++++", "fake%2b%2B%2B+", "<redacted>"),
  ])
  func `a secret is replaced in every encoding`(_ secret: String, _ text: String, _ expected: String) {
    #expect(scrubber(secret).scrub(text) == expected)
  }

  @Test(arguments: ["", "a", "ab", "user:", "[\"x\",\""], ["not-a-real-secret-1", "??>>??~~ÿÿ", "12345678"])
  func `a secret is replaced in Base64 at every alignment`(_ prefix: String, _ secret: String) {
    let standard = Data((prefix + secret + ":tail").utf8).base64EncodedString()
    let urlSafe = standard.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
    let escaped = standard.replacingOccurrences(of: "/", with: "\\/")
    let percent = standard.replacingOccurrences(of: "+", with: "%2B").replacingOccurrences(of: "/", with: "%2F")
    for text in [standard, urlSafe, escaped, percent, Data((prefix + secret).utf8).base64EncodedString()] {
      let scrubbed = scrubber(secret).scrub(text)
      #expect(scrubbed.contains("<redacted>"), "\(text)")
      // At most the two characters that also contain bits of their neighbors remain.
      #expect(scrubbed.utf8.count - "<redacted>".utf8.count <= text.utf8.count - secret.utf8.count * 8 / 6 + 1)
    }
  }

  @Test func `text without secrets stays as it is`() {
    let text = #"{"a":"not-a-real-secret-","b":"%zz \u12 \\ \" %"}"# + "\\"
    #expect(scrubber("not-a-real-secret-1").scrub(text) == text)
    #expect(SecretScrubber().scrub("anything") == "anything")
  }

  @Test func `overlapping secrets leave nothing`() {
    #expect(scrubber("abcdefgh", "efghijkl").scrub("-abcdefghijkl-") == "-<redacted>-")
    #expect(scrubber("abcdef", "abcdefghi").scrub("abcdefghi abcdefg") == "<redacted> <redacted>g")
    #expect(scrubber("aaaaaa").scrub("aaaaaaaaaa") == "<redacted>")
  }

  @Test(arguments: [
    ("nabcdef", #""\nabcdef""#, #""<redacted>""#), ("00e9abcd", #""\u00e9abcd""#, #""<redacted>""#),
    ("abcdef\\", #""abcdef\\""#, #""<redacted>""#), ("nabcdef", #""\\nabcdef""#, #""\\<redacted>""#),
  ])
  func `a scrubbed line is still JSON`(_ secret: String, _ line: String, _ expected: String) throws {
    let scrubbed = scrubber(secret).scrub(line)
    #expect(scrubbed == expected)
    _ = try JSONSerialization.jsonObject(with: Data(scrubbed.utf8), options: .fragmentsAllowed)
  }

  @Test(arguments: [
    (#"{"balance":123456}"#, #"{"balance":"<redacted>"}"#),
    (#"{"balance":-1234567.50,"x":1}"#, #"{"balance":"<redacted>","x":1}"#),
    (#"[0.123456e7 ,123456123456,1]"#, #"["<redacted>" ,"<redacted>",1]"#),
    (#"{"a":"no \" 123456, 123456","b":123456}"#, #"{"a":"no \" <redacted>, <redacted>","b":"<redacted>"}"#),
    (#"{"a\\":123456,"123456":"-123456"}"#, #"{"a\\":"<redacted>","<redacted>":"-<redacted>"}"#),
    ("{\"a\":123456}\n{\"b\":\"123456\"}", "{\"a\":\"<redacted>\"}\n{\"b\":\"<redacted>\"}"),
  ])
  func `a number that holds a secret becomes text`(_ line: String, _ expected: String) throws {
    let scrubbed = scrubber("123456").scrub(line)
    #expect(scrubbed == expected)
    for line in scrubbed.split(separator: "\n") { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
  }

  @Test func `short values are left alone`() {
    #expect(scrubber("12345").scrub("amount 12345") == "amount 12345")
    #expect(scrubber("123456").scrub("amount 123456") == "amount <redacted>")
  }

  @Test func `invalid UTF-8 is scrubbed too`() {
    let bytes: [UInt8] = [0xFF, 0xFE] + Array("not-a-real-secret-1".utf8) + [0x80]
    #expect(scrubber("not-a-real-secret-1").scrub(bytes: bytes) == [0xFF, 0xFE] + Array("<redacted>".utf8) + [0x80])
  }

  @Test func `many secrets are all found`() {
    let scrubber = SecretScrubber()
    for number in 0..<2000 { scrubber.register(Secret("fake-secret-\(number)-end")) }
    #expect(scrubber.scrub("x fake-secret-1999-end y") == "x <redacted> y")
    #expect(scrubber.scrub("x fake-secret-2000-end y") == "x fake-secret-2000-end y")
  }

  @Test func `secrets may be registered while others scrub`() async {
    let scrubber = SecretScrubber()
    await withTaskGroup { group in
      for task in 0..<4 {
        group.addTask {
          for number in 0..<200 {
            let value = "fake-secret-\(task)-\(number)"
            scrubber.register(Secret(value))
            #expect(scrubber.scrub(value + "!") == "<redacted>!")
          }
        }
      }
    }
  }
}
