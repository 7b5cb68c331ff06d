/// Numbers as lower-case hexadecimal digits.
package enum Hex {
  /// Returns the number with leading zeros.
  /// - Parameter count: The minimum number of digits.
  package static func digits(_ number: UInt64, count: Int = 16) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
  }
}
