import JSON
import Platform

/// A number in braces that its commas cut, as in `{per_day: $1,000.00}` and `{per_call: 1,50}`: YAML reads what follows a comma as
/// a key.
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
    first = String(decoding: bytes[start..<index], as: UTF8.self)
    while byte() == UInt8(ascii: ",") {
      let comma = index
      index += 1
      while byte() == UInt8(ascii: " ") { index += 1 }
      let group = digits()
      guard !group.isEmpty else {
        index = comma
        break
      }
      groups.append(group)
    }
    var decimals: String?
    if byte() == UInt8(ascii: ".") {
      index += 1
      decimals = digits()
    }
    guard groups.count > 1, !groups[0].isEmpty, let end = byte(), " ,}\r\n".utf8.contains(end) else { return nil }
    let written: String
    if groups.dropFirst().allSatisfy({ $0.utf8.count == 3 }) {
      written = groups.joined() + (decimals.map { "." + $0 } ?? "")
    } else if groups.count == 2, decimals == nil, groups[1].utf8.count < 3 {
      written = groups[0] + "." + groups[1]
    } else {
      return nil
    }
    guard let number = JSONNumber(sign + written) else { return nil }
    meant = number.text
    range = start..<index
  }

  /// Returns the message about the comma.
  /// - Parameter key: The key of the number.
  func problem(of key: String) -> String { "the comma ends the number: '\(key)' would be \(first)" }

  /// Returns the help with the intended number.
  func help(of key: String) -> String {
    "write \(key): \(meant)" + (meant.contains(".") ? ", with a decimal point" : "")
  }
}
