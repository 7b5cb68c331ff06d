import Testing

@testable import JSON

@Suite struct JSONWriterTests {
  @Test(
    arguments: [
      (JSONValue.null, "null"), (true, "true"), (false, "false"), (-5, "-5"), ("", #""""#), ([], "[]"), ([:], "{}"),
      ([1, [2, nil]], "[1,[2,null]]"), (["b": 1, "a": ["c": "d"]], #"{"b":1,"a":{"c":"d"}}"#),
    ] as [(JSONValue, String)])
  func `values are written compactly and in their order`(value: JSONValue, text: String) {
    #expect(JSONWriter.text(value) == text)
  }

  @Test func `indented text is for people`() {
    #expect(
      JSONWriter.indentedText(["a": [1, [:]], "b": [], "c": ["d": nil]]) == """
        {
          "a": [
            1,
            {}
          ],
          "b": [],
          "c": {
            "d": null
          }
        }
        """)
  }

  @Test(
    arguments: [
      ("\"", #"\""#), ("\\", #"\\"#), ("/", "/"), ("\u{8}", #"\b"#), ("\u{9}", #"\t"#), ("\u{A}", #"\n"#),
      ("\u{C}", #"\f"#), ("\u{D}", #"\r"#), ("\u{0}", #"\u0000"#), ("\u{1B}", #"\u001b"#), ("\u{1F}", #"\u001f"#),
      ("\u{7E}", "~"), ("\u{7F}", #"\u007f"#), ("\u{80}", #"\u0080"#), ("\u{85}", #"\u0085"#), ("\u{9F}", #"\u009f"#),
      ("\u{A0}", "\u{A0}"), ("\u{2027}", "\u{2027}"), ("\u{2028}", #"\u2028"#), ("\u{2029}", #"\u2029"#),
      ("\u{202A}", #"\u202a"#), ("\u{202E}", #"\u202e"#), ("\u{202F}", "\u{202F}"), ("\u{200A}", "\u{200A}"),
      ("\u{200B}", #"\u200b"#), ("\u{200F}", #"\u200f"#), ("\u{2010}", "\u{2010}"), ("\u{205F}", "\u{205F}"),
      ("\u{2060}", #"\u2060"#), ("\u{206F}", #"\u206f"#), ("\u{2070}", "\u{2070}"), ("\u{AD}", #"\u00ad"#),
      ("\u{AC}", "\u{AC}"), ("\u{61B}", "\u{61B}"), ("\u{61C}", #"\u061c"#), ("\u{115F}", #"\u115f"#),
      ("\u{180E}", #"\u180e"#), ("\u{3164}", #"\u3164"#), ("\u{FEFF}", #"\ufeff"#), ("\u{FFA0}", #"\uffa0"#),
      ("\u{FFFB}", #"\ufffb"#), ("\u{FFFC}", "\u{FFFC}"), ("\u{E0041}", #"\udb40\udc41"#),
      ("\u{E0FFF}", #"\udb43\udfff"#), ("\u{E1000}", #"\udb44\udc00"#),
      ("x\u{202E}y\u{E0020}z", #"x\u202ey\udb40\udc20z"#),
      ("\u{20A8}", "\u{20A8}"), ("é", "é"), ("€", "€"), ("😀", "😀"), ("a\nb\"c", #"a\nb\"c"#),
      ("\n\n", #"\n\n"#), ("\u{10FFFF}", #"\udbff\udfff"#), ("❤\u{FE0F}", "❤\u{FE0F}"), ("a\u{FE0F}", #"a\ufe0f"#),
    ] as [(String, String)])
  func `what must be escaped is escaped, and nothing else`(text: String, escaped: String) throws {
    let written = JSONWriter.write(.string(text))
    #expect(written == Array("\"\(escaped)\"".utf8))
    #expect(JSONWriter.write(.object(JSONObject([(text, 1)]))) == Array("{\"\(escaped)\":1}".utf8))
    #expect(try JSONParser.parse(written) == .string(text))
  }

  @Test(
    arguments: [
      ("<!--", #""\u003c!--""#), ("--><b>", #""-->\u003cb>""#), ("[a](b)", #""\u005ba](b)""#),
      ("`x`", #""\u0060x\u0060""#), ("*x*", #""\u002ax\u002a""#), ("~~9~~", #""\u007e\u007e9\u007e\u007e""#),
      ("&lt;", #""\u0026lt;""#), ("a & b", #""a & b""#), (#"x", "y"#, #""x\u0022, \u0022y""#),
      (#"\*"#, #""\u005c\u002a""#), ("a\nb", #""a\nb""#), ("a  b", #""a \u0020b""#),
      ("e\u{301}\u{323}\u{20DD}", "\"e\u{301}\u{323}\\u20dd\""),
      ("with_words, #1 + 2 = 3!", #""with_words, #1 + 2 = 3!""#),
    ])
  func `a person's decision is shown without markup`(text: String, shown: String) throws {
    #expect(JSONWriter.shownText(.string(text)) == shown)
    #expect(JSONWriter.shownText(.object(JSONObject([(text, 1)]))) == "{\(shown):1}")
    #expect(try JSONParser.parse(Array(shown.utf8)) == .string(text))
  }

  @Test(
    arguments: [
      ("0.0009e9", "900000"), ("9E2", "900"), ("1.50", "1.50"), ("9e-1", "9e-1"), ("1e2000", "1e2000"),
    ])
  func `a person's decision is shown with plain whole numbers`(number: String, shown: String) throws {
    #expect(JSONWriter.shownText(try JSONParser.parse(Array(number.utf8))) == shown)
  }
}
