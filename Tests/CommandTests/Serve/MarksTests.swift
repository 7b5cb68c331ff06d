import Foundation
import JSON
import Testing

/// A server that moves no real money marks all of its output.
@Suite struct MarksTests {
  /// An option or a line of the file, and the resulting marks.
  struct Way: Sendable, CustomTestStringConvertible {
    let options: [String]
    let top: String
    let title: String
    let result: JSONValue
    var testDescription: String { title }
  }

  private static let ways = [
    Way(options: ["--sandbox"], top: "", title: "Sequence (sandbox)", result: ["sandbox": true]),
    Way(options: [], top: "sandbox: true", title: "Sequence (sandbox)", result: ["sandbox": true]),
    Way(options: ["--dry-run"], top: "", title: "Sequence (dry run)", result: ["dry_run": true]),
    Way(
      options: ["--dry-run"], top: "sandbox: true", title: "Sequence (sandbox, dry run)",
      result: ["sandbox": true, "dry_run": true]),
  ]

  @Test(arguments: ways)
  func `title, log and every result are marked`(way: Way) throws {
    let stage = try Stage(top: way.top)
    let server = try stage.launch(way.options)
    let title = try server.initialize()["result"]?["serverInfo"]?["title"]
    #expect(title?.stringValue == way.title)
    for (id, tool, arguments) in [
      (1, "get_accounts", [:]), (2, "savings", ["amount": 10]), (3, "savings", ["amount": 9999]),
    ] as [(JSONValue, String, JSONValue)] {
      let answer = try server.call(id, tool, arguments)
      for key in ["sandbox", "dry_run"] { #expect(answer.content?[key] == way.result[key], "\(tool) \(key)") }
      let text = try #require(answer.result?["content"]?[0]?["text"]?.stringValue)
      #expect(try JSONParser.parse(text) == answer.content)
    }
    let mark = way.title.dropFirst("Sequence (".count).dropLast()
    try server.errorOutput(containing: mark.contains(" ") ? "marks=\"\(mark)\"" : "marks=\(mark)")
    #expect(stage.carriedOut == 0)
  }

  @Test func `a server of the real account has no mark`() throws {
    let stage = try Stage()
    let server = try stage.launch()
    #expect(try server.initialize()["result"]?["serverInfo"]?["title"] == "Sequence")
    let answer = try server.call(1, "savings", ["amount": 10])
    #expect(answer.content?["sandbox"] == nil && answer.content?["dry_run"] == nil)
    try server.errorOutput(containing: "account=real marks=none")
  }

  @Test(
    arguments: [
      (["--read-only"], ""), ([], "server: {read_only: true}"),
    ])
  func `read-only is in the title and the log, by the option or the file`(options: [String], top: String) throws {
    let stage = try Stage(top: top)
    let server = try stage.launch(options)
    #expect(try server.initialize()["result"]?["serverInfo"]?["title"] == "Sequence (read-only)")
    try server.errorOutput(containing: "marks=read-only")
  }

  @Test func `sandbox cannot change while a server runs`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    try stage.write(stage.configuration(top: "sandbox: true"))
    server.signal(SIGHUP)
    try server.errorOutput(containing: "sandbox cannot change while the server runs; restart it")
    #expect(try server.call(1, "savings", ["amount": 10]).content?["sandbox"] == nil)
    #expect(stage.carriedOut == 1)
  }
}
