/// An ECMA-262 regular expression with the `u` flag (JSON Schema 2020-12 Core, section 6.4), matched against the whole value in
/// time linear in its length: it is compiled to a nondeterministic automaton (Thompson's construction), and each character is
/// matched in at most one pass over its steps. It never backtracks, so no value that a model passes takes exponential time.
package struct Pattern: Sendable {
  /// One step of the automaton.
  private enum Instruction: Sendable {
    /// Consumes one character of the set with this index, then continues with the next instruction.
    case take(Int)
    case assert(PatternNode.Assertion)
    case jump(Int)
    /// Continues with both the next instruction and the given one.
    case split(Int)
    case accept
  }

  /// As written in the file.
  package let source: String
  /// The pattern anchored at both ends, since JSON Schema itself matches anywhere in the value.
  let anchoredSource: String
  /// The pattern in the syntax that every client's engine supports; nil if it cannot be expressed in it.
  let publishedSource: String?
  /// The maximum number of instructions. A repetition counts once for each repeat.
  private static let sizeLimit = 4000

  private var instructions: [Instruction] = []
  private var sets: [PatternScalarSet] = []

  /// - Throws: `PatternError` if it is invalid, uses back-references or look-around, or is too large because of a counted
  ///   repetition.
  package init(_ source: String) throws(PatternError) {
    var parser = PatternParser(source)
    let node = try parser.parse()
    self.source = source
    anchoredSource = node.isAnchored ? source : "^(?:" + source + ")$"
    publishedSource = PublishedPattern.text(of: node)
    try emit(node, offset: 0)
    instructions.append(.accept)
  }

  /// - Parameter offset: The position of the enclosing repetition, reported if the program grows too large.
  private mutating func emit(_ node: PatternNode, offset: Int) throws(PatternError) {
    guard instructions.count < Pattern.sizeLimit else {
      throw PatternError(message: "the pattern is too large when its repetitions are expanded", offset: offset)
    }
    switch node {
    case .empty: break
    case .scalars(let set):
      instructions.append(.take(sets.count))
      sets.append(set)
    case .assertion(let assertion): instructions.append(.assert(assertion))
    case .sequence(let terms): for term in terms { try emit(term, offset: offset) }
    case .alternatives(let alternatives): try emit(alternatives, offset: offset)
    case .repeated(let body, let minimum, let maximum, let offset):
      try emit(body, minimum, maximum, offset: offset)
    }
  }

  private mutating func emit(_ alternatives: [PatternNode], offset: Int) throws(PatternError) {
    var jumps: [Int] = []
    for (index, alternative) in alternatives.enumerated() {
      let isLast = index == alternatives.count - 1
      let split = instructions.count
      if !isLast { instructions.append(.split(0)) }
      try emit(alternative, offset: offset)
      guard !isLast else { break }
      jumps.append(instructions.count)
      instructions.append(.jump(0))
      instructions[split] = .split(instructions.count)
    }
    for jump in jumps { instructions[jump] = .jump(instructions.count) }
  }

  private mutating func emit(
    _ body: PatternNode, _ minimum: Int, _ maximum: Int?, offset: Int
  ) throws(PatternError) {
    for _ in 0..<minimum {
      let size = instructions.count
      try emit(body, offset: offset)
      // An empty body adds nothing; without this, a count of a billion would loop that often.
      if instructions.count == size { return }
    }
    guard let maximum else {
      let split = instructions.count
      instructions.append(.split(0))
      try emit(body, offset: offset)
      instructions.append(.jump(split))
      instructions[split] = .split(instructions.count)
      return
    }
    var splits: [Int] = []
    for _ in minimum..<maximum {
      splits.append(instructions.count)
      instructions.append(.split(0))
      try emit(body, offset: offset)
    }
    for split in splits { instructions[split] = .split(instructions.count) }
  }

  /// Whether the whole text matches. Each character advances all states at once.
  package func matches(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    var (takers, isAccepting) = reachable(from: [0], after: nil, before: scalars.first)
    for (index, scalar) in scalars.enumerated() {
      if takers.isEmpty { return false }
      let taken = takers.filter {
        if case .take(let set) = instructions[$0] { sets[set].contains(scalar) } else { false }
      }
      (takers, isAccepting) = reachable(
        from: taken.map { $0 + 1 }, after: scalar, before: scalars.dropFirst(index + 1).first)
    }
    return isAccepting
  }

  /// Returns the instructions that consume a character and can be reached without consuming one, and whether the end can.
  private func reachable(
    from first: [Int], after previous: Unicode.Scalar?, before next: Unicode.Scalar?
  ) -> (takers: [Int], isAccepting: Bool) {
    var (takers, isAccepting) = ([Int](), false)
    var isKnown = [Bool](repeating: false, count: instructions.count)
    var pending = first
    while let state = pending.popLast() {
      if isKnown[state] { continue }
      isKnown[state] = true
      switch instructions[state] {
      case .take: takers.append(state)
      case .accept: isAccepting = true
      case .jump(let target): pending.append(target)
      case .split(let target): pending += [target, state + 1]
      case .assert(let assertion):
        if holds(assertion, previous, next) { pending.append(state + 1) }
      }
    }
    return (takers, isAccepting)
  }

  private func holds(
    _ assertion: PatternNode.Assertion, _ previous: Unicode.Scalar?, _ next: Unicode.Scalar?
  ) -> Bool {
    let isBoundary = isWord(previous) != isWord(next)
    return switch assertion {
    case .start: previous == nil
    case .end: next == nil
    case .wordBoundary: isBoundary
    case .notWordBoundary: !isBoundary
    }
  }

  private func isWord(_ scalar: Unicode.Scalar?) -> Bool { scalar.map(PatternScalarSet.word.contains) ?? false }
}

/// The reason a pattern is refused, with its position.
package struct PatternError: Error, Sendable, Hashable {
  package let message: String
  /// In Unicode code points from the start of the pattern.
  package let offset: Int
}

/// A parsed regular expression. Captures are dropped: only whether a text matches is needed.
indirect enum PatternNode: Sendable {
  /// A condition on a position, which consumes no character.
  enum Assertion: Sendable {
    case start, end, wordBoundary, notWordBoundary
  }

  case empty
  case scalars(PatternScalarSet)
  case assertion(Assertion)
  case sequence([PatternNode])
  case alternatives([PatternNode])
  /// `maximum` is nil if unbounded; `offset` is the quantifier's position, for errors.
  case repeated(PatternNode, minimum: Int, maximum: Int?, offset: Int)

  /// Whether the pattern begins with `^` and ends with `$`.
  var isAnchored: Bool {
    guard case .sequence(let terms) = self, case .assertion(.start)? = terms.first, case .assertion(.end)? = terms.last
    else { return false }
    return true
  }
}
