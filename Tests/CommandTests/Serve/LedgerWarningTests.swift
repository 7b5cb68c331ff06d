import Foundation
import JSON
import TestSupport
import Testing

/// The messages in the server's log about a damaged ledger, for the owner; the model receives a code.
@Suite(.waiting) struct LedgerWarningTests {
  private func append(_ text: String, to stage: Stage, _ name: String = "ledger.jsonl") throws {
    let file = try FileHandle(forWritingTo: stage.stateDirectory.appendingPathComponent(name))
    defer { try? file.close() }
    try file.seekToEnd()
    try file.write(contentsOf: Data(text.utf8))
  }

  @Test func `an unreadable line stops every trigger, and the log names the line and what to do`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    #expect(try server.call(1, "savings", ["amount": 10]).status == "accepted")
    let lines = stage.ledger.count
    try append("rubbish\n", to: stage)
    let answer = try server.call(2, "savings", ["amount": 20])
    #expect(answer.code == "LEDGER_UNREADABLE" && answer.isError)
    #expect(!answer.message.contains(stage.stateDirectory.path), "the model is shown a path")
    try server.errorOutput(containing: "warning ledger: \(stage.stateDirectory.path)/ledger.jsonl:\(lines + 1): ")
    try server.errorOutput(containing: "delete line \(lines + 1) of \(stage.stateDirectory.path)/ledger.jsonl")
    #expect(stage.carriedOut == 1)
  }

  @Test func `a line that a crash tore is set aside, and the log names the file`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    #expect(try server.call(1, "savings", ["amount": 10]).status == "accepted")
    try append(#"{"type":"inte"#, to: stage)
    #expect(try server.call(2, "savings", ["amount": 20]).status == "accepted")
    try server.errorOutput(
      containing: "torn by a crash; its 13 bytes were set aside in \(stage.stateDirectory.path)/ledger.torn-")
    #expect(stage.carriedOut == 2)
  }

  @Test func `a damaged line of the refused calls is left out, and stops nothing`() throws {
    let stage = try Stage()
    let server = try stage.launchInitialized()
    #expect(try server.call(1, "savings", ["amount": 900]).isError)
    try append("rubbish\n", to: stage, "refused.jsonl")
    #expect(try server.call(2, "savings", ["amount": 901]).isError)
    #expect(try server.call(3, "savings", ["amount": 10]).status == "accepted")
    let entries = try #require(try stage.audit()["entries"]?.arrayValue)
    #expect(entries.map { $0["outcome"]?.stringValue } == ["refused", "refused", "accepted"])
  }
}
