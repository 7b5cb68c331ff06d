package import JSON

/// Dollars as people write them: `$1,250.00`, `-$12.50`. Exact: a number of more places, or with an exponent, keeps its digits;
/// only a zero loses its minus sign.
package enum DollarText {
  package static func of(_ money: Money) -> String {
    var digits: [UInt8] = []
    var rest = money.cents
    var count = 0
    // From the last digit on: two places, then groups of three.
    while rest > 0 || count < 3 {
      if count == 2 { digits.append(UInt8(ascii: ".")) }
      if count > 2, (count - 2) % 3 == 0 { digits.append(UInt8(ascii: ",")) }
      digits.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
      count += 1
    }
    digits.append(UInt8(ascii: "$"))
    return String(decoding: digits.reversed(), as: UTF8.self)
  }

  package static func of(_ number: JSONNumber) -> String {
    var text = Array(number.text.utf8)
    let isNegative = text.first == UInt8(ascii: "-")
    if isNegative { text.removeFirst() }
    let sign = isNegative && !isZero(text) ? "-$" : "$"
    // A JSON number without an exponent has digits and at most one point.
    guard text.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == UInt8(ascii: ".") }) else {
      return sign + String(decoding: text, as: UTF8.self)
    }
    let point = text.firstIndex(of: UInt8(ascii: ".")) ?? text.count
    if point == text.count { text.append(UInt8(ascii: ".")) }
    while text.count < point + 3 { text.append(UInt8(ascii: "0")) }
    var index = point - 3
    while index > 0 {
      text.insert(UInt8(ascii: ","), at: index)
      index -= 3
    }
    return sign + String(decoding: text, as: UTF8.self)
  }

  /// Whether all digits before an exponent are zeros.
  private static func isZero(_ number: [UInt8]) -> Bool {
    number.prefix { $0 | 0x20 != UInt8(ascii: "e") }.allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") }
  }
}
