import Platform

/// A decimal number of any size, compared and divided exactly.
///
/// Stored as significant digits and a power of ten, so that `1e999999999` costs no more than its text. Exponents are clamped to
/// ±10^17; larger ones are not distinguished.
package struct ExactDecimal: Sendable {
  package let number: JSONNumber
  private let isNegative: Bool
  /// The significant digits 0 to 9 without leading or trailing zeros; empty for zero.
  private let digits: [UInt8]
  /// The power of ten of the last digit; 0 for zero.
  private let exponent: Int

  private static let exponentLimit = 100_000_000_000_000_000
  /// The maximum number of digits in `wholeText`.
  private static let wholeTextLimit = 1000

  package init(_ number: JSONNumber) {
    // What is before and after the exponent's mark.
    let parts = number.text.utf8.split { $0 | 0x20 == UInt8(ascii: "e") }
    let places = parts[0].firstIndex(of: UInt8(ascii: ".")).map { parts[0][$0...].count - 1 } ?? 0
    var digits = Array(parts[0].filter(\.isASCIIDigit).map { $0 - UInt8(ascii: "0") }.drop { $0 == 0 })
    var exponent = -places
    if parts.count > 1 {
      let written = parts[1].filter(\.isASCIIDigit).reduce(0) {
        min($0 * 10 + Int($1 - UInt8(ascii: "0")), ExactDecimal.exponentLimit)
      }
      exponent += parts[1].first == UInt8(ascii: "-") ? -written : written
    }
    while digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
    self.number = number
    self.digits = digits
    self.exponent = digits.isEmpty ? 0 : exponent
    isNegative = parts[0].first == UInt8(ascii: "-") && !digits.isEmpty
  }

  package init(_ value: Int) { self.init(JSONNumber(value)) }

  package var isZero: Bool { digits.isEmpty }

  /// Whether the value is an integer: `1.0` and `1e3` are (JSON Schema 2020-12 Core, section 4.2.3).
  package var isWhole: Bool { exponent >= 0 }

  /// Whether `isMultiple(of:)` accepts this as a divisor: positive, with at most 18 significant digits.
  package var isUsableAsDivisor: Bool { !isNegative && !isZero && digits.count <= 18 }

  /// A whole number without point and exponent: `1` for `1.0`. nil if it is not whole or has more than 1,000 digits.
  package var wholeText: String? {
    guard isWhole else { return nil }
    guard !isZero else { return "0" }
    guard exponent <= ExactDecimal.wholeTextLimit, digits.count + exponent <= ExactDecimal.wholeTextLimit else {
      return nil
    }
    let ascii = digits.map { $0 + UInt8(ascii: "0") } + Array(repeating: UInt8(ascii: "0"), count: exponent)
    return (isNegative ? "-" : "") + String(decoding: ascii, as: UTF8.self)
  }

  /// Returns the number of millionths; nil if it is not whole or does not fit.
  package var millionths: Int? {
    guard exponent >= -6, digits.count + exponent + 6 <= 18 else { return nil }
    let power = (0..<(isZero ? 0 : exponent + 6)).reduce(1) { power, _ in power * 10 }
    return digits.reduce(0) { $0 * 10 + Int($1) } * (isNegative ? -power : power)
  }

  /// The canonical form of the value: its significant digits and the power of ten of the last one, `125e-1`.
  package var canonical: JSONNumber {
    let text = isZero ? "0" : String(decoding: digits.map { $0 + UInt8(ascii: "0") }, as: UTF8.self) + "e\(exponent)"
    return JSONNumber((isNegative ? "-" : "") + text) ?? number
  }

  /// Whether dividing by `divisor` yields a whole number (JSON Schema 2020-12 Validation, section 6.2.1).
  /// - Parameter divisor: Must satisfy `isUsableAsDivisor`; the result is false otherwise.
  package func isMultiple(of divisor: ExactDecimal) -> Bool {
    guard divisor.isUsableAsDivisor else { return false }
    guard !isZero else { return true }
    // The last digit is not zero, so no multiple of ten divides the digits.
    guard exponent >= divisor.exponent else { return false }
    let modulus = divisor.digits.reduce(UInt128(0)) { $0 * 10 + UInt128($1) }
    let remainder = digits.reduce(UInt128(0)) { ($0 * 10 + UInt128($1)) % modulus }
    return remainder * ExactDecimal.powerOfTen(exponent - divisor.exponent, modulo: modulus) % modulus == 0
  }

  /// Returns 10 to the power of `exponent`, modulo a number below 10^18, by squaring.
  private static func powerOfTen(_ exponent: Int, modulo modulus: UInt128) -> UInt128 {
    var result = 1 % modulus
    var base = 10 % modulus
    var left = exponent
    while left > 0 {
      if left & 1 == 1 { result = result * base % modulus }
      base = base * base % modulus
      left >>= 1
    }
    return result
  }
}

extension ExactDecimal: Comparable, Hashable {
  /// Whether both have the same value: `1.0` equals `1`.
  package static func == (one: ExactDecimal, other: ExactDecimal) -> Bool {
    one.isNegative == other.isNegative && one.exponent == other.exponent && one.digits == other.digits
  }

  package static func < (one: ExactDecimal, other: ExactDecimal) -> Bool {
    guard one.isNegative == other.isNegative else { return one.isNegative }
    return one.isNegative ? other.isSmallerInSize(than: one) : one.isSmallerInSize(than: other)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(isNegative)
    hasher.combine(exponent)
    hasher.combine(digits)
  }

  /// Whether the absolute value is smaller. Compares the number of digits before the point, then digit by digit.
  private func isSmallerInSize(than other: ExactDecimal) -> Bool {
    guard !isZero, !other.isZero else { return isZero && !other.isZero }
    let places = digits.count + exponent
    let otherPlaces = other.digits.count + other.exponent
    guard places == otherPlaces else { return places < otherPlaces }
    return digits.lexicographicallyPrecedes(other.digits)
  }
}
