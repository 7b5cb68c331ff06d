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

  /// Whether it starts with `^` and ends with `$` by itself, whatever lies between.
  var isAnchored: Bool {
    guard case .sequence(let terms) = self, case .assertion(.start)? = terms.first, case .assertion(.end)? = terms.last
    else { return false }
    return true
  }
}
