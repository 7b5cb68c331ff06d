import Foundation
import JSON
import Testing

/// The editor of clients' settings files.
@Suite struct JSONEditorTests {
  @Test(arguments: [
    ("{}", "{\n  \"s\": {\n    \"k\": 1\n  }\n}"),
    ("{\"s\":{}}", "{\"s\":{\n  \"k\": 1\n}}"),
    ("{\"a\":1.0}", "{\"a\":1.0, \"s\": {\"k\":1}}"),
    ("{\n\t\"a\": [1,\n2]\n}\n", "{\n\t\"a\": [1,\n2],\n\t\"s\": {\n\t\t\"k\": 1\n\t}\n}\n"),
    ("{\n    \"s\": {\n        \"x\": {}\n    }\n}", "{\n    \"s\": {\n        \"x\": {},\n        \"k\": 1\n    }\n}"),
    ("{\r\n  \"s\": {\r\n  }\r\n}", "{\r\n  \"s\": {\r\n    \"k\": 1\r\n  }\r\n}"),
    ("{\"s\": {\"k\": 2, \"z\": 3}}", "{\"s\": {\"k\": 1, \"z\": 3}}"),
    ("{\"s\": {\"k\": 1}}", "{\"s\": {\"k\": 1}}"),
    // The key is the same name in another spelling, and the brace in the string is not a brace.
    ("{\"\\u0073\": {\"}\": \"{\\\"\"}}", "{\"\\u0073\": {\"}\": \"{\\\"\", \"k\": 1}}"),
  ])
  func `set changes one member only`(before: String, after: String) throws {
    var editor = try JSONEditor(Array(before.utf8), allowsComments: false)
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
  func `comments and trailing commas stay`(before: String, after: String) throws {
    var editor = try JSONEditor(Array(before.utf8), allowsComments: true)
    try editor.set(["s", "k"], to: 1)
    #expect(String(decoding: editor.bytes, as: UTF8.self) == after)
  }

  @Test(arguments: [
    ("{\n  \"a\": 1,\n  \"s\": {\n    \"k\": 1\n  }\n}\n", "{\n  \"a\": 1,\n  \"s\": {\n  }\n}\n"),
    ("{\"s\": {\"a\": 1, \"k\": 2}}", "{\"s\": {\"a\": 1}}"), ("{\"s\": {\"k\": 2, \"a\": 1}}", "{\"s\": {\"a\": 1}}"),
    ("{\"s\": {\"k\": 2}}", "{\"s\": {}}"),
    ("{\r\n \"s\": {\r\n  \"a\": 1,\r\n  \"k\": 1\r\n }\r\n}", "{\r\n \"s\": {\r\n  \"a\": 1\r\n }\r\n}"),
    ("{\n \"s\": {\n  \"k\": 1,\n  \"a\": 1\n }\n}", "{\n \"s\": {\n  \"a\": 1\n }\n}"),
    (
      "{\n \"s\": {\n  \"a\": 1, // one\n  // two\n  \"k\": 1, // ours\n }\n}",
      "{\n \"s\": {\n  \"a\": 1, // one\n  // two\n   // ours\n }\n}"
    ),
    ("{\"s\": {\n  // two\n  \"k\": 1, \"b\": 2\n}}", "{\"s\": {\n  // two\n  \"b\": 2\n}}"),
    (
      "{\n \"s\": {\n  \"a\": 1, // one\n  \"k\": 1\n }\n}", "{\n \"s\": {\n  \"a\": 1 // one\n }\n}"
    ),
  ])
  func `remove takes one member out`(before: String, after: String) throws {
    var editor = try JSONEditor(Array(before.utf8), allowsComments: true)
    let wasThere1 = try editor.remove(["s", "k"])
    #expect(wasThere1)
    #expect(String(decoding: editor.bytes, as: UTF8.self) == after)
    let wasThere2 = try editor.remove(["s", "k"])
    #expect(!wasThere2)
    let wasThere3 = try editor.remove(["nothing", "k"])
    #expect(!wasThere3)
  }

  @Test(arguments: [
    "{}\n", "{\"a\": 1}", "{\n  \"s\": {\n    \"a\": {}\n  }\n}\n",
    "{\n\t\"s\": {\n\t\t\"a\": 1\n\t},\n\t\"b\": [1]\n}",
    "{\"s\": {\"a\": 1}, \"b\": 2}", "{\r\n  \"s\": {\r\n    \"a\": 1\r\n  }\r\n}\r\n",
  ])
  func `removing what was set restores the text`(text: String) throws {
    var editor = try JSONEditor(Array(text.utf8), allowsComments: false)
    let isThere = editor.value["s"] != nil
    try editor.set(["s", "k"], to: ["command": "/bin/x", "args": ["serve"]])
    let wasThere4 = try editor.remove(isThere ? ["s", "k"] : ["s"])
    #expect(wasThere4)
    let result = String(decoding: editor.bytes, as: UTF8.self)
    #expect(result == text || result == text.replacingOccurrences(of: "{}", with: "{\n}"))
  }

  @Test(
    arguments: [
      ([0xEF, 0xBB, 0xBF, 0x7B, 0x7D], "the file begins with a byte order mark; save it as UTF-8 without one"),
      ([0xFF, 0xFE, 0x7B, 0, 0x7D, 0], "the file is UTF-16; save it as UTF-8"),
      ([0x7B, 0, 0x7D, 0], "the file is UTF-16; save it as UTF-8"),
      ([0, 0x7B, 0x7D], "unexpected character"),
      (Array("{ // mine\n}".utf8), "this file may not contain comments; its reader accepts only plain JSON"),
      (Array("{\"a\": [1,]}".utf8), "a trailing comma; its reader accepts only plain JSON"),
      (Array("{\"a\": 1 \"b\": 2}".utf8), "a comma or '}' is missing here"),
      (Array("{a: 1}".utf8), "a name in quotes is missing here"),
      (Array("{'a': 1}".utf8), "a string needs straight double quotes (\")"),
      (Array("{“a”: 1}".utf8), "a string needs straight double quotes (\")"),
      (Array("{\"a\": 'x'}".utf8), "a string needs straight double quotes (\")"),
      (Array("# mine\n{}".utf8), "this file may not contain comments with '#'"),
      (Array("{\"a\": 1, # mine\n}".utf8), "this file may not contain comments with '#'"),
      (Array("{\"a\": True}".utf8), "JSON has no 'True'; write true"),
      (Array("{\"a\": None}".utf8), "JSON has no 'None'; write null"),
      (
        Array("{\n<<<<<<< HEAD\n\"a\": 1\n".utf8),
        "a merge conflict was left in the file; keep the lines that you want, and delete the marker lines"
      ),
    ] as [([UInt8], String)])
  func `faults are reported in words`(bytes: [UInt8], message: String) {
    let fault = #expect(throws: JSONEditor.Fault.self) { try JSONEditor(bytes, allowsComments: false) }
    #expect(fault?.message == message)
  }

  @Test(arguments: [
    ("{\n  // mine\n}", false, 2, 3), ("{\"s\": [1]}", true, 1, 7), ("[]", true, 1, 1),
    ("{\"a\": 1 /* open", true, 1, 9),
    ("{\"a\": 1, \"a\": 2}", false, 1, 10), ("", true, 1, 1),
  ])
  func `what cannot be edited is refused with its position`(text: String, allowsComments: Bool, line: Int, column: Int)
  {
    let fault = #expect(throws: JSONEditor.Fault.self) {
      var editor = try JSONEditor(Array(text.utf8), allowsComments: allowsComments)
      try editor.set(["s", "k"], to: 1)
    }
    #expect(fault?.line == line && fault?.column == column)
  }

  @Test func `every cut of a file is refused or edited without a crash`() throws {
    let text = Array("{\n  // c\n  \"s\": {\"x\": [1, {\"y\": \"\\\"}\"}], /* d */ },\n \"t\": null,\n}\n".utf8)
    var edits = 0
    for end in 0...text.count {
      for allowsComments in [true, false] {
        guard var editor = try? JSONEditor(Array(text[..<end]), allowsComments: allowsComments) else { continue }
        guard (try? editor.set(["s", "k"], to: 1)) != nil else { continue }
        let edited = try JSONEditor(editor.bytes, allowsComments: allowsComments)
        #expect(edited.value["s"]?["k"] == 1, "\(end)")
        edits += 1
      }
    }
    // The whole file, with and without its last line break.
    #expect(edits == 2)
  }
}
