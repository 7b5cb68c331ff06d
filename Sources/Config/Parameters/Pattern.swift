/// An ECMA-262 regular expression that matches the whole value in time linear in its length.
package struct Pattern: Sendable {
  /// As the file writes it.
  package let source: String

  /// - Throws: `PatternError` where it does not compile, or uses back-references or look-around.
  package init(_ source: String) throws(PatternError) {
    self.source = source
  }
}

/// Why a pattern is refused, and where in it.
package struct PatternError: Error, Sendable, Hashable {
  package let message: String
  /// In Unicode code points from the pattern's start.
  package let offset: Int
}
