/// An ECMA-262 regular expression, read as with the `u` flag (JSON Schema 2020-12 Core, section 6.4), that matches the whole
/// value in time linear in its length: no backtracking, so a value that a model chose cannot blow it up.
package struct Pattern: Sendable {
  /// As the file writes it.
  package let source: String
  /// The pattern with both ends anchored, since JSON Schema itself would look anywhere in the value.
  package let anchoredSource: String
  /// The pattern in the syntax that the engines of all clients read; nil if it cannot be written in it.
  package let publishedSource: String?
  private let program: PatternProgram

  /// - Throws: `PatternError` where it does not compile, or uses back-references or look-around.
  package init(_ source: String) throws(PatternError) {
    var parser = PatternParser(source)
    let node = try parser.parse()
    self.source = source
    anchoredSource = node.isAnchored ? source : "^(?:" + source + ")$"
    publishedSource = PublishedPattern.text(of: node)
    program = try PatternProgram(node)
  }

  /// Whether the whole text matches.
  package func matches(_ text: String) -> Bool { program.matches(text) }
}

/// Why a pattern is refused, and where in it.
package struct PatternError: Error, Sendable, Hashable {
  package let message: String
  /// In Unicode code points from the pattern's start.
  package let offset: Int
}

/// A parsed regular expression. Captures are not kept: only whether a text matches counts.
indirect enum PatternNode: Sendable {
  enum Assertion: Sendable {
    case start, end, wordBoundary, notWordBoundary
  }

  case empty
  case scalars(PatternScalarSet)
  case assertion(Assertion)
  case sequence([PatternNode])
  case alternatives([PatternNode])
  /// `maximum` nil means without end; `offset` is where the quantifier stands, for an error that it causes.
  case repeated(PatternNode, minimum: Int, maximum: Int?, offset: Int)

  /// Whether the pattern itself begins with `^` and ends with `$`.
  var isAnchored: Bool {
    guard case .sequence(let terms) = self, case .assertion(.start)? = terms.first, case .assertion(.end)? = terms.last
    else { return false }
    return true
  }
}
