import JSON
import Platform

/// A number in braces that its commas cut, as in `{per_day: $1,000.00}` and `{per_call: 1,50}`: YAML reads what follows a
/// comma as a key.
struct CutNumber {
  /// The number that was meant: `1000.00`, `1.50`.
  let meant: String
  /// The range from the number's start to its end.
  let range: Range<Int>
  private let first: String

  /// - Parameters:
  ///   - bytes: The file.
  ///   - start: The start of the value before a key without a value.
  /// - Returns: nil if no number with a comma starts there.
  init?(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) {
    var index = start
    func byte() -> UInt8? { index < bytes.count ? bytes[index] : nil }
    func digits() -> String {
      let from = index
      while byte()?.isASCIIDigit == true { index += 1 }
      return String(decoding: bytes[from..<index], as: UTF8.self)
    }
    if byte() == UInt8(ascii: "$") { index += 1 }
    let sign = byte() == UInt8(ascii: "-") ? "-" : ""
    index += sign.utf8.count
    var groups = [digits()]
    var marks: [UInt8] = []
    var firstComma: Int?
    while let mark = byte(), mark == UInt8(ascii: ",") || mark == UInt8(ascii: ".") {
      let end = index
      index += 1
      while mark == UInt8(ascii: ","), byte() == UInt8(ascii: " ") { index += 1 }
      let group = digits()
      guard !group.isEmpty else {
        index = end
        break
      }
      if mark == UInt8(ascii: ",") { firstComma = firstComma ?? end }
      groups.append(group)
      marks.append(mark)
    }
    guard let firstComma, let separator = marks.first, let last = groups.last, !groups[0].isEmpty, let end = byte(),
      " ,}\r\n".utf8.contains(end)
    else { return nil }
    first = String(decoding: bytes[start..<firstComma], as: UTF8.self)
    // A single comma is a decimal one unless three digits follow it, and so is a comma after points.
    let hasDecimals = marks.last != separator || marks.count == 1 && last.utf8.count != 3
    let whole = hasDecimals ? groups.dropLast() : groups[...]
    guard marks.dropLast().allSatisfy({ $0 == separator }), whole.dropFirst().allSatisfy({ $0.utf8.count == 3 }),
      !hasDecimals || marks.last == UInt8(ascii: ".") || last.utf8.count < 3
    else { return nil }
    let written = whole.joined() + (hasDecimals ? "." + last : "")
    guard let number = JSONNumber(sign + written) else { return nil }
    meant = number.text
    range = start..<index
  }

  /// Returns the message about the comma.
  /// - Parameter key: The key of the number.
  func message(of key: String) -> String { "the comma ends the number: '\(key)' would be \(first)" }

  /// Returns the help with the intended number.
  func help(of key: String) -> String {
    "write \(key): \(meant)" + (meant.contains(".") ? ", with a decimal point" : "")
  }
}
