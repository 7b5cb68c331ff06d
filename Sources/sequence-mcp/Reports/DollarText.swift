import JSON

/// Dollars as people write them: `$1,250.00`, `-$12.50`. Exact: a number of more places, or with an exponent, keeps its digits.
enum DollarText {
  static func of(_ number: JSONNumber) -> String {
    let isNegative = number.text.utf8.first == UInt8(ascii: "-")
    let sign = isNegative ? "-" : ""
    let parts = number.text.dropFirst(isNegative ? 1 : 0).split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } }) else {
      return "$\(number.text)"
    }
    let places = parts.count == 2 ? String(parts[1]) : ""
    return "\(sign)$\(grouped(parts[0])).\(places)\(String(repeating: "0", count: max(0, 2 - places.utf8.count)))"
  }

  private static func grouped(_ digits: Substring) -> String {
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.utf8.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }
}
