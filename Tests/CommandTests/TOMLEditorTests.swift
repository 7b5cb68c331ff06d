import JSON
import Testing

@testable import sequence_mcp

@Suite struct TOMLEditorTests {
  private static let members: [(key: String, value: JSONValue)] = [
    ("command", "/bin/x"), ("args", ["serve", "--config", "/a \"b\""]),
  ]
  private static let table =
    "[mcp_servers.seq]\ncommand = \"/bin/x\"\nargs = [\"serve\", \"--config\", \"/a \\\"b\\\"\"]\n"

  @Test(
    arguments: [
      ("", table), ("model = \"gpt\"\n", "model = \"gpt\"\n\n" + table),
      ("model = 'gpt' # mine", "model = 'gpt' # mine\n\n" + table),
      ("[mcp_servers.other]\ncommand = \"x\"\n", "[mcp_servers.other]\ncommand = \"x\"\n\n" + table),
      (
        "[mcp_servers.seq]\ncommand = \"old\"  # was\nargs = [\n  \"serve\", # all\n]\nenabled = true\n\n# next\n[b]\n",
        """
        [mcp_servers.seq]
        command = "/bin/x"  # was
        args = ["serve", "--config", "/a \\"b\\""]
        enabled = true

        # next
        [b]

        """
      ),
      (
        "[mcp_servers.\"seq\"]\ncommand = \"/bin/x\"\n\n[b]\nc = 1\n",
        "[mcp_servers.\"seq\"]\ncommand = \"/bin/x\"\nargs = [\"serve\", \"--config\", \"/a \\\"b\\\"\"]\n\n[b]\nc = 1\n"
      ),
      ("a = 1\r\n", ("a = 1\n\n" + table).replacingLineBreaks),
    ] as [(String, String)])
  func `set changes one table only`(before: String, after: String) throws {
    var editor = try TOMLEditor(Array(before.utf8))
    try editor.set(["mcp_servers", "seq"], to: Self.members)
    #expect(String(decoding: editor.bytes, as: UTF8.self) == after)
    #expect(editor.value(at: ["mcp_servers", "seq", "command"]) == "/bin/x")
    let once = editor.bytes
    try editor.set(["mcp_servers", "seq"], to: Self.members)
    #expect(editor.bytes == once)
  }

  @Test(arguments: [
    "", "model = \"gpt\"\n", "[mcp_servers.other]\ncommand = \"x\"\n",
    "a = 1\r\n\r\n[b]\r\nc = '''\r\n[mcp_servers.seq]\r\n'''\r\n",
  ])
  func `removing what was set restores the text`(text: String) throws {
    var editor = try TOMLEditor(Array(text.utf8))
    try editor.set(["mcp_servers", "seq"], to: Self.members + [("env", ["DISPLAY": ":0"])])
    let wasThere1 = try editor.remove(["mcp_servers", "seq"])
    #expect(wasThere1)
    #expect(String(decoding: editor.bytes, as: UTF8.self) == text)
    let wasThere2 = try editor.remove(["mcp_servers", "seq"])
    #expect(!wasThere2)
  }

  @Test func `tables below go with the table`() throws {
    let text = "[a]\nb = 1\n\n[mcp_servers.seq]\ncommand = \"x\"\n\n[mcp_servers.seq.env]\nA = \"b\"\n\n# mine\n[z]\n"
    var editor = try TOMLEditor(Array(text.utf8))
    #expect(editor.value(at: ["mcp_servers", "seq"]) == ["command": "x", "env": ["A": "b"]])
    try editor.set(["mcp_servers", "seq"], to: [("env", ["A": "c"])])
    #expect(editor.value(at: ["mcp_servers", "seq", "env", "A"]) == "c")
    let wasThere3 = try editor.remove(["mcp_servers", "seq"])
    #expect(wasThere3)
    #expect(String(decoding: editor.bytes, as: UTF8.self) == "[a]\nb = 1\n\n# mine\n[z]\n")
  }

  @Test(arguments: [
    ("mcp_servers = {}\n", 1, 1), ("a = 1\nmcp_servers.seq = { command = \"x\" }\n", 2, 1),
    ("[mcp_servers]\nseq = { command = \"x\" }\n", 2, 1), ("[mcp_servers]\nseq.command = \"x\"\n", 2, 1),
  ])
  func `inline tables are refused`(text: String, line: Int, column: Int) throws {
    var editor = try TOMLEditor(Array(text.utf8))
    let fault = #expect(throws: JSONEditor.Fault.self) {
      try editor.set(["mcp_servers", "seq"], to: Self.members)
    }
    #expect(fault?.line == line && fault?.column == column)
    #expect(fault?.message.contains("write it as a table, [mcp_servers.seq]") == true)
  }

  @Test(
    arguments: [
      ("[[mcp_servers]]\nname = \"x\"\n", 1), ("a = 1\n[[mcp_servers.seq]]\n", 2),
      ("[[mcp_servers]]\n[mcp_servers.seq]\ncommand = \"x\"\n", 1),
    ])
  func `a list of tables is refused, since a table after it would belong to its last item`(text: String, line: Int)
    throws
  {
    var editor = try TOMLEditor(Array(text.utf8))
    let fault = #expect(throws: JSONEditor.Fault.self) { try editor.set(["mcp_servers", "seq"], to: Self.members) }
    #expect(fault?.line == line && fault?.column == 1)
    #expect(fault?.message.contains("would belong to the last one; write servers as tables, [mcp_servers.seq]") == true)
    #expect(String(decoding: editor.bytes, as: UTF8.self) == text)
  }

  @Test(arguments: [
    ("a = \n", 1, 5), ("a = x\n", 1, 5), ("a 1\n", 1, 3), ("[a\n", 1, 3), ("[a]\n[a]\n", 2, 1),
    ("a = 1\na = 2\n", 2, 1),
    ("a = \"x\n", 1, 5), ("a = \"\\q\"\n", 1, 6), ("a = 1 b = 2\n", 1, 7), ("a = [1 2]\n", 1, 8), ("= 1\n", 1, 1),
    ("a = \"\\u+041\"\n", 1, 6),
  ])
  func `a fault is reported at its place`(text: String, line: Int, column: Int) {
    let fault = #expect(throws: JSONEditor.Fault.self) { try TOMLEditor(Array(text.utf8)) }
    #expect(fault?.line == line && fault?.column == column, "\(fault?.message ?? "")")
  }

  @Test(arguments: [
    (#"a = "x\ty\u00e9\U0001F600\\""#, "x\tyé😀\\"), ("a = 'C:\\x'", "C:\\x"), ("a = \"\"\"\nx\\\n   y\"\"\"", "xy"),
    ("a = '''x'y'''", "x'y"), ("a = \"\"\"x\"\"\"\"", "x\""), ("\"a\" = \"b\"", "b"), ("a = 1979-05-27", "1979-05-27"),
    ("a = 'x'\n\"\u{E9}\" = 1\n\"e\u{301}\" = 2\n[\"\u{E9}1\"]\n[\"e\u{301}1\"]\n", "x"),
  ])
  func `strings are read`(toml: String, value: String) throws {
    #expect(try TOMLEditor(Array(toml.utf8)).value(at: ["a"]) == .string(value))
  }

  @Test func `every cut of a file is refused or edited without a crash`() throws {
    let text = Array(
      "# c\na.b = [1, {x = \"\\\"}\"}, '''\n''']\n[mcp_servers.seq] # d\nargs = [\n\"s\"]\n[[p]]\nq = 1979-05-27T07:32:00Z\n"
        .utf8)
    var edits = 0
    for end in 0...text.count {
      guard var editor = try? TOMLEditor(Array(text[..<end])) else { continue }
      guard (try? editor.set(["mcp_servers", "seq"], to: Self.members)) != nil else { continue }
      #expect(try TOMLEditor(editor.bytes).value(at: ["mcp_servers", "seq", "command"]) == "/bin/x", "\(end)")
      edits += 1
      guard try editor.remove(["mcp_servers", "seq"]) else { continue }
      #expect(try TOMLEditor(editor.bytes).value(at: ["mcp_servers", "seq"]) == nil, "\(end)")
    }
    #expect(edits > 10)
  }
}

extension String {
  fileprivate var replacingLineBreaks: String {
    split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
  }
}
