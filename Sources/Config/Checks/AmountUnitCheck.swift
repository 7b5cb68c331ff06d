import Platform
import Rules
import SourceYAML

/// A check for a key named after cents with a value in dollars, or the reverse: a hundred times too much or too little.
enum AmountUnitCheck {
  private enum Unit: String {
    case cents, dollars
  }

  static func check(_ draft: RuleDraft, _ context: inout ReadingContext) {
    for text in draft.payloadTexts {
      var source = text.source
      for placeholder in text.template.placeholders {
        guard draft.rule.parameters[placeholder.name]?.type == .money, let named = unit(in: words(of: text.subject))
        else {
          continue
        }
        let sent: Unit = placeholder.filters.contains { $0.text == "cents" } ? .cents : .dollars
        let range = source.range(ofUTF8: placeholder.range)
        // An invalid filter is already reported.
        guard sent != named, !context.hasError(in: range) else { continue }
        let filter = named == .cents ? " | cents" : ""
        context.report(
          .amountUnit, "\(quoted(text.subject)) says \(named.rawValue), but gets \(sent.rawValue)",
          help: "write \"{{ \(placeholder.name)\(filter) }}\" for \(named.rawValue), or rename the key",
          at: range)
      }
    }
  }

  /// Whether a name is that of the amount that moves, `amount`, `transferAmountInCents` or `usd`, and of no other amount, such
  /// as `feeInCents` or `maxAmount`.
  static func namesAmount(_ name: String) -> Bool {
    let words = words(of: name)
    return (unit(in: words) != nil || words.contains { ["amount", "amounts", "sum"].contains($0) })
      && words.allSatisfy { wordsOfAmount.contains($0) || $0.hasPrefix("amountin") }
  }

  private static let wordsOfAmount = [
    "amount", "amounts", "sum", "in", "cents", "cent", "dollars", "dollar", "usd", "us", "total", "transfer", "payment",
    "deposit",
  ]

  private static func unit(in words: [String]) -> Unit? {
    func has(_ names: [String]) -> Bool {
      words.contains { word in names.contains(word) || names.contains { word.hasSuffix("in" + $0) } }
    }
    if has(["cents", "cent"]) { return .cents }
    return has(["dollars", "dollar", "usd"]) ? .dollars : nil
  }

  /// Splits a key's name into words: `amount`, `in`, `cents` for `amountInCents` and `amount_in_cents`.
  private static func words(of key: String) -> [String] {
    var spaced: [UInt8] = []
    for byte in key.utf8.prefix(128) {
      if 0x41...0x5A ~= byte, let last = spaced.last, 0x61...0x7A ~= last { spaced.append(0x20) }
      spaced.append(byte)
    }
    return spaced.split { !$0.isASCIILetter }.map { String(decoding: $0, as: UTF8.self).lowercased() }
  }
}

extension DiagnosticKind {
  static let amountUnit = DiagnosticKind(
    "amount-unit", .warning, "a key that says cents with a value in dollars, or the reverse",
    "A money parameter is in dollars; the filter 'cents' converts it to whole cents. A value in a unit other than the one that "
      + "its key names is a hundred times too large or too small.",
    example: DiagnosticExample.money("amountInCents: \"⟦{{ amount }}→{{ amount | cents }}⟧\""))
}
