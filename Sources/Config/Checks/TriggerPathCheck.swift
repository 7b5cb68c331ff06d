import JSON
import Rules
import SourceYAML

/// A check that the trigger path is a plain absolute path that contains `{rule_id}` once.
enum TriggerPathCheck {
  static let placeholder = "{rule_id}"
  /// The keywords of its schema.
  static var keywords: [(String, JSONValue)] { [("pattern", "^/(.*/)?[{]rule_id[}](/.*)?$")] }

  static func check(_ located: Located<String>?, _ context: inout ReadingContext) {
    guard let located, let path = located.value else { return }
    func report(_ severity: Diagnostic.Severity, _ problem: String) {
      context.report(
        .badTriggerPath, severity: severity, "'trigger_path' \(problem)",
        help: "write it as \(SequenceSettings().triggerPath)", at: located.range)
    }
    if let fault = fault(of: path) {
      report(.error, fault)
    } else if let last = path.last, ",;".contains(last) {
      report(.warning, "ends in '\(last)', which is probably not a part of it")
    }
  }

  private static func fault(of path: String) -> String? {
    guard path.utf8.first == UInt8(ascii: "/") else { return "must start with '/'" }
    let segments = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard segments.count(where: { $0 == placeholder }) == 1,
      !segments.contains(where: { $0 != placeholder && $0.utf8.contains { "{}".utf8.contains($0) } })
    else { return "must contain '{rule_id}' exactly once, as a whole segment between slashes" }
    guard !segments.contains("."), !segments.contains("..") else { return "may not contain '.' or '..' as a segment" }
    guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"?#\\\"<>".utf8.contains($0) }) else {
      return "may contain only visible ASCII characters, and no '?', '#' or backslash"
    }
    return nil
  }
}

extension DiagnosticKind {
  static let badTriggerPath = DiagnosticKind(
    "bad-trigger-path", .error, "not a path that triggers a rule",
    "The path starts with a slash and contains '{rule_id}' exactly once; the rule's id replaces it, percent-encoded.",
    example: DiagnosticExample.top("sequence:\n  trigger_path: ⟦/rules/trigger→/rules/{rule_id}/trigger⟧"))
}
