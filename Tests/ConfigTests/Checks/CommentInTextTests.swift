import SourceYAML
import Testing

@testable import Config

/// A check for texts that a comment cuts off.
struct CommentInTextTests {
  @Test(
    arguments: [
      ("title: Rule ⟦#1 saves⟧", 1), ("title: Rule # mine", 0), ("title: \"Rule #1\"", 0), ("title: Rule#1", 0),
      ("title: |\n  Rule #1", 0), ("title: 'Rule' #1", 0),
      ("payload:\n  note: Invoice ⟦#12 for Ann⟧", 1), ("payload:\n  list:\n    - Apt ⟦#4⟧\n    - \"Apt #5\"", 1),
      ("payload:\n  color: ⟦#fff⟧\n  other: # none\n  list:\n    - a", 1),
      ("payload:\n  note: Pay {{ $alias }} ⟦#1 now⟧", 1),
      ("payload:\n  count: 5 #five\n  on: true #yes", 0), ("payload:\n  map: #a map\n    key: value", 0),
      ("confirm: always #ask", 0), ("dedupe_window: 5m #short", 0),
      (
        "parameters:\n  n:\n    type: string\n    default: Apt ⟦#4⟧\npayload: {n: \"{{ n }}\"}", 1
      ),
      ("parameters:\n  n:\n    enum:\n      - Apt ⟦#4⟧\n      - Apt 5\npayload: {n: \"{{ n }}\"}", 1),
      ("parameters:\n  n:\n    type: string\n    pattern: a ⟦#b⟧\npayload: {n: \"{{ n }}\"}", 1),
      ("parameters:\n  n:\n    description: Pod ⟦#1 or #2⟧\n    type: integer\npayload: {n: \"{{ n }}\"}", 1),
    ])
  func `a comment in a text is a warning, and an ordinary comment after it is not`(line: String, count: Int) {
    MarkedConfiguration(DiagnosticExample.rule(line)).expectIDs([String](repeating: "comment-in-text", count: count))
  }

  @Test func `a comment in a rule's id and in a path is a warning`() {
    MarkedConfiguration(DiagnosticExample.rule(id: "ru ⟦#5⟧")).expectIDs(["comment-in-text"])
    MarkedConfiguration(DiagnosticExample.rule("", secret: "\n      file: secrets/a ⟦#b⟧")).expectIDs([
      "comment-in-text"
    ])
    MarkedConfiguration("version: 1\nstate_dir: ledgers/a ⟦#b⟧\n").expectIDs(["comment-in-text"])
  }
}
