extension PatternParser {
  /// One end of a range in a class, or a set such as `\d` that cannot be one.
  private enum Atom {
    case scalar(UInt32)
    case set(PatternScalarSet)
  }

  /// Reads what follows `[`, up to and with `]`.
  mutating func parseClass(_ start: Int) throws(PatternError) -> PatternScalarSet {
    let isNegated = take("^")
    var set = PatternScalarSet()
    while !take("]") {
      guard next != nil else { throw error("'[' without ']'", at: start) }
      let atomStart = index
      let low = try parseAtom()
      // A hyphen at either end of a class is a hyphen.
      guard next == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else {
        insert(low, into: &set)
        continue
      }
      index += 1
      guard case .scalar(let first) = low, case .scalar(let last) = try parseAtom() else {
        throw error("a range wants one character at each end; write '\\-' for a hyphen", at: atomStart)
      }
      guard first <= last else { throw error("the range is out of order", at: atomStart) }
      set.insert(first...last)
    }
    set.seal()
    return isNegated ? set.negated : set
  }

  private func insert(_ atom: Atom, into set: inout PatternScalarSet) {
    switch atom {
    case .scalar(let scalar): set.insert(scalar...scalar)
    case .set(let other): set.insert(other)
    }
  }

  private mutating func parseAtom() throws(PatternError) -> Atom {
    let start = index
    guard let scalar = next else { throw error("'[' without ']'") }
    index += 1
    guard scalar == "\\" else { return .scalar(scalar.value) }
    let set = try parseEscape(start, isInClass: true)
    return set.onlyScalar.map { .scalar($0) } ?? .set(set)
  }
}
