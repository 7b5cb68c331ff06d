import Foundation
import Testing

@Suite struct ExplainCommandTests {
  @Test func everyIdOfTheListIsExplained() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let list = try program.run(["explain"])
    let rows = list.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(rows.first == ["ID", "SEVERITY", "MEANING"])
    #expect(rows.count > 80)
    for row in rows.dropFirst() {
      let page = try program.run(["explain", row[0]])
      #expect(page.output.hasPrefix("\(row[0]) (\(row[1])): \(row.dropFirst(2).joined(separator: " "))\n\n"))
      #expect(page.output.contains("\n\nWrong:\n\n    ") && page.output.contains("\n\nRight:\n\n    "), "\(row[0])")
      #expect(page.exitCode == 0)
    }
  }

  @Test func aPageHasTheMeaningAndBothExamples() throws {
    let program = try Program()
    defer { program.cleanUp() }
    #expect(
      try program.run(["explain", "unsupported-version"]).output == """
        unsupported-version (error): a version of the language that does not exist

        The configuration language has one version, 1. A file for a later one needs a later sequence-mcp.

        Wrong:

            version: 2

        Right:

            version: 1

        """)
  }
}
