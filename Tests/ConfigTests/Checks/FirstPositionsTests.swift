import Testing

@testable import Config

@Suite struct FirstPositionsTests {
  static let table: [(words: [String], first: [Int])] = [
    ([], []), (["a"], [0]), (["b", "a"], [0, 1]), (["a", "a"], [0, 0]), (["b", "a", "b", "a", "b"], [0, 1, 0, 1, 0]),
    (["c", "b", "a", "b"], [0, 1, 2, 1]),
  ]

  @Test(arguments: table)
  func `each element has the place of the first one like it`(words: [String], first: [Int]) {
    #expect(words.firstPositions == first)
  }

  @Test func `among many elements it is still the first`() {
    let numbers = (0..<10_000).map { $0 * 7919 % 101 }
    let first = numbers.firstPositions
    #expect(numbers.indices.allSatisfy { first[$0] == numbers.firstIndex(of: numbers[$0]) })
  }
}
