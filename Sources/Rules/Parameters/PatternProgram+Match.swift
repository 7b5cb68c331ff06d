extension PatternProgram {
  /// Whether the whole text matches: each character moves all states on at once.
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

  /// Adds the instruction and all that is reached from it without a character.
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

/// The instructions that the machine stands at, each once.
private struct StateSet {
  /// Those that wait for a character.
  var takers: [Int] = []
  var isAccepting = false
  /// Work that is left; empty between characters.
  var pending: [Int] = []
  /// The round in which each instruction was last entered: clearing is starting a new round.
  private var rounds: [Int]
  private var round = 1

  init(capacity: Int) { rounds = [Int](repeating: 0, count: capacity) }

  mutating func clear() {
    takers.removeAll(keepingCapacity: true)
    isAccepting = false
    round += 1
  }

  /// Whether the instruction was not in the set yet.
  mutating func insert(_ instruction: Int) -> Bool {
    guard rounds[instruction] != round else { return false }
    rounds[instruction] = round
    return true
  }
}
