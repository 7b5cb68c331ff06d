import JSON
import Platform
import Rules
import SourceYAML

/// A check for a placeholder surrounded only by white space, invisible characters or quotes. It looks as if it were alone, but
/// is sent as text, not as the typed value.
enum PlaceholderInTextCheck {
  static func check(_ draft: RuleDraft, _ context: inout ReadingContext) {
    if context.hasError(in: draft.parameters) { return }
    for text in draft.payloadTexts { check(text, draft.rule, &context) }
  }

  private static func check(_ text: PayloadDraft.Text, _ rule: Rule, _ context: inout ReadingContext) {
    let placeholders = text.template.placeholders
    guard let placeholder = placeholders.first else { return }
    var (before, after) = ("", "")
    var isAfter = false
    for segment in text.template.segments {
      switch segment {
      case .text(let literal) where isAfter: after += literal
      case .text(let literal): before += literal
      case .placeholder: isAfter = true
      }
    }
    let around = before + after
    let isAmount = AmountUnitCheck.namesAmount(text.subject)
    if isAmount || around.isEmpty, let name = chosenPart(of: text, around, rule) {
      context.report(
        .placeholderInText, severity: isAmount ? .error : .warning,
        "\(quoted(name)) beside the amount makes it another one: the limits do not count its digits",
        help: "send it under another key, or give it an enum or a pattern without digits", at: text.source.range)
      return
    }
    if makesNumber(placeholders, before, after, of: text.subject, rule) {
      context.report(
        .placeholderInText, severity: .warning,
        placeholders.count > 1
          ? "the placeholders side by side make one number"
          : "\(quoted(around)) beside the placeholder makes it another number",
        help: "write \(text.key.map { "\($0): " } ?? "")\(alone(placeholder))", at: text.source.range)
      return
    }
    guard placeholders.count == 1, !around.isEmpty, around.unicodeScalars.allSatisfy({ isQuote($0) || isUnseen($0) })
    else { return }
    let type = type(of: placeholder, rule)
    let isText = type == .string
    func count(_ brace: Unicode.Scalar) -> Int { around.unicodeScalars.filter { $0 == brace }.count }
    let isDeliberate =
      count("{") == count("}")
      && !around.unicodeScalars.contains { scalar in
        scalar == "\n" || scalar.value > 0x7F && (isQuote(scalar) || VisibleText.isAlwaysHidden(scalar))
      }
    guard let type, !(isText && isDeliberate) else { return }
    context.report(
      .placeholderInText, severity: isText ? .warning : .error,
      "the placeholder \(quoted(placeholder.name)) is not alone: with \(words(around)) around it, "
        + (isText ? "that is sent, too" : "text is sent, not \(type.noun)"),
      help: "write \(text.key.map { "\($0): " } ?? "")\(alone(placeholder))", at: text.source.range)
  }

  /// Whether numbers with this text around them are read as another number: also grouped, in thousands, or hexadecimal.
  private static func makesNumber(
    _ placeholders: [TemplateString.Placeholder], _ before: String, _ after: String, of subject: String, _ rule: Rule
  ) -> Bool {
    let isNumber = placeholders.allSatisfy { self.isNumber($0, rule) }
    let around = (before + after).utf8
    if isNumber, AmountUnitCheck.namesAmount(subject), placeholders.contains(where: { isMoney($0, rule) }),
      around.contains(where: \.isASCIIDigit) || ["k", "m"].contains(after.lowercased())
    {
      return true
    }
    guard isNumber, placeholders.count == 1 else { return isNumber && around.allSatisfy(\.isASCIIDigit) }
    if before.isEmpty, ["k", "K"].contains(after) { return true }
    if ["0x", "0X"].contains(before) { return after.utf8.allSatisfy(\.isASCIIHexDigit) }
    let groups = after.unicodeScalars.split(omittingEmptySubsequences: false) { isBetweenGroups($0) }
    let isGrouped =
      groups.count > 1 && groups[0].isEmpty && groups.dropFirst().allSatisfy { $0.count == 3 && $0.allSatisfy(isDigit) }
    return (isGrouped ? before.utf8 : around).allSatisfy(isPartOfNumber)
      && around.contains { $0.isASCIIDigit || $0 == UInt8(ascii: "-") }
  }

  private static func isBetweenGroups(_ scalar: Unicode.Scalar) -> Bool {
    "_'’".unicodeScalars.contains(scalar) || VisibleText.isBlank(scalar)
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { "0"..."9" ~= scalar }

  /// Whether the placeholder's text is a number.
  private static func isNumber(_ placeholder: TemplateString.Placeholder, _ rule: Rule) -> Bool {
    placeholder.filters.contains { $0.text == "dollars" }
      || [.money, .integer, .number].contains(type(of: placeholder, rule))
  }

  private static func isMoney(_ placeholder: TemplateString.Placeholder, _ rule: Rule) -> Bool {
    rule.parameters[placeholder.name]?.type == .money
  }

  /// Returns the parameter whose text the caller chooses and that can add digits to an amount beside it.
  private static func chosenPart(of text: PayloadDraft.Text, _ around: String, _ rule: Rule) -> String? {
    let placeholders = text.template.placeholders
    guard placeholders.contains(where: { isMoney($0, rule) }), around.utf8.allSatisfy(isPartOfNumber) else {
      return nil
    }
    let others = placeholders.filter { !isNumber($0, rule) }
    let chosen = others.compactMap { rule.parameters[$0.name] }.filter(canBeDigits)
    return chosen.count == others.count ? chosen.first?.name : nil
  }

  private static func canBeDigits(_ parameter: Parameter) -> Bool {
    guard parameter.type == .string else { return false }
    if let values = parameter.constraints.enumValues {
      return values.contains { value in
        value.stringValue.map { $0.utf8.contains(where: \.isASCIIDigit) && $0.utf8.allSatisfy(isPartOfNumber) } ?? false
      }
    }
    let shortest = max(1, min(parameter.constraints.minLength ?? 1, 1000))
    return (shortest..<shortest + 12).contains { length in
      ["0", "1"].contains { (try? parameter.check(.string(String(repeating: $0, count: length)))) != nil }
    }
  }

  private static func isPartOfNumber(_ byte: UInt8) -> Bool { byte.isASCIIDigit || ".,-+eE$".utf8.contains(byte) }

  private static func alone(_ placeholder: TemplateString.Placeholder) -> String {
    "\"{{ \(([placeholder.name] + placeholder.filters.map(\.text)).joined(separator: " | ")) }}\""
  }

  /// Returns the type of the filtered value; nil for an unknown name, which another check reports.
  private static func type(of placeholder: TemplateString.Placeholder, _ rule: Rule) -> ParameterType? {
    if let last = placeholder.filters.last { return TemplateFilter.named(last.text)?.output }
    if BuiltinValue(rawValue: placeholder.name) != nil { return .string }
    return rule.parameters[placeholder.name]?.type
  }

  private static func words(_ text: String) -> String {
    if let quote = text.unicodeScalars.first(where: isQuote) {
      if quote == "{" || quote == "}" { return "a brace" }
      return quote.value > 0x7F ? "typographic quotes (\(quote), \(VisibleText.escape(quote)))" : "quotes"
    }
    if text.unicodeScalars.contains("\n") { return "a line break" }
    guard let hidden = text.unicodeScalars.first(where: VisibleText.isAlwaysHidden) else { return "a space" }
    return "a character that cannot be seen (\(VisibleText.escape(hidden)))"
  }

  private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
    VisibleText.isBlank(scalar) || VisibleText.isAlwaysHidden(scalar)
  }

  /// Whether a scalar is a quote or a brace too many.
  private static func isQuote(_ scalar: Unicode.Scalar) -> Bool {
    "{}\"'`“”„‟«»‹›‘’‚‛′″＂＇".unicodeScalars.contains(scalar)
  }
}

extension DiagnosticKind {
  static let placeholderInText = DiagnosticKind(
    "placeholder-in-text", .error, "a placeholder with only spaces, quotes, braces or digits around it",
    "A string that is exactly one placeholder becomes the typed value: a number stays a number. With anything around it, "
      + "such as a space, the line break of a '|' block or a second pair of quotes, the whole string is sent as text, "
      + "which a rule that expects an amount does not read. For a string parameter, and for digits or another number "
      + "beside the placeholder, this is only a warning. Text that the caller chooses beside an amount can make it any amount.",
    example: DiagnosticExample.money("amountInCents: ⟦\" {{ amount | cents }}\"→\"{{ amount | cents }}\"⟧"))
}
