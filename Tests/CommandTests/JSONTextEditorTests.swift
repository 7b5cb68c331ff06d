import JSON
import Testing

@testable import sequence_mcp

@Suite struct JSONTextEditorTests {
  @Test(arguments: [
    ("{}", "{\n  \"s\": {\n    \"k\": 1\n  }\n}"),
    ("{\"s\":{}}", "{\"s\":{\n  \"k\": 1\n}}"),
    ("{\"a\":1.0}", "{\"a\":1.0, \"s\": {\"k\":1}}"),
    ("{\n\t\"a\": [1,\n2]\n}\n", "{\n\t\"a\": [1,\n2],\n\t\"s\": {\n\t\t\"k\": 1\n\t}\n}\n"),
    ("{\n    \"s\": {\n        \"x\": {}\n    }\n}", "{\n    \"s\": {\n        \"x\": {},\n        \"k\": 1\n    }\n}"),
    ("{\r\n  \"s\": {\r\n  }\r\n}", "{\r\n  \"s\": {\r\n    \"k\": 1\r\n  }\r\n}"),
    ("{\"s\": {\"k\": 2, \"z\": 3}}", "{\"s\": {\"k\": 1, \"z\": 3}}"),
    ("{\"s\": {\"k\": 1}}", "{\"s\": {\"k\": 1}}"),
    // The key is the same name in other spelling, and the brace in the string is none.
    ("{\"\\u0073\": {\"}\": \"{\\\"\"}}", "{\"\\u0073\": {\"}\": \"{\\\"\", \"k\": 1}}"),
  ])
  func setChangesOneMemberOnly(before: String, after: String) throws {
    var editor = try JSONTextEditor(Array(before.utf8), allowsComments: false)
    try editor.set(["s", "k"], to: 1)
    #expect(String(decoding: editor.bytes, as: UTF8.self) == after)
  }

  @Test(arguments: [
    (
      "{\n  // mine\n  \"s\": {\n    \"x\": 1, // last\n  },\n}",
      "{\n  // mine\n  \"s\": {\n    \"x\": 1, // last\n    \"k\": 1\n  },\n}"
    ),
    (
      "{\n  \"s\": {\n    \"x\": \"// no comment\" /* , */\n  }\n}",
      "{\n  \"s\": {\n    \"x\": \"// no comment\", /* , */\n    \"k\": 1\n  }\n}"
    ),
    ("{ // nothing yet\n}", "{ // nothing yet\n  \"s\": {\n    \"k\": 1\n  }\n}"),
  ])
  func commentsAndTrailingCommasStay(before: String, after: String) throws {
    var editor = try JSONTextEditor(Array(before.utf8), allowsComments: true)
    try editor.set(["s", "k"], to: 1)
    #expect(String(decoding: editor.bytes, as: UTF8.self) == after)
  }

  @Test(arguments: [
    ("{\n  // mine\n}", false, 2, 3), ("{\"s\": [1]}", true, 1, 7), ("[]", true, 1, 1),
    ("{\"a\": 1 /* open", true, 1, 9),
    ("{\"a\": 1, \"a\": 2}", false, 1, 10), ("", true, 1, 1),
  ])
  func whatCannotBeEditedIsRefusedWithItsPosition(text: String, allowsComments: Bool, line: Int, column: Int) {
    let fault = #expect(throws: JSONTextEditor.Fault.self) {
      var editor = try JSONTextEditor(Array(text.utf8), allowsComments: allowsComments)
      try editor.set(["s", "k"], to: 1)
    }
    #expect(fault?.line == line && fault?.column == column)
  }

  @Test func everyCutOfAFileIsRefusedOrEditedWithoutACrash() throws {
    let text = Array("{\n  // c\n  \"s\": {\"x\": [1, {\"y\": \"\\\"}\"}], /* d */ },\n \"t\": null,\n}\n".utf8)
    for end in 0...text.count {
      for allowsComments in [true, false] {
        guard var editor = try? JSONTextEditor(Array(text[..<end]), allowsComments: allowsComments) else { continue }
        try? editor.set(["s", "k"], to: 1)
      }
    }
  }
}
