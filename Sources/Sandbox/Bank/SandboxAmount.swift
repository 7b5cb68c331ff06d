import JSON

/// Finds the amount that a payload asks for.
enum SandboxAmount {
  /// `amountInCents` (a whole number) or `amount` (dollars with at most two places), each a number or its text;
  /// nil where neither says a positive amount.
  static func cents(in body: JSONValue) -> Int? {
    if let value = body["amountInCents"] { return positive(text(value).flatMap { Int($0) }) }
    return positive(body["amount"].flatMap(text).flatMap(centsOfDollars))
  }

  private static func positive(_ cents: Int?) -> Int? { cents.flatMap { $0 > 0 ? $0 : nil } }

  private static func text(_ value: JSONValue) -> String? { value.numberValue?.text ?? value.stringValue }

  private static func centsOfDollars(_ text: String) -> Int? {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = parts.count == 2 ? parts[1].count : 0
    guard fraction <= 2, let digits = Int(parts.map { String($0) ?? "" }.joined()) else { return nil }
    let (cents, overflow) = digits.multipliedReportingOverflow(by: [100, 10, 1][fraction])
    return overflow ? nil : cents
  }
}
