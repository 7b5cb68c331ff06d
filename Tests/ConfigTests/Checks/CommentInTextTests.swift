import SourceYAML
import Testing

@testable import Config

/// A check for texts that a comment cuts off.
struct CommentInTextTests {
  @Test(
    arguments: [
      ("title: Rule ⟦#1 saves⟧", 1), ("title: Rule # mine", 0), ("title: \"Rule #1\"", 0), ("title: Rule#1", 0),
      ("title: |\n  Rule #1", 0), ("title: 'Rule' #1", 0),
      ("parameters:\n  n:\n    description: Pod ⟦#1 or #2⟧\n    type: integer\npayload: {n: \"{{ n }}\"}", 1),
    ])
  func `a comment in a text is a warning, and an ordinary comment after it is not`(line: String, count: Int) {
    MarkedConfiguration(DiagnosticExample.rule(line)).expectIDs([String](repeating: "comment-in-text", count: count))
  }
}
