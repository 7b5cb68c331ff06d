import Config
import Foundation
import JSON
import SourceYAML
import TestSupport
import Testing

@testable import sequence_mcp

@Suite(.waiting) struct ExplainCommandTests {
  @Test func `every id and every code is listed and known, and every tenth one is explained`() throws {
    let program = try Program()
    let list = try program.run(["explain"]).output
    #expect(list.hasPrefix("ID "))
    for (number, kind) in DiagnosticKinds.all.enumerated() {
      #expect(list.contains(kind.id))
      #expect(DiagnosticKinds.named(kind.id) != nil && !kind.explanation.isEmpty)
      #expect(!kind.badExample.isEmpty && !kind.goodExample.isEmpty, "\(kind.id)")
      guard number % 10 == 0 else { continue }
      let page = try program.run(["explain", kind.id])
      #expect(page.output.hasPrefix("\(kind.id) (\(kind.severity.rawValue)): "))
      #expect(page.output.contains("\n\nWrong:\n\n    ") && page.output.contains("\n\nRight:\n\n    "), "\(kind.id)")
      #expect(page.exitCode == 0)
    }
    for (number, code) in ResultCode.all.enumerated() {
      #expect(list.contains(code.name))
      #expect(ResultCode.named(code.name)?.name == code.name)
      guard number % 10 == 0 else { continue }
      let page = try program.run(["explain", code.name])
      #expect(page.output.hasPrefix("\(code.name): ") && page.output.contains("\n\nWhat to do: "))
      #expect(page.exitCode == 0)
    }
  }

  @Test func `a hidden character in an example is shown`() throws {
    let page = try Program().run(["explain", "look-alike-character"]).output
    #expect(page.contains("Wrong:\n\n") && page.contains("<U+00A0>") && !page.contains("\u{A0}"), "\(page)")
  }

  @Test func `a result's code has its meaning, what to do, and a result with it`() throws {
    let program = try Program()
    #expect(
      try program.run(["explain", "PAUSED"]).output == """
        PAUSED: you have paused all triggers, or the file 'paused' is in the state
        directory

        What to do: run 'sequence-mcp resume' to allow triggers again

        Example:

            {
              "error": true,
              "status": "rejected",
              "code": "PAUSED",
              "message": "Nothing was triggered: the owner has paused all triggers: on holiday until Monday"
            }

        """)
  }

  @Test func `a misspelled beginning suggests the codes that begin like it`() throws {
    let errorOutput = try Program().run(["explain", "LIMT"]).errorOutput
    #expect(errorOutput.contains("did you mean 'LIMIT_PER_CALL' or 'LIMIT_PER_DAY' or "), "\(errorOutput)")
  }

  @Test func `no code is explained twice, and each has help`() {
    #expect(Set(ResultCode.all.map(\.name)).count == ResultCode.all.count)
    #expect(ResultCode.all.allSatisfy { !$0.meaning.isEmpty && !$0.help.isEmpty })
  }

  @Test func `an example says what a result with the code says: an error, an earlier success, or none`() {
    #expect(ResultCode.named("CALL_CHANGED")?.example?["error"] == true)
    #expect(ResultCode.named("SETTLED_BY_OWNER")?.example?["success"] == true)
    #expect(ResultCode.named("SIMULATED")?.example == nil)
    #expect(ResultCode.named("CALL_IN_PROGRESS")?.example?["status"] == "unknown")
    #expect(ResultCode.named("CONFIGURATION_ERROR")?.example?["status"] == nil)
  }

  @Test func `a page has the meaning and both examples`() throws {
    let program = try Program()
    #expect(
      try program.run(["explain", "unsupported-version"]).output == """
        unsupported-version (error): an unknown version of the language

        The configuration language has one version, 1. A file for a later one needs a
        later sequence-mcp.

        Wrong:

            version: 2

        Right:

            version: 1

        """)
  }
}
