import Config
import Foundation
import JSON
import Rules
import Secrets
import SequenceAPI
import SourceYAML
import Testing

@testable import MCP
@testable import sequence_mcp

/// The lists of the pages match the program. After a change: `UPDATE_PAGES=1 swift test --filter PageListsTests`.
@Suite(.serialized) struct PageListsTests {
  private func expectPart(_ name: String, of page: String, _ expected: String) throws {
    #expect(
      try Page.named(page).generatedPart(name, expected: expected) == expected,
      "run: UPDATE_PAGES=1 swift test --filter PageListsTests")
  }

  @Test func `the configuration reference is the program's own`() throws {
    try expectPart(
      "reference", of: "ConfigurationReference", ConfigurationReference.markdown(of: ConfigurationSchema.document))
  }

  @Test func `commands are the subcommands`() throws {
    let rows = Subcommands.all.map { command in
      let words = [command.name, command.operands].filter { !$0.isEmpty }.joined(separator: " ")
      return "| `\(Self.cell(words))` | \(Self.cell(command.summary)) |\n"
    }
    try expectPart(
      "commands", of: "GettingStarted", "| command | what it does |\n| --- | --- |\n" + rows.joined())
  }

  @Test func `the page's diagnostics are the program's`() throws {
    let rows = DiagnosticKinds.all.map { "| `\($0.id)` | \($0.severity.rawValue) | \(Self.cell($0.summary)) |\n" }
    try expectPart(
      "diagnostics", of: "Diagnostics",
      "| id | severity | meaning |\n| --- | --- | --- |\n" + rows.joined())
  }

  @Test func `every kind of diagnostic in the sources is listed`() throws {
    let folder = "Sources/Config"
    let files = try FileManager.default.subpathsOfDirectory(atPath: ExampleFiles.root.path + "/" + folder)
    let texts = try files.filter { $0.hasSuffix(".swift") }.map { try ExampleFiles.text(folder + "/" + $0) }
    let ids = texts.flatMap { $0.matches(of: /DiagnosticKind\(\s*"([a-z0-9-]+[a-z0-9])"/).map { String($0.1) } }
    #expect(ids.count > 60)
    #expect(ids.filter { DiagnosticKinds.named($0) == nil } == [], "DiagnosticKinds.all lacks these kinds")
  }

  @Test func `the page's Sequence codes are the client's`() throws {
    let rows = SequenceErrorCode.all.map {
      "| `\($0.name)` | \(Self.cell($0.meaning)) | \(Self.cell($0.help)) |\n"
    }
    try expectPart(
      "api-codes", of: "ResultsAndCodes", "| code | meaning | what to do |\n| --- | --- | --- |\n" + rows.joined())
  }

  @Test func `the codes of this program are the table that 'explain' knows`() throws {
    let rows = ResultCode.ofThisProgram.map {
      "| `\($0.name)` | \(Self.cell($0.meaning)) | \(Self.cell($0.help)) |\n"
    }
    try expectPart(
      "codes", of: "ResultsAndCodes", "| code | meaning | what to do |\n| --- | --- | --- |\n" + rows.joined())
  }

  @Test func `the codes of transfers are the table that 'explain' knows`() throws {
    let rows = ResultCode.ofTransfers.map {
      "| `\($0.name)` | \(Self.cell($0.meaning)) | \(Self.cell($0.help)) |\n"
    }
    try expectPart(
      "transfer-codes", of: "ResultsAndCodes", "| code | meaning | what to do |\n| --- | --- | --- |\n" + rows.joined())
  }

  @Test func `every code that Sequence documents for a transfer, and those of an acceptance, can be explained`() throws
  {
    let schemas = try JSONParser.parse(ExampleFiles.text("Tests/SandboxTests/Platform/schemas.json"))
    let codes = try #require(schemas["$defs"]?["KnownTransferErrorCode"]?["enum"]?.arrayValue).compactMap(\.stringValue)
    #expect(codes.count == 14)
    #expect((codes + ["OK", "SUCCESS"]).filter { ResultCode.named($0) == nil } == [], "ResultCode lacks these codes")
  }

  @Test func `every code of this program can be explained`() {
    let rows = Set(ResultCode.ofThisProgram.map(\.name))
    let codes = Set(CallCode.allCases.map(\.rawValue))
    #expect(rows.subtracting(codes) == [], "CallCode lacks these codes")
    #expect(
      codes.subtracting(rows).subtracting(SequenceErrorCode.all.map(\.name)) == [], "ResultCode lacks these codes")
  }

  @Test func `the page's refusals are the client's table`() throws {
    let rows = TriggerOutcome.TrustedResponses.surelyNotRun.map { row in
      "| \(row.status) | " + row.codes.map { "`\($0.name)`" }.joined(separator: ", ") + " |\n"
    }
    try expectPart("surely-not-run", of: "ResultsAndCodes", "| status | codes |\n| --- | --- |\n" + rows.joined())
  }

  @Test func `the page's retries are the client's table`() throws {
    let rows = RetryPolicy.Cause.allCases.map { cause in
      let row = RetryPolicy.row(cause)
      return "| \(Self.cell(row.meaning)) | \(row.triggers) | \(row.reads) |\n"
    }
    try expectPart(
      "sent-again", of: "ResultsAndCodes",
      "| what happened | a trigger | a request that only reads |\n| --- | --- | --- |\n" + rows.joined())
  }

  /// Returns the text with its bars escaped, so that they do not end a table's cell.
  private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }

  @Test func `the page lists the codes that 'explain' knows`() {
    let listed = Page.named("ResultsAndCodes").text.matches(of: /\n\| `([A-Z0-9_]+)`/).map { String($0.1) }
    let accepted = ResultCode.ofAcceptances.map(\.name)
    #expect(Set(listed) == Set(ResultCode.all.map(\.name)).subtracting(accepted))
  }

  @Test(arguments: [
    ("WritingRules", ParameterType.allCases.map(\.rawValue)), ("WritingRules", TemplateFilter.all.map(\.name)),
    ("Clients", Clients.all.map(\.name)), ("Clients", ServeCommand.options.map(\.name).filter { $0 != "--config" }),
  ])
  func `the page names each`(page: String, words: [String]) {
    #expect(words.filter { !Page.named(page).text.contains("`\($0)`") } == [])
  }

  @Test(arguments: [
    ("WritingRules", BuiltinValue.allCases.map(\.rawValue)), ("Clients", ProtocolVersion.all.map(\.name)),
    ("WritingRules", SecretSource.all.map { "`{\($0.key): " }),
  ])
  func `the page shows each`(page: String, words: [String]) {
    #expect(words.filter { !Page.named(page).text.contains($0) } == [])
  }

  @Test(arguments: Page.all)
  func `every subcommand that the prose names exists`(page: Page) {
    for match in page.prose.matches(of: /`sequence-mcp ([a-z][a-z-]*)/) {
      #expect(Subcommands.named(String(match.1)) != nil, "there is no subcommand '\(match.1)'")
    }
  }

  @Test(arguments: Page.all)
  func `every option that the prose names exists`(page: Page) {
    let known = Set(Subcommands.all.flatMap { $0.options }.map(\.name) + ["--color", "--help", "--version"])
    for match in page.prose.matches(of: /`(--[a-z][a-z-]*)/) {
      #expect(known.contains(String(match.1)), "no subcommand has the option \(match.1)")
    }
  }

  @Test(arguments: Page.all)
  func `every link leads somewhere`(page: Page) throws {
    let directory = ExampleFiles.root.appending(path: page.path).deletingLastPathComponent()
    for match in page.prose.matches(of: /\]\(([^)]+)\)|src="([^"]+)"/) {
      let target = String(match.1 ?? match.2 ?? "")
      if target.hasPrefix("https://") { continue }
      let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let file = parts[0].isEmpty ? ExampleFiles.root.appending(path: page.path) : directory.appending(path: parts[0])
      #expect(FileManager.default.fileExists(atPath: file.standardizedFileURL.path), "\(target)")
      if parts.count == 2 {
        let linked = try #require(
          Page.all.first { ExampleFiles.root.appending(path: $0.path).path == file.standardizedFileURL.path })
        #expect(linked.anchors.contains(parts[1]), "no heading for \(target)")
      }
    }
  }

  @Test func `every type in the table of where to add things is declared`() throws {
    let table = try #require(Page.named("Internals").text.firstMatch(of: /\| to add \|[^\n]*\n(?:\|[^\n]*\n)+/)).output
    let names = Set(table.matches(of: /`([A-Z][a-z][A-Za-z]+)(?:\.(?!swift)\w+)?`/).map { String($0.output.1) })
    let declarations = try ExampleFiles.sources.matches(of: /(?:struct|enum|class|protocol) ([A-Z]\w+)/)
    let declared = Set(declarations.map { String($0.output.1) })
    #expect(names.count > 10)
    #expect(names.subtracting(declared) == [])
  }

  @Test func `the README is a front door`() {
    #expect(Page.readme.text.split(separator: "\n", omittingEmptySubsequences: false).count <= 251)
    #expect(Page.readme.text.utf8.count <= 16_000)
  }

  /// Each scenario is a test with the suite's name for it, perhaps followed by more words after a colon.
  @Test func `the README counts the conformance scenarios`() throws {
    let source = try ExampleFiles.text("Tests/MCPTests/ConformanceTests.swift")
    let names = Set(source.matches(of: /func `([a-z0-9-]+)/).map { String($0.output.1) })
    #expect(names.count == 19)
    let (readme, clients) = (Page.readme.unwrapped, Page.named("Clients").unwrapped)
    #expect(readme.contains("passes \(names.count) of \(names.count) applicable scenarios"))
    #expect(clients.contains("The tests run \(names.count) scenarios"))
  }

  @Test func `the first page links to every other page`() {
    for page in Page.all.dropFirst() where !page.path.hasSuffix("/Documentation.md") {
      let name = page.path.split(separator: "/").last.map(String.init) ?? ""
      #expect(Page.named("Documentation").text.contains("](\(name))"), "\(name)")
    }
  }
}
