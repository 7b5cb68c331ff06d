import Config
import Foundation
import JSON
import SequenceAPI
import SourceYAML
import Testing

@testable import MCP
@testable import Safeguards
@testable import sequence_mcp

/// What README.md lists is what the program has. After a change: `UPDATE_README=1 swift test --filter ReadmeListsTests`.
@Suite(.serialized) struct ReadmeListsTests {
  private func expectPart(_ name: String, _ expected: String) throws {
    #expect(
      try Readme.generatedPart(name, expected: expected) == expected,
      "run: UPDATE_README=1 swift test --filter ReadmeListsTests")
  }

  @Test func configurationReferenceIsTheProgramsOwn() throws {
    try expectPart("reference", ConfigurationReference.markdown)
  }

  @Test func commandsAreTheSubcommands() throws {
    let rows = Subcommands.all.map { command in
      let words = [command.name, command.operands].filter { !$0.isEmpty }.joined(separator: " ")
      return "| `\(Self.cell(words))` | \(Self.cell(command.summary)) |\n"
    }
    try expectPart("commands", "| command | what it does |\n| --- | --- |\n" + rows.joined())
  }

  @Test func diagnosticsAreTheRules() throws {
    let rows = DiagnosticRules.all.map { "| `\($0.id)` | \($0.severity.rawValue) | \(Self.cell($0.summary)) |\n" }
    try expectPart("diagnostics", "| id | severity | meaning |\n| --- | --- | --- |\n" + rows.joined())
  }

  @Test func sequenceCodesAreTheClients() throws {
    let rows = SequenceErrorCode.all.map {
      "| `\($0.name)` | \(Self.cell($0.meaning)) | \(Self.cell($0.hint)) |\n"
    }
    try expectPart("api-codes", "| code | meaning | what to do |\n| --- | --- | --- |\n" + rows.joined())
  }

  /// The text with bars that do not end a table's cell.
  private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }

  @Test(arguments: LimitKind.allCases)
  func limitCodeIsListed(kind: LimitKind) {
    #expect(Readme.section("Error codes").contains("`\(kind.refusalCode)`"))
  }

  @Test func everyCodeInTheSourcesIsListed() throws {
    let section = Readme.section("Error codes")
    let codes = try Self.codesInSources()
    #expect(codes.contains("APPROVAL_NEEDED") && codes.contains("PAUSED"))
    #expect(codes.filter { !section.contains("`\($0)`") } == [], "the README lacks these codes")
  }

  @Test func everyListedCodeIsInTheSources() throws {
    let known = try Self.codesInSources().union(LimitKind.allCases.map(\.refusalCode))
    let listed = Set(Readme.section("Error codes").matches(of: /\n\| `([A-Z0-9_]+)`/).map { String($0.1) })
    #expect(listed.subtracting(known) == [], "the program has no such codes")
  }

  /// Upper-case literals of the libraries that make results, less the names of variables and the headings of tables.
  private static func codesInSources() throws -> Set<String> {
    var codes = Set(SequenceErrorCode.all.map(\.name))
    for folder in ["Catalog", "Safeguards", "MCP"] {
      let root = ExampleFiles.root.appending(path: "Sources/" + folder)
      let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path)
      for path in paths where path.hasSuffix(".swift") && !path.contains("Audit") {
        let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
        for match in text.matches(of: /"([A-Z][A-Z0-9_]{3,}[A-Z0-9])"/) { codes.insert(String(match.1)) }
      }
    }
    return codes
  }

  @Test(arguments: [
    ("Writing rules", ParameterType.allCases.map(\.rawValue)), ("Writing rules", TemplateFilter.all.map(\.name)),
    ("Writing rules", ConfirmationPolicy.Fallback.allCases.map(\.rawValue)),
    ("Clients", Clients.all.map(\.name)), ("Clients", ServeCommand.options.map(\.name).filter { $0 != "--config" }),
  ])
  func sectionNamesEach(section: String, words: [String]) {
    #expect(words.filter { !Readme.section(section).contains("`\($0)`") } == [])
  }

  @Test(arguments: [
    ("Writing rules", BuiltinValue.allCases.map(\.rawValue)), ("Clients", ProtocolVersion.all.map(\.name)),
    ("Writing rules", SecretSources.all.map { "`{\($0.key): " }),
  ])
  func sectionShowsEach(section: String, words: [String]) {
    #expect(words.filter { !Readme.section(section).contains($0) } == [])
  }

  @Test func everySubcommandThatTheProseNamesExists() {
    for match in Readme.prose.matches(of: /`sequence-mcp ([a-z][a-z-]*)/) {
      #expect(Subcommands.named(String(match.1)) != nil, "there is no subcommand '\(match.1)'")
    }
  }

  @Test func everyOptionThatTheProseNamesExists() {
    let known = Set(Subcommands.all.flatMap { $0.options }.map(\.name) + ["--color", "--help", "--version"])
    for match in Readme.prose.matches(of: /`(--[a-z][a-z-]*)/) {
      #expect(known.contains(String(match.1)), "no subcommand has the option \(match.1)")
    }
  }

  @Test func everyLinkLeadsSomewhere() {
    let anchors = Set(
      Readme.prose.matches(of: /(?m)^#+ (.+)$/).map { match in
        match.1.lowercased().replacing(" ", with: "-").filter { $0.isLetter || $0.isNumber || "-_".contains($0) }
      })
    for match in Readme.prose.matches(of: /\]\(([^)]+)\)|src="([^"]+)"/) {
      let target = String(match.1 ?? match.2 ?? "")
      if target.hasPrefix("#") {
        #expect(anchors.contains(String(target.dropFirst())), "no heading for \(target)")
      } else if !target.hasPrefix("https://") {
        #expect(FileManager.default.fileExists(atPath: ExampleFiles.root.appending(path: target).path), "\(target)")
      }
    }
  }
}
