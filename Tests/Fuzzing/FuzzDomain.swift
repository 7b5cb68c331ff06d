package import Platform
import TestSupport

/// One kind of input that comes from outside, with real examples and the check that every input must pass.
package struct FuzzDomain: Sendable {
  package let name: String
  /// Real examples, which are mutated.
  package let examples: [[UInt8]]
  /// The parts that are inserted into the examples, in addition to parts of the examples themselves.
  package let snippets: [[UInt8]]
  /// Feeds one input to the program.
  /// - Returns: the broken expectation; nil if there is none.
  package let check: @Sendable ([UInt8], inout SeededRandom) -> String?

  package init(
    _ name: String, examples: [String], snippets: [String],
    check: @escaping @Sendable ([UInt8], inout SeededRandom) -> String?
  ) {
    self.name = name
    self.examples = examples.map { Array($0.utf8) }
    self.snippets = snippets.map { Array($0.utf8) }
    self.check = check
  }

  /// The domains whose code is in the libraries.
  package static let all: [FuzzDomain] = [clientLines, configurations, answers, ledgers, clientFiles]

  /// Returns the input of that number: the same each time, and independent of all others.
  package func input(_ number: UInt64) -> (bytes: [UInt8], dice: SeededRandom) {
    // Spreads the seeds of consecutive numbers.
    var dice = SeededRandom(seed: number &* 0xD134_2543_DE82_EF95)
    var bytes = dice.pick(examples)
    for _ in 0..<dice.below(6) { mutate(&bytes, &dice) }
    return (bytes, dice)
  }

  private func mutate(_ bytes: inout [UInt8], _ dice: inout SeededRandom) {
    let start = dice.below(bytes.count + 1)
    let end = min(bytes.count, start + 1 + dice.below(12))
    switch dice.below(8) {
    case 0: bytes.removeSubrange(start..<end)
    case 1: bytes.insert(contentsOf: dice.pick(snippets), at: start)
    case 2: bytes.replaceSubrange(start..<end, with: dice.pick(snippets))
    case 3: if start < bytes.count { bytes[start] = UInt8(dice.below(256)) }
    case 4: if start < bytes.count { bytes[start] ^= 1 << UInt8(dice.below(8)) }
    case 5: bytes.insert(contentsOf: bytes[start..<end], at: dice.below(bytes.count + 1))
    case 6:
      // Inserts a part of another example.
      let other = dice.pick(examples)
      let from = dice.below(other.count + 1)
      bytes.insert(contentsOf: other[from..<min(other.count, from + dice.below(60))], at: start)
    default:
      bytes.insert(contentsOf: Array(repeating: dice.pick(snippets), count: 1 + dice.below(40)).joined(), at: start)
    }
  }
}
