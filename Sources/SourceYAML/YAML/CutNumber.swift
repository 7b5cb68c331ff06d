import JSON
import Platform

extension YAMLNode.Entry {
  /// Returns the intended number if a comma in braces split it in two: `1.50` for `{per_call: 1,50}`, `1500` for
  /// `{per_day: 1,500}`.
  /// - Parameter previous: The entry before this one.
  /// - Returns: nil if this entry is not the rest of a number.
  package func cutNumber(after previous: YAMLNode.Entry) -> String? {
    guard case .number(let number) = previous.value.content, case .null = value.content,
      value.range.start == value.range.end, previous.value.range.end.line == keyRange.start.line
    else { return nil }
    let parts = key.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(\.isASCIIDigit) }) else { return nil }
    let meant = parts[0].utf8.count == 3 ? number.text + key : parts.count == 1 ? number.text + "." + key : ""
    return [1, 2, 3].contains(parts[0].utf8.count) ? JSONNumber(meant)?.text : nil
  }

  /// Returns the message about the comma.
  package func cutProblem(after previous: YAMLNode.Entry) -> String {
    "the comma ends the number: '\(previous.key)' would be \(previous.value.scalarText ?? "")"
  }

  /// Returns the help with the intended number.
  package func cutHelp(_ meant: String, after previous: YAMLNode.Entry) -> String {
    "write \(previous.key): \(meant)" + (meant.contains(".") ? ", with a point" : "")
  }

  /// Returns the source range from the number to the end of its rest.
  package func cutRange(after previous: YAMLNode.Entry) -> SourceRange {
    SourceRange(start: previous.value.range.start, end: keyRange.end)
  }
}
