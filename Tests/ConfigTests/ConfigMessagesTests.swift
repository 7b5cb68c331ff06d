import Secrets
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
    block(title, MarkedConfiguration(marked).loaded.diagnostics)
  }

  private static func block(_ title: String, _ diagnostics: [Diagnostic]) -> String {
    let lines = diagnostics.flatMap { diagnostic in
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

  /// What no example shows, since it is too long or not text.
  static let bytes: [(id: String, bytes: [UInt8])] = [
    ("yaml-not-utf8", Array("version: ".utf8) + [0xFF]),
    ("yaml-too-large", Array(repeating: UInt8(ascii: "#"), count: (8 << 20) + 1)),
    ("yaml-too-many-errors", Array((0..<2000).map { "x-\($0): !tag\n" }.joined().utf8)),
    ("too-many-problems", Array((0..<600).map { "key\($0): 1\n" }.joined().utf8)),
  ]

  @Test func `the text about a file that cannot be shown is unchanged`() throws {
    let blocks = Self.bytes.map { id, bytes in
      let loaded = ConfigurationLoader(environment: [:], homeDirectory: "/home/ann")
        .check(source: SourceFile(name: "config.yaml", bytes: bytes), directory: "/home/ann")
      return Self.block("> \(id)", loaded.diagnostics.filter { $0.id == id })
    }
    try Snapshot.expect(blocks.joined(separator: "\n\n") + "\n", is: "Messages/files.txt")
  }

  /// The variables of secrets that are not usable, or doubtful.
  static let secrets: KeyValuePairs = [
    "EMPTY": "", "LINES": "not-a-real\nsecret", "CONTROL": "not-a-real\tsecret", "SPACES": " not-a-real-secret ",
    "SHORT": "12345", "LONG": String(repeating: "x", count: 5000), "BEARER": "Bearer not-a-real-secret",
    "UNEXPANDED": "op://vault/save/secret", "DOUBTFUL": "SAVE_SECRET=not-a-real-secret",
  ]

  @Test func `the text about each unusable secret is unchanged`() throws {
    let directory = TemporaryDirectory()
    let open = try directory.write("open", "not-a-real-secret", mode: 0o644)
    let binary = try directory.write(bytes: [0xFF, 0xFE] + Array("not-a-real-secret".utf8), "binary")
    let references =
      Self.secrets.map { "{env: \($0.key)}" } + [
        "{env: UNSET}", "{file: \(directory.path)/gone}", "{file: \(open)}", "{file: \(binary)}",
        "{file: \(directory.path)}", "{credential: save}", "{command: [no-such-program]}",
      ]
    let resolver = SecretResolver(
      environment: Dictionary(uniqueKeysWithValues: Self.secrets.map { ($0.key, $0.value) }), scrubber: SecretScrubber()
    )
    let blocks = references.map { reference in
      let loaded = MarkedConfiguration(DiagnosticExample.rule(secret: reference) + "tools: {get_accounts: false}\n")
      return Self.block("> api_secret: \(reference)", loaded.loaded.checkSecrets(resolver))
    }
    try Snapshot.expect(
      (blocks.joined(separator: "\n\n") + "\n").replacing(directory.path, with: "/home/ann/secrets"),
      is: "Messages/secrets.txt")
  }
}
