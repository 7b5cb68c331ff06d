package import JSON
import Platform

/// A non-negative amount of US dollars in exact cents, never a binary floating-point number.
package struct Money: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let cents: Int64

  package init(cents: Int64) { self.cents = cents }

  /// The largest accepted amount, 9,999,999,999.99 dollars. The sum of nine million such amounts fits in `Int64`.
  package static let maximum = Money(cents: 999_999_999_999)

  /// Parses dollars as written in a configuration: `50`, `50.5`, `50.00`.
  /// - Throws: `MoneyError` for anything else.
  package init(_ text: String) throws(MoneyError) {
    guard let number = JSONNumber(text) else { throw .notANumber }
    try self.init(number)
  }

  /// Parses dollars from a number's exact text.
  /// - Throws: `MoneyError` for a sign, an exponent, a third decimal or an amount over `maximum`.
  package init(_ number: JSONNumber) throws(MoneyError) {
    var cents: Int64 = 0
    var places: Int?
    for byte in number.text.utf8 {
      switch byte {
      case UInt8(ascii: "-"): throw .sign
      case UInt8(ascii: "."): places = 0
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        places = places.map { $0 + 1 }
        // Digits past the maximum are skipped, not refused, so that an exponent after them is reported instead.
        if cents <= Money.maximum.cents { cents = cents * 10 + Int64(byte - UInt8(ascii: "0")) }
      default: throw .exponent
      }
    }
    switch places ?? 0 {
    case 0: cents *= 100
    case 1: cents *= 10
    case 2: break
    default: throw .thirdDecimal
    }
    guard cents <= Money.maximum.cents else { throw .tooLarge }
    self.cents = cents
  }

  /// Dollars with two decimals: `50.00`.
  package var description: String { "\(cents / 100).\((cents % 100).padded(2))" }

  /// Dollars as the shortest JSON number, as JSON libraries write it: `50`, `50.5`, `50.25`.
  package var dollars: JSONNumber {
    var text = Substring(description)
    while text.utf8.last == UInt8(ascii: "0") { text.removeLast() }
    if text.utf8.last == UInt8(ascii: ".") { text.removeLast() }
    return JSONNumber(String(text)) ?? JSONNumber(Int(cents / 100))
  }

  package static func < (one: Money, other: Money) -> Bool { one.cents < other.cents }
}

/// The reason a number or text is not an amount of money. The raw value completes "the value ...".
package enum MoneyError: String, Error, Sendable, Hashable {
  case notANumber = "is not a plain decimal number"
  case sign = "has a sign"
  case exponent = "has an exponent"
  case thirdDecimal = "has more than two decimals"
  case tooLarge = "is over 9999999999.99"
}

/// Dollars formatted for people, in cents: `$1,250.00`, `-$12.50`. A number of more decimals, such as the rest of binary
/// floating-point arithmetic, is rounded.
package enum DollarText {
  package static func of(_ money: Money) -> String { of(money.dollars) }

  package static func of(_ number: JSONNumber) -> String {
    // The significant digits and the power of ten of the last one, `-125e-1`.
    let parts = ExactDecimal(number).canonical.text.utf8.split(separator: UInt8(ascii: "e"))
    let isNegative = parts[0].first == UInt8(ascii: "-")
    var digits = Array(parts[0].filter(\.isASCIIDigit))
    let shift = (parts.count > 1 ? String(parts[1]).flatMap { Int($0) } ?? 0 : 0) + 2
    if shift >= 0 {
      // Nobody reads a number that long.
      guard digits.count + shift <= longestText else {
        return (isNegative ? "-$" : "$") + String(number.text.drop { $0 == "-" })
      }
      digits += Array(repeating: UInt8(ascii: "0"), count: shift)
    } else {
      digits = rounded(digits, dropping: -shift)
    }
    while digits.count < 3 { digits.insert(UInt8(ascii: "0"), at: 0) }
    let isZero = digits.allSatisfy { $0 == UInt8(ascii: "0") }
    digits.insert(UInt8(ascii: "."), at: digits.count - 2)
    var index = digits.count - 6
    while index > 0 {
      digits.insert(UInt8(ascii: ","), at: index)
      index -= 3
    }
    return (isNegative && !isZero ? "-$" : "$") + String(decoding: digits, as: UTF8.self)
  }

  /// The maximum number of digits, cents included.
  private static let longestText = 40

  /// Returns the number without its last digits, rounded half up.
  private static func rounded(_ digits: [UInt8], dropping count: Int) -> [UInt8] {
    guard count <= digits.count else { return [] }
    var kept = Array(digits.dropLast(count))
    guard digits[kept.count] >= UInt8(ascii: "5") else { return kept }
    var index = kept.count - 1
    while index >= 0, kept[index] == UInt8(ascii: "9") {
      kept[index] = UInt8(ascii: "0")
      index -= 1
    }
    if index < 0 { return [UInt8(ascii: "1")] + kept }
    kept[index] += 1
    return kept
  }
}
