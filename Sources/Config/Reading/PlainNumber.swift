import JSON
import Platform
package import Rules

/// Returns the number in a text with a currency sign or thousands separators: `500` for `$500`, `1000.50` for `1,000.50`,
/// `1 000.50` and `1.000,50`; nil for other text, and for another currency.
package func plainNumber(_ text: String) -> String? {
  // Numbers on web pages have no-break and thin spaces.
  let scalars = text.unicodeScalars.map { VisibleText.isBlank($0) ? " " : $0 }
  var bare = String(String.UnicodeScalarView(scalars)).lowercased()[...]
  func trim() {
    while bare.utf8.first == 0x20 { bare.unicodeScalars.removeFirst() }
    while bare.utf8.last == 0x20 { bare.unicodeScalars.removeLast() }
  }
  trim()
  if let sign = ["dollars", "usd", "$"].first(where: { bare.utf8.suffix($0.utf8.count).elementsEqual($0.utf8) }) {
    bare.unicodeScalars.removeLast(sign.utf8.count)
  }
  trim()
  if let sign = ["us$", "usd", "us", "$"].first(where: { bare.utf8.starts(with: $0.utf8) }) {
    bare.unicodeScalars.removeFirst(sign.utf8.count)
  }
  trim()
  let parts = pointed(String(bare)).split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
  guard let whole = parts.first, let digits = withoutSeparators(whole) else { return nil }
  let plain = ([digits] + parts.dropFirst().map(String.init)).joined(separator: ".")
  return plain.utf8.count < text.utf8.count ? JSONNumber(plain)?.text : nil
}

/// Returns the amount that an owner entered, such as `1,000.50` or `$25`. Another currency's sign is refused, not dropped.
/// - Throws: `MoneyError` if the text is not an amount in dollars.
package func enteredMoney(_ text: String) throws(MoneyError) -> Money { try Money(plainNumber(text) ?? text) }

/// Whether the text is a number with the sign or the code of another currency, `€1000` or `1000 EUR`.
func isForeignAmount(_ text: String) -> Bool {
  let words = text.filter { !($0.isNumber || " .,_".contains($0)) }
  return words.utf8.count < text.utf8.count
    && (["€", "£", "¥"].contains(words)
      || words.utf8.count == 3 && words.utf8.allSatisfy(\.isASCIILetter) && words.lowercased() != "usd")
}

/// The help for an amount without an end.
func noLimitHelp(_ text: String) -> String? {
  ["unlimited", "none", "no", "off", "infinite", "no limit", "never"].contains(text.lowercased())
    ? "leave the key out: then there is no such limit" : nil
}

/// Returns `1.50` for `1,50`; nil for text that is not a number with a decimal comma and one or two decimals.
func decimalPoint(_ text: String) -> String? {
  let parts = text.split(separator: ",", omittingEmptySubsequences: false)
  guard parts.count == 2, 1...2 ~= parts[1].utf8.count,
    parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(\.isASCIIDigit) })
  else { return nil }
  return JSONNumber("\(parts[0]).\(parts[1])")?.text
}

/// Returns `0.50` for `.5` and `1000.00` for `1000.000`; nil for what is not such an amount.
func otherSpelling(_ text: String) -> String? {
  guard var number = jsonNumber(ofYAML: text) else { return nil }
  while number.contains("."), number.hasSuffix("0") || number.hasSuffix(".") { number.removeLast() }
  return (try? Money(number))?.description
}

/// Returns `1,000.50` for `1.000,50`, which has a decimal comma, and `1 000.50` for `1 000,50`; other text unchanged.
private func pointed(_ text: String) -> String {
  let parts = text.split(separator: ",", omittingEmptySubsequences: false)
  guard parts.count == 2, 1...2 ~= parts[1].utf8.count, parts[0].utf8.contains(where: { ". ".utf8.contains($0) }) else {
    return text
  }
  return parts[0].split(separator: ".", omittingEmptySubsequences: false).joined(separator: ",") + "." + parts[1]
}

/// Returns the digits of a number's whole part; nil if its commas, underscores or spaces do not separate groups of three, as in
/// `100,50`, which is not 10050.
private func withoutSeparators(_ text: some StringProtocol) -> String? {
  let groups = text.split(omittingEmptySubsequences: false) { $0 == "," || $0 == "_" || $0 == " " }
  guard groups.count > 1 else { return String(text) }
  guard let first = groups.first, (1...3).contains(first.utf8.count),
    groups.dropFirst().allSatisfy({ $0.utf8.count == 3 })
  else { return nil }
  return groups.joined()
}

/// Returns a number that only YAML allows as JSON; nil for infinity and NaN.
func jsonNumber(ofYAML text: String) -> String? {
  var body = text.utf8.first == UInt8(ascii: "+") ? text.dropFirst() : text[...]
  let sign = body.utf8.first == UInt8(ascii: "-") ? "-" : ""
  body = body.dropFirst(sign.utf8.count)
  for (prefix, radix) in [("0x", 16), ("0o", 8)] where body.utf8.starts(with: prefix.utf8) {
    return Int(body.dropFirst(2), radix: radix).map { sign + String($0) }
  }
  while body.utf8.first == UInt8(ascii: "0"), body.utf8.dropFirst().first?.isASCIIDigit == true {
    body.removeFirst()
  }
  var bytes = Array(body.utf8)
  if bytes.first == UInt8(ascii: ".") { bytes.insert(UInt8(ascii: "0"), at: 0) }
  if let point = bytes.firstIndex(of: UInt8(ascii: ".")), bytes.dropFirst(point + 1).first?.isASCIIDigit != true {
    bytes.remove(at: point)
  }
  return JSONNumber(sign + String(decoding: bytes, as: UTF8.self))?.text
}
