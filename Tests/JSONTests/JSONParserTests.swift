import Testing

@testable import JSON

/// RFC 8259: every valid text is accepted, and every other text is refused at its first wrong byte.
@Suite struct JSONParserTests {
  @Test(
    arguments: [
      ("null", JSONValue.null), ("true", true), ("false", false), ("0", 0), ("\"\"", ""), ("[]", []), ("{}", [:]),
      (" \t\r\n1 \t\r\n", 1), ("[1]", [1]), ("[ 1 , 2 ]", [1, 2]), ("[[],[[]]]", [[], [[]]]),
      ("[null,true,false,0,\"\",[],{}]", [nil, true, false, 0, "", [], [:]]),
      ("{\"a\":1}", ["a": 1]), ("{ \"a\" : 1 , \"b\" : 2 }", ["a": 1, "b": 2]), ("{\"\":0}", ["": 0]),
      ("{\"a\":{\"a\":{\"a\":null}}}", ["a": ["a": ["a": nil]]]), ("{\"a\":[],\"A\":[]}", ["a": [], "A": []]),
      ("[\n{\r\n\"a\"\t:\n1}\n]", [["a": 1]]),
    ] as [(String, JSONValue)])
  func `valid texts are taken`(text: String, value: JSONValue) throws {
    #expect(try JSONParser.parse(text) == value)
  }

  @Test(
    arguments: [
      // Nothing, or not enough.
      ("", .unexpectedEnd, 0), (" ", .unexpectedEnd, 1), ("[", .unexpectedEnd, 1), ("[1", .unexpectedEnd, 2),
      ("[1,", .unexpectedEnd, 3), ("[[]", .unexpectedEnd, 3), ("{", .unexpectedEnd, 1), ("{\"a\"", .unexpectedEnd, 4),
      ("{\"a\":", .unexpectedEnd, 5), ("{\"a\":1", .unexpectedEnd, 6), ("{\"a\":1,", .unexpectedEnd, 7),
      ("\"", .unexpectedEnd, 1), ("\"a", .unexpectedEnd, 2), ("\"\\", .unexpectedEnd, 2), ("\"\\\"", .unexpectedEnd, 3),
      // Commas and brackets.
      ("]", .unexpectedByte, 0), ("}", .unexpectedByte, 0), (",", .unexpectedByte, 0), ("[,1]", .unexpectedByte, 1),
      ("[1,]", .unexpectedByte, 3), ("[1,,2]", .unexpectedByte, 3), ("[1 2]", .unexpectedByte, 3),
      ("[1}", .unexpectedByte, 2), ("{\"a\":1]", .unexpectedByte, 6), ("{\"a\":1,}", .unexpectedByte, 7),
      ("{,}", .unexpectedByte, 1), ("{\"a\" 1}", .unexpectedByte, 5), ("{\"a\"::1}", .unexpectedByte, 5),
      ("{\"a\",1}", .unexpectedByte, 4), ("{\"a\":}", .unexpectedByte, 5), ("{\"a\"}", .unexpectedByte, 4),
      ("[:]", .unexpectedByte, 1), ("[\"a\":1]", .unexpectedByte, 4),
      // Names that are not strings.
      ("{1:2}", .unexpectedByte, 1), ("{a:1}", .unexpectedByte, 1), ("{null:1}", .unexpectedByte, 1),
      ("{'a':1}", .unexpectedByte, 1), ("{[]:1}", .unexpectedByte, 1),
      // After the value.
      ("1 2", .trailingBytes, 2), ("[]]", .trailingBytes, 2), ("{}}", .trailingBytes, 2), ("\"a\"b", .trailingBytes, 3),
      ("null,", .trailingBytes, 4), ("nulll", .trailingBytes, 4), ("1\u{0}", .trailingBytes, 1),
      ("[] //", .trailingBytes, 3), ("{}#", .trailingBytes, 2),
      // Syntax of other notations.
      ("'a'", .unexpectedByte, 0), ("/**/1", .unexpectedByte, 0), ("//\n1", .unexpectedByte, 0),
      ("#\n1", .unexpectedByte, 0), ("a", .unexpectedByte, 0), ("undefined", .unexpectedByte, 0),
      ("NaN", .unexpectedByte, 0), ("Infinity", .unexpectedByte, 0), ("True", .unexpectedByte, 0),
      ("*", .unexpectedByte, 0), ("<a>", .unexpectedByte, 0), ("\\n", .unexpectedByte, 0),
      // Only four characters are white space.
      ("\u{B}1", .unexpectedByte, 0), ("\u{C}1", .unexpectedByte, 0), ("\u{A0}1", .unexpectedByte, 0),
      ("\u{2060}1", .unexpectedByte, 0), ("1\u{C}", .trailingBytes, 1), ("[\u{C}1]", .unexpectedByte, 1),
      ("\u{0}", .unexpectedByte, 0),
      // A byte order mark is not accepted.
      ("\u{FEFF}1", .unexpectedByte, 0), ("\u{FEFF}", .unexpectedByte, 0), ("1\u{FEFF}", .trailingBytes, 1),
      // Literals.
      ("nul", .badLiteral, 0), ("n", .badLiteral, 0), ("tru", .badLiteral, 0), ("[fals]", .badLiteral, 1),
      ("nULL", .badLiteral, 0), ("tRUE", .badLiteral, 0), ("truth", .badLiteral, 0),
      // Duplicate names, also in another spelling.
      ("{\"a\":1,\"a\":1}", .duplicateKey, 7), ("{\"a\":1,\"b\":2,\"\\u0061\":3}", .duplicateKey, 13),
      ("[{\"\":1,\"\":2}]", .duplicateKey, 7),
    ] as [(String, JSONParseError.Reason, Int)])
  func `other texts are refused at the first error`(text: String, reason: JSONParseError.Reason, offset: Int) {
    #expect(throws: JSONParseError(reason: reason, offset: offset)) { try JSONParser.parse(text) }
  }

  @Test func `every prefix of a text is refused`() throws {
    let text = Array(#"{"a":[null,true,false,-1.5e+10,"x\"\u00e9\ud83d\ude00ü",{"b":{}}],"c":""}"#.utf8)
    _ = try JSONParser.parse(text)
    for end in 0..<text.count {
      #expect(throws: JSONParseError.self) { try JSONParser.parse(text[..<end]) }
    }
  }

  @Test func `names that differ in their bytes are two names`() throws {
    let object = try #require(try JSONParser.parse("{\"\u{E9}\":1,\"e\u{301}\":2}").objectValue)
    #expect(object.count == 2)
    #expect(object["e\u{301}"] == 2)
  }

  @Test(arguments: ["[", "{\"a\":"])
  func `nesting goes to the limit and no further`(open: String) throws {
    func nested(_ depth: Int) -> [UInt8] {
      let close = open == "[" ? "]" : "}"
      let inner = open == "[" ? "" : "1"
      return Array((String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)).utf8)
    }
    _ = try JSONParser.parse(nested(128))
    #expect(throws: JSONParseError(reason: .tooDeep, offset: 128 * open.utf8.count)) {
      try JSONParser.parse(nested(129))
    }
    #expect(throws: JSONParseError.self) { try JSONParser.parse(nested(100_000)) }
    _ = try JSONParser.parse(nested(3), depthLimit: 3)
    #expect(throws: JSONParseError.self) { try JSONParser.parse(nested(4), depthLimit: 3) }
  }

  @Test func `the depth counts what is open and not what was`() throws {
    let text = "[" + String(repeating: "[[]],", count: 1000) + "[]]"
    let value = try JSONParser.parse(Array(text.utf8), depthLimit: 3)
    #expect(value.arrayValue?.count == 1001)
    #expect(value.arrayValue?.first == .array([.array([])]))
  }

  @Test func `offsets count from the start of the slice`() {
    let buffer = Array("garbage[1,]garbage".utf8)
    #expect(throws: JSONParseError(reason: .unexpectedByte, offset: 3)) { try JSONParser.parse(buffer[7..<11]) }
  }

  @Test func `an object with many names costs linear time`() throws {
    let text = "{" + (0..<100_000).map { "\"name\($0)\":\($0)" }.joined(separator: ",") + "}"
    let object = try #require(try JSONParser.parse(text).objectValue)
    #expect(object.count == 100_000)
    let twice = text.dropLast() + ",\"name5\":0}"
    #expect(throws: JSONParseError(reason: .duplicateKey, offset: text.utf8.count)) {
      try JSONParser.parse(String(twice))
    }
  }

  @Test func `an error says what and where`() {
    #expect(
      JSONParseError(reason: .duplicateKey, offset: 7).description
        == "the same name twice in one object at byte 7")
  }
}
