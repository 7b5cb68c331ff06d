/// A pattern as a machine that is in several states at once (Thompson's construction), so that matching costs at most
/// the program's size for each character, whatever the pattern and the text.
struct PatternProgram: Sendable {
  enum Instruction: Sendable {
    /// Takes one character of the set with this number, and goes to the next instruction.
    case take(Int)
    case assert(PatternNode.Assertion)
    case jump(Int)
    /// Goes to the next instruction and to that one.
    case split(Int)
    case accept
  }

  /// How many instructions a pattern may come to; a repetition counts once for each repeat.
  static let sizeLimit = 4000

  private(set) var instructions: [Instruction] = []
  private(set) var sets: [PatternScalarSet] = []

  /// - Throws: `PatternError` where a counted repetition makes the program too large.
  init(_ node: PatternNode) throws(PatternError) {
    try emit(node, offset: 0)
    instructions.append(.accept)
  }

  /// - Parameter offset: of the repetition around the node, which is at fault where the program grows too large.
  private mutating func emit(_ node: PatternNode, offset: Int) throws(PatternError) {
    guard instructions.count < PatternProgram.sizeLimit else {
      throw PatternError(message: "the pattern is too large when its repetitions are counted out", offset: offset)
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
      // Nothing repeated a billion times is still nothing.
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
