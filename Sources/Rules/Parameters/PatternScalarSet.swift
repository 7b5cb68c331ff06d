/// A set of Unicode code points: one term of a pattern that takes one character.
struct PatternScalarSet: Sendable {
  /// A `\p{...}` inside the set, or `\P{...}` where negated.
  private struct Member: Sendable {
    let property: PatternProperty
    let isNegated: Bool
  }

  private(set) var ranges: [ClosedRange<UInt32>]
  private var members: [Member] = []
  private(set) var isNegated = false
  /// The answer for each ASCII character, one bit each, made when the set is complete.
  private var ascii = UInt128(0)

  init(_ ranges: [ClosedRange<UInt32>] = []) {
    self.ranges = ranges
    seal()
  }

  init(_ scalar: UInt32) { self.init([scalar...scalar]) }

  init(_ property: PatternProperty, isNegated: Bool) {
    self.init()
    members = [Member(property: property, isNegated: isNegated)]
    seal()
  }

  /// ECMA-262 section 22.2.2.9, CharacterClassEscape: `\d` and `\w` are ASCII.
  static let digits = PatternScalarSet([0x30...0x39])
  static let word = PatternScalarSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
  /// ECMA-262 sections 12.2 and 12.3, WhiteSpace and LineTerminator.
  static let space = PatternScalarSet([
    0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
    0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
  ])
  /// What `.` takes: all but line terminators.
  static let anyButLineEnd = PatternScalarSet([0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029]).negated

  /// The set of all other code points.
  var negated: PatternScalarSet {
    var set = self
    set.isNegated.toggle()
    set.seal()
    return set
  }

  /// The one code point in the set, where it holds exactly one.
  var onlyScalar: UInt32? {
    guard !isNegated, members.isEmpty, ranges.count == 1, ranges[0].count == 1 else { return nil }
    return ranges[0].lowerBound
  }

  /// Whether a `\p{...}` is part of the set.
  var hasProperties: Bool { !members.isEmpty }

  /// Adds code points while a class is read.
  mutating func insert(_ range: ClosedRange<UInt32>) { ranges.append(range) }

  /// Adds one of the sets above, or a property, which is never a negated class.
  mutating func insert(_ set: PatternScalarSet) {
    guard set.isNegated else {
      ranges += set.ranges
      members += set.members
      return
    }
    if set.members.isEmpty {
      ranges += set.complement
    } else {
      members += set.members.map { Member(property: $0.property, isNegated: !$0.isNegated) }
    }
  }

  /// Orders and joins the ranges, and answers ASCII in advance; called once the set is complete.
  mutating func seal() {
    var joined: [ClosedRange<UInt32>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = joined.last, range.lowerBound <= last.upperBound &+ 1 {
        joined[joined.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    ranges = joined
    sealASCII()
  }

  private mutating func sealASCII() {
    ascii = 0
    for range in ranges where range.lowerBound < 128 {
      let width = UInt128(min(range.upperBound, 127) - range.lowerBound + 1)
      ascii |= (width == 128 ? .max : (1 << width) - 1) << UInt128(range.lowerBound)
    }
    if !members.isEmpty {
      for value in 0..<UInt8(128) where isMember(Unicode.Scalar(value)) { ascii |= 1 << UInt128(value) }
    }
    if isNegated { ascii = ~ascii }
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 128 { return ascii >> UInt128(scalar.value) & 1 == 1 }
    return (isInRanges(scalar.value) || isMember(scalar)) != isNegated
  }

  private func isMember(_ scalar: Unicode.Scalar) -> Bool {
    members.contains { $0.property.contains(scalar) != $0.isNegated }
  }

  private func isInRanges(_ value: UInt32) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(value)
  }

  private var complement: [ClosedRange<UInt32>] {
    var result: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges {
      if range.lowerBound > next { result.append(next...range.lowerBound - 1) }
      next = range.upperBound + 1
    }
    if next <= 0x10FFFF { result.append(next...0x10FFFF) }
    return result
  }
}
