import JSON
import SourceYAML

// One slip that makes several findings is told as what it is.

extension ReadingContext {
  /// Lines in the column of the key that they belong to.
  mutating func reportNotIndented(_ entry: YAMLNode.Entry, before next: YAMLNode.Entry, count: Int) {
    let lines = count == 1 ? "the line" : "the \(count) keys"
    report(
      .notIndented,
      "\(quoted(entry.key)) has nothing below it: \(lines) that should be there \(count == 1 ? "is" : "are") not indented",
      help: "put two more spaces before \(quoted(next.key)) and the lines that belong to it", at: entry.keyRange)
  }

  /// `{maximum: 1,000}`: the comma ends the value in braces.
  mutating func reportComma(_ entry: YAMLNode.Entry, _ rest: YAMLNode.Entry) {
    let number = entry.value.scalarText ?? ""
    report(
      .numberSpelling, "the comma ends the number: \(quoted(entry.key)) would be \(number)",
      help: "write \(entry.key): \(number)\(rest.key)",
      at: SourceRange(start: entry.value.range.start, end: rest.keyRange.end))
  }
}

extension YAMLNode.Entry {
  /// Whether this is what a comma cut off the number before: three digits, and maybe cents, without a value.
  func isRestOfNumber(after previous: YAMLNode.Entry) -> Bool {
    guard case .number = previous.value.content, case .null = value.content,
      previous.value.range.end.line == keyRange.start.line
    else { return false }
    let parts = key.split(separator: ".", maxSplits: 1)
    return parts.first?.utf8.count == 3 && parts.allSatisfy { $0.utf8.allSatisfy(isDigit) }
  }
}

/// The number that a text with a currency sign or thousands separators means: `500` for `$500`, `1000.50` for `1,000.50`; nil
/// for other text.
package func plainNumber(_ text: String) -> String? {
  var rest = Substring(text)
  while let last = rest.utf8.last, last == 0x20 { rest.removeLast() }
  for word in ["usd", "dollars"] where rest.lowercased().hasSuffix(word) { rest = rest.dropLast(word.utf8.count) }
  let parts = rest.filter { $0 != " " && $0 != "$" }.split(
    separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
  guard let whole = parts.first, let digits = withoutSeparators(whole) else { return nil }
  let plain = ([digits] + parts.dropFirst().map(String.init)).joined(separator: ".")
  return plain.utf8.count < text.utf8.count ? JSONNumber(plain)?.text : nil
}

/// The digits of a number's whole part; nil if a comma or underscore in it does not part groups of three, as in `100,50`, which
/// is not 10050.
private func withoutSeparators(_ text: some StringProtocol) -> String? {
  let groups = text.split(omittingEmptySubsequences: false) { $0 == "," || $0 == "_" }
  guard groups.count > 1 else { return String(text) }
  guard let first = groups.first, (1...3).contains(first.utf8.count),
    groups.dropFirst().allSatisfy({ $0.utf8.count == 3 })
  else { return nil }
  return groups.joined()
}
