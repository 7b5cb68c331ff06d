import JSON

/// Dollars as people write them: `$1,250.00`, `-$12.50`. Exact: a number of more places, or with an exponent, keeps its digits.
enum DollarText {
  static func of(_ number: JSONNumber) -> String {
    var text = Array(number.text.utf8)
    let isNegative = text.first == UInt8(ascii: "-")
    if isNegative { text.removeFirst() }
    // A JSON number without an exponent has digits and at most one point.
    guard text.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == UInt8(ascii: ".") }) else {
      return "$\(number.text)"
    }
    let point = text.firstIndex(of: UInt8(ascii: ".")) ?? text.count
    if point == text.count { text.append(UInt8(ascii: ".")) }
    while text.count < point + 3 { text.append(UInt8(ascii: "0")) }
    var index = point - 3
    while index > 0 {
      text.insert(UInt8(ascii: ","), at: index)
      index -= 3
    }
    return (isNegative ? "-$" : "$") + String(decoding: text, as: UTF8.self)
  }
}
