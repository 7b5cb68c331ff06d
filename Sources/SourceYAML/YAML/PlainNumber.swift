import JSON
import Platform

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

/// Returns `1.50` for `1,50`; nil for text that is not a number with a decimal comma and one or two decimals.
package func decimalPoint(_ text: String) -> String? {
  let parts = text.split(separator: ",", omittingEmptySubsequences: false)
  guard parts.count == 2, 1...2 ~= parts[1].utf8.count,
    parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(\.isASCIIDigit) })
  else { return nil }
  return JSONNumber("\(parts[0]).\(parts[1])")?.text
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
package func jsonNumber(ofYAML text: String) -> String? {
  guard text.utf8.contains(where: \.isASCIIDigit) else { return nil }
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

/// A number in braces that its commas cut, as in `{per_day: $1,000.00}` and `{per_call: 1,50}`: YAML reads what follows a
/// comma as a key.
struct CutNumber {
  /// The number that was meant: `1000.00`, `1.50`; nil if its commas tell neither.
  let meant: String?
  /// The range from the number's start to its end.
  let range: Range<Int>
  private let first: String

  /// - Parameters:
  ///   - bytes: The file.
  ///   - start: The start of the value before a key without a value.
  /// - Returns: nil if no number with a comma starts there.
  init?(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) {
    // No longer one is meant, and a hostile line has a comma for each of its thousand faults.
    let bytes = bytes[start...].prefix(64)
    let sign = bytes.prefix { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "$") }
    var end = sign.endIndex
    var firstComma: Int?
    while end < bytes.endIndex {
      let isComma = bytes[end] == UInt8(ascii: ",")
      // A comma or a point before a digit, which may follow a space, belongs to the number.
      if isComma || bytes[end] == UInt8(ascii: ".") {
        let next = bytes[(end + 1)...].drop { isComma && $0 == UInt8(ascii: " ") }
        guard let digit = next.first, digit.isASCIIDigit else { break }
        if isComma { firstComma = firstComma ?? end }
        end = next.startIndex
      }
      guard bytes[end].isASCIIDigit else { break }
      end += 1
    }
    let text = String(decoding: bytes[sign.endIndex..<end].filter { $0 != UInt8(ascii: " ") }, as: UTF8.self)
    guard let firstComma, end < bytes.endIndex, " ,}\r\n".utf8.contains(bytes[end]) else { return nil }
    let number = plainNumber(text) ?? decimalPoint(text)
    first = String(decoding: bytes[start..<firstComma], as: UTF8.self)
    meant = number.map { (sign.contains(UInt8(ascii: "-")) ? "-" : "") + $0 }
    range = start..<end
  }

  /// Returns the message about the comma.
  /// - Parameter key: The key of the number.
  func message(of key: String) -> String { "the comma ends the number: '\(key)' would be \(first)" }

  /// Returns the help with the intended number.
  func help(of key: String) -> String {
    guard let meant else { return "write it without commas" }
    return "write \(key): \(meant)" + (meant.contains(".") ? ", with a decimal point" : "")
  }
}
