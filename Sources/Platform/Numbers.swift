/// Saturating arithmetic for untrusted numbers: an out-of-range result is clamped to `Int64.min` or `Int64.max`.
extension Int64 {
  package func addingSaturated(_ other: Int64) -> Int64 {
    let (sum, isOver) = addingReportingOverflow(other)
    return isOver ? (other < 0 ? .min : .max) : sum
  }

  package func subtractingSaturated(_ other: Int64) -> Int64 {
    let (difference, isOver) = subtractingReportingOverflow(other)
    return isOver ? (other < 0 ? .max : .min) : difference
  }

  package func multipliedSaturated(by other: Int64) -> Int64 {
    let (product, isOver) = multipliedReportingOverflow(by: other)
    return isOver ? ((self < 0) == (other < 0) ? .max : .min) : product
  }

  /// Returns the quotient rounded toward minus infinity, so that times before 1970 keep their day.
  package func flooredQuotient(_ divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}

extension BinaryInteger {
  /// Returns the number's digits with leading zeros.
  /// - Parameter count: The minimum number of digits.
  package func padded(_ count: Int, radix: Int = 10, uppercase: Bool = false) -> String {
    let digits = String(self, radix: radix, uppercase: uppercase)
    return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
  }

  /// Returns the number with the noun, which gets an `s` unless the number is 1: `2 calls`.
  /// - Parameter plural: Nil adds an `s`.
  package func counted(_ noun: String, _ plural: String? = nil) -> String {
    "\(self) \(self == 1 ? noun : plural ?? noun + "s")"
  }
}

/// FNV-1a with 64 bits: a hash that is the same on every machine. Not for security: collisions are easy to construct.
package enum FNV1a {
  /// - Parameter salt: Another one gives another hash of the same bytes.
  package static func hash(_ bytes: some Sequence<UInt8>, salt: UInt64 = 0) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325 ^ salt) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}

/// A repeatable source of random numbers (SplitMix64; Steele, Lea, Flood 2014): a seed gives the same sequence on every
/// machine.
package struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Returns a number from 0 up to, but not including, `bound`.
  package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  package mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
