/// An ECMA-262 regular expression with the `u` flag (JSON Schema 2020-12 Core, section 6.4), matched against the whole value in
/// time linear in its length. There is no backtracking, so a model cannot choose a value that takes exponential time.
package struct Pattern: Sendable {
  /// As written in the file.
  package let source: String
  /// The pattern anchored at both ends, since JSON Schema itself matches anywhere in the value.
  let anchoredSource: String
  /// The pattern in the syntax that every client's engine supports; nil if it cannot be expressed in it.
  let publishedSource: String?
  private let program: PatternProgram

  /// - Throws: `PatternError` if it is invalid, or uses back-references or look-around.
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

/// A pattern compiled to a nondeterministic automaton (Thompson's construction). Matching makes at most one pass over the
/// program per character.
struct PatternProgram: Sendable {
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

  /// The maximum number of instructions. A repetition counts once for each repeat.
  private static let sizeLimit = 4000

  private var instructions: [Instruction] = []
  private var sets: [PatternScalarSet] = []

  /// - Throws: `PatternError` if a counted repetition makes the program too large.
  init(_ node: PatternNode) throws(PatternError) {
    try emit(node, offset: 0)
    instructions.append(.accept)
  }

  /// - Parameter offset: The position of the enclosing repetition, reported if the program grows too large.
  private mutating func emit(_ node: PatternNode, offset: Int) throws(PatternError) {
    guard instructions.count < PatternProgram.sizeLimit else {
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
}

extension PatternProgram {
  /// Whether the whole text matches. Each character advances all states at once.
  func matches(_ text: String) -> Bool {
    var states = StateSet(capacity: instructions.count)
    var following = StateSet(capacity: instructions.count)
    var previous: Unicode.Scalar?
    let scalars = text.unicodeScalars
    var index = scalars.startIndex
    var current = scalars.first
    enter(0, &states, previous, current)
    while let scalar = current {
      if states.takers.isEmpty { return false }
      scalars.formIndex(after: &index)
      previous = scalar
      current = index < scalars.endIndex ? scalars[index] : nil
      following.clear()
      for state in states.takers {
        guard case .take(let set) = instructions[state], sets[set].contains(scalar) else { continue }
        enter(state + 1, &following, previous, current)
      }
      swap(&states, &following)
    }
    return states.isAccepting
  }

  /// Adds the instruction and everything reachable from it without consuming a character.
  private func enter(
    _ instruction: Int, _ states: inout StateSet, _ previous: Unicode.Scalar?, _ next: Unicode.Scalar?
  ) {
    states.pending.append(instruction)
    while let state = states.pending.popLast() {
      guard states.insert(state) else { continue }
      switch instructions[state] {
      case .take: states.takers.append(state)
      case .accept: states.isAccepting = true
      case .jump(let target): states.pending.append(target)
      case .split(let target):
        states.pending.append(target)
        states.pending.append(state + 1)
      case .assert(let assertion):
        if holds(assertion, previous, next) { states.pending.append(state + 1) }
      }
    }
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

/// The set of active instructions.
private struct StateSet {
  /// The instructions that consume a character.
  var takers: [Int] = []
  var isAccepting = false
  /// The instructions left to enter; empty between characters.
  var pending: [Int] = []
  /// The round in which each instruction was last inserted. Clearing the set only starts a new round.
  private var rounds: [Int]
  private var round = 1

  init(capacity: Int) { rounds = [Int](repeating: 0, count: capacity) }

  mutating func clear() {
    takers.removeAll(keepingCapacity: true)
    isAccepting = false
    round += 1
  }

  /// Inserts the instruction and returns whether it was new.
  mutating func insert(_ instruction: Int) -> Bool {
    guard rounds[instruction] != round else { return false }
    rounds[instruction] = round
    return true
  }
}
