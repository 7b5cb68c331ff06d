/// The only source of randomness in a simulation: SplitMix64 (Steele, Lea, Flood 2014) from one seed.
///
/// It is not the tests' `SeededRandom`, because a release of the simulation links no testing library.
struct Dice {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func bits() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// Returns a number from 0 up to, but not including, `count`.
  mutating func below(_ count: Int) -> Int { Int(bits() % UInt64(count)) }

  mutating func number(_ range: ClosedRange<Int64>) -> Int64 {
    range.lowerBound + Int64(bits() % UInt64(range.upperBound - range.lowerBound + 1))
  }

  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  /// Picks an element with a probability in proportion to its weight.
  mutating func pick<Element>(weighted elements: [(weight: Int, element: Element)]) -> Element {
    var left = below(elements.reduce(0) { $0 + $1.weight })
    for (weight, element) in elements {
      if left < weight { return element }
      left -= weight
    }
    return elements[elements.count - 1].element
  }
}
