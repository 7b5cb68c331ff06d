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
  mutating func reportComma(_ entry: YAMLNode.Entry, _ rest: YAMLNode.Entry, meant: String) {
    report(
      .numberSpelling, rest.cutProblem(after: entry), help: rest.cutHelp(meant, after: entry),
      at: rest.cutRange(after: entry))
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
