import JSON
import Platform
package import Rules
import SourceYAML

extension ValueReader where Value == Money {
  /// Reads exact dollars: `50`, `50.5`, `"50.00"`.
  static var money: ValueReader {
    ValueReader(
      schema: { _ in
        ["anyOf": [["type": "number", "minimum": 0], ["type": "string", "pattern": "^[0-9]{1,10}([.][0-9]{1,2})?$"]]]
      },
      encode: { .string($0.description) },
      read: { node, place, context in context.money(of: node, place) })
  }
}

extension ReadingContext {
  mutating func money(of node: YAMLNode, _ place: KeyContext) -> Money? {
    do throws(MoneyError) {
      switch node.content {
      case .number(let number): return try Money(number)
      case .string(let text), .numberLike(let text): return try Money(text)
      case .null, .boolean, .sequence, .mapping:
        reportWrongType(
          node, subject: place.subject, expected: "an amount in dollars", help: "write it as 50 or 49.90")
      }
    } catch {
      report(error, of: node.scalarText ?? "", subject: place.subject, isCap: place.key != "above", at: node.range)
    }
    return nil
  }

  /// Reports a value that is not an amount of dollars, with how to write one.
  /// - Parameter isCap: Whether there is no such limit without the key.
  mutating func report(
    _ fault: MoneyError, of text: String, subject: String, isCap: Bool = true, at range: SourceRange
  ) {
    func help() -> String {
      if fault == .tooLarge { return "write \(Money.maximum) or less" }
      if isForeignAmount(text) { return "all amounts are US dollars: write how many dollars, such as 50 or 49.90" }
      return (isCap ? noLimitHelp(text) : nil)
        ?? plainNumber(text).map { "write \($0), without a currency sign and separators" }
        ?? decimalPoint(text).map { "write \($0), with a decimal point" } ?? otherSpelling(text).map { "write \($0)" }
        ?? "write dollars with at most two places and no sign, such as 50 or 49.90"
    }
    report(
      .badMoney, "\(subject) must be an amount in dollars; \(quoted(text)) \(fault.rawValue)", help: help(), at: range)
  }
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

/// Returns `0.50` for `.5` and `1000.00` for `1000.000`; nil for what is not such an amount.
func otherSpelling(_ text: String) -> String? {
  guard var number = jsonNumber(ofYAML: text) else { return nil }
  while number.contains("."), number.hasSuffix("0") || number.hasSuffix(".") { number.removeLast() }
  return (try? Money(number))?.description
}

extension ValueReader where Value == Int {
  /// Reads a duration in whole seconds: `30s`, `10m`, `2h`, `1d`.
  static func duration(_ seconds: ClosedRange<Int>) -> ValueReader {
    ValueReader(
      schema: { _ in
        var schema: JSONObject = ["type": "string", "pattern": "^[0-9]{1,9}[smhd]$"]
        if !seconds.contains(0) { schema.append("not", ["pattern": "^0+[smhd]$"]) }
        return schema
      },
      encode: { .string(DurationText.write($0)) },
      read: { node, place, context in
        let isOff = ["off", "no", "none", "never", "false"].contains(node.scalarText?.lowercased())
        let help =
          isOff && seconds.contains(0)
          ? "write 0s, which turns it off" : "write a number and its unit: 30s, 10m, 2h or 1d"
        switch node.content {
        case .string(let text), .numberLike(let text):
          guard let value = DurationText.parse(text) else {
            return context.refuse(
              .badDuration, "\(place.subject) must be a duration, not \(quoted(text))",
              help: DurationText.meant(by: text).map { "write \($0)" } ?? help, at: node.range)
          }
          let (least, most) = (DurationText.write(seconds.lowerBound), DurationText.write(seconds.upperBound))
          return context.checked(
            value, seconds, "\(place.subject) must be \(least) to \(most), not \(text)", at: node.range,
            write: DurationText.write)
        case .number(let number):
          let asSeconds = number.intValue.flatMap { seconds.contains($0) ? "write \($0)s for seconds" : nil }
          return context.refuse(
            .badDuration, "\(place.subject) must be a duration with its unit, not the number \(number.text)",
            help: asSeconds.map { $0 + "; the units are s, m, h, d" } ?? help, at: node.range)
        case .null, .boolean, .sequence, .mapping:
          return context.refuseType(node, place, expected: "a duration", help: help)
        }
      })
  }
}
