import Testing

@testable import sequence_mcp

/// The only editor of the owner's file: it changes what is asked for, and nothing else.
struct YAMLEditorTests {
  private func edited(_ text: String, _ body: (inout YAMLEditor) throws -> Void) throws -> String {
    var editor = YAMLEditor(Array(text.utf8))
    try body(&editor)
    return String(decoding: editor.bytes, as: UTF8.self)
  }

  @Test(
    arguments: [
      ("a: 1\n", "a: 1\n\nr:\n  p:\n    k: v\n"), ("", "r:\n  p:\n    k: v\n"),
      ("a: 1", "a: 1\n\nr:\n  p:\n    k: v\n"),
      ("r: {}   # none yet\na: 1\n", "r:   # none yet\n  p:\n    k: v\na: 1\n"),
      ("r: {}   # none yet", "r:   # none yet\n  p:\n    k: v\n"),
      ("r:  # none\n  {}\na: 1\n", "r:  # none\n  p:\n    k: v\na: 1\n"),
      ("r: &all {}  # none\n", "r: &all  # none\n  p:\n    k: v\n"),
      ("r:\n# all off\na: 1\n", "r:\n  p:\n    k: v\n# all off\na: 1\n"),
      (
        "r:\n    o:  # first\n        k: >-\n          d\n\n# end\na: 1\n",
        "r:\n    o:  # first\n        k: >-\n          d\n\n    p:\n      k: v\n\n# end\na: 1\n"
      ),
      ("a: 1\r\nr:\r\n  o: 1\r\n", "a: 1\r\nr:\r\n  o: 1\r\n\r\n  p:\r\n    k: v\r\n"),
      // The lines of one file end differently: new lines end like the line before.
      ("a: 1\r\nr:\n  o: 1\n", "a: 1\r\nr:\n  o: 1\n\n  p:\n    k: v\n"),
      ("a: 1\nr:\r\n  o: 1\r\n", "a: 1\nr:\r\n  o: 1\r\n\r\n  p:\r\n    k: v\r\n"),
      ("a: 1\nr: {}\r\n", "a: 1\nr:\r\n  p:\r\n    k: v\r\n"),
    ])
  func `an entry is added at the end of its mapping`(before: String, after: String) throws {
    #expect(try edited(before) { try $0.set(["r", "p"], to: ["", "k: v"]) } == after)
  }

  @Test(
    arguments: [
      ("r:\n  p: {k: v}   # mine\n", "r:\n  p: 7   # mine\n"), ("r: {p: 1, q: 2}\n", "r: {p: 7, q: 2}\n"),
      ("r:\n  p: 'x'\n  q: 2\n", "r:\n  p: 7\n  q: 2\n"), ("r:\n  p:\n  q: 2\n", "r:\n  p: 7\n  q: 2\n"),
      ("r: {q: 2 }\n", "r: {q: 2, p: 7 }\n"), ("{a: 1}\n", "{a: 1, r: {p: 7}}\n"),
      ("{a: 1, r: {q: 2}}\n", "{a: 1, r: {q: 2, p: 7}}\n"),
    ])
  func `a value is set in its place`(before: String, after: String) throws {
    #expect(try edited(before) { try $0.set(["r", "p"], to: ["7"]) } == after)
  }

  @Test(
    arguments: [
      ("r:\n  p:\n    k: v\n  q: 1 # keep\n", "r:\n  q: 1 # keep\n"),
      ("r:\n  o: 1\n\n  # why\n\n  p:\n    k: |\n      x\n\n      y\n\n  q: 1\n", "r:\n  o: 1\n\n  # why\n\n  q: 1\n"),
      ("r:\n  p: 1\n\n  q: 2\n", "r:\n  q: 2\n"), ("r: {p: 1, q: 2}\n", "r: {q: 2}\n"),
      ("r: {o: 1, p: {a: b}}\n", "r: {o: 1}\n"),
      ("r: {p: 1}\n", "r: {}\n"), ("r:\n  p: 1", "r:\n"), ("r:\n  p: 1\n# end\n", "r:\n# end\n"),
      ("a: 1\r\nr:\r\n  p:\r\n    k: v\r\n", "a: 1\r\nr:\r\n"),
    ])
  func `an entry is taken out with the blank line that sets it off`(before: String, after: String) throws {
    #expect(try edited(before) { try $0.remove(["r", "p"]) } == after)
  }

  @Test(
    arguments: ["r:\n  o: 1\n", "r:\n  o: 1\n\n# end\n"])
  func `what was added and taken out again leaves the file as it was`(text: String) throws {
    let result = try edited(text) {
      try $0.set(["r", "p"], to: ["", "k: v"])
      try $0.remove(["r", "p"])
    }
    #expect(result == text)
  }

  @Test(
    arguments: [
      "a: &x {k: v}\nr: *x\n", "r: [1, 2]\n", "r: text\n", "{r: {o: 1}}\n", "r:\n  - 1\n",
    ])
  func `a file that cannot be changed safely is left alone`(text: String) throws {
    var editor = YAMLEditor(Array(text.utf8))
    #expect(throws: YAMLEditor.Fault.self) { try editor.set(["r", "p"], to: ["", "k: v"]) }
    #expect(editor.bytes == Array(text.utf8))
  }

  @Test func `an entry that others refer to is not taken out`() throws {
    var editor = YAMLEditor(Array("r:\n  p: &x {k: v}\n  q: *x\n".utf8))
    #expect(throws: YAMLEditor.Fault.self) { try editor.remove(["r", "p"]) }
  }
}
