import SourceYAML
import TestSupport
import Testing

@testable import Config

/// The messages of all diagnostics, word for word. They are recorded in `Messages/diagnostics.txt` and asserted nowhere else.
struct MessagesTests {
  /// More fixtures for diagnostics whose message depends on the value.
  static let values = [
    "server: {title: ⟦12⟧}", "server: {title: ⟦true⟧}", "server: {title: ⟦[a]⟧}", "server: {read_only: ⟦yes⟧}",
    "server: {read_only: ⟦1⟧}", "server: ⟦[]⟧", "sequence: {timeout: ⟦30⟧}", "sequence: {timeout: ⟦0s⟧}",
    "sequence: {timeout: ⟦30 s⟧}", "limits: {per_day: ⟦-5⟧}", "limits: {calls_per_day: ⟦1.5⟧}",
    "limits: {calls_per_day: ⟦\"3\"⟧}", "limits: {calls_per_day: ⟦0x1F⟧}", "limits: {⟦amount⟧: 5}", "⟦serber⟧: {}",
    "tools: {trigger_rule: ⟦maybe⟧}", "sequence: {base_url: ⟦\"http://127.0.0.1.evil.example\"⟧}",
  ]

  private static func block(_ title: String, _ marked: String) -> String {
    let lines = MarkedConfiguration(marked).loaded.diagnostics.flatMap { diagnostic in
      ["\(diagnostic.severity.rawValue): \(diagnostic.message) [\(diagnostic.id)]"]
        + (diagnostic.help.map { ["  help: " + $0.replacing("\n", with: "\n        ")] } ?? [])
        + diagnostic.related.map { "  note: \($0.message)" }
    }
    return ([title] + lines).joined(separator: "\n")
  }

  @Test func `each diagnostic's text is unchanged`() throws {
    let kinds = DiagnosticKinds.all.map { kind in
      guard let bad = kind.markedBadExample else { return "\(kind.id): \(kind.summary)" }
      return Self.block("\(kind.id): \(kind.summary)", bad)
    }
    let values = Self.values.map { line in
      Self.block("> " + line.replacing("⟦", with: "").replacing("⟧", with: ""), "version: 1\n" + line + "\n")
    }
    try Snapshot.expect((kinds + values).joined(separator: "\n\n") + "\n", is: "Messages/diagnostics.txt")
  }
}
