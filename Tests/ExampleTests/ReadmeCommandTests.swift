import Foundation
import Testing

/// README.md's command lines do what it says, in its order, from an empty home folder.
struct ReadmeCommandTests {
  /// Lines that are not run here, by their beginning, and why.
  private static let leftOut = [
    "apt-get ": "installs packages, then builds and runs what other tests run",
    "swift ": "builds",
    "install ": "installs what the line above it built",
    "UPDATE_README=1 ": "changes the README",
    "Tests/Pictures/record": "changes the pictures",
    ".ci/": "builds a release",
  ]

  /// What the person types at the lines that ask.
  private static let answers = [
    "sequence-mcp init token": "not-a-real-token-1\n",
    "sequence-mcp init rule":
      "move_to_savings\nru_12345\n\nRuns the rule \"Move to savings\".\ny\n500.00\n\nnot-a-real-secret-1\n",
    "(umask 077; cat": "not-a-real-secret-2\n",
  ]

  /// The lines that the text says to fail.
  private static let exitCodes: [String: Int32] = [
    "sequence-mcp call move_to_savings amount=450": 1,
    "sequence-mcp validate-config --no-secrets broken.yaml": 1,
  ]

  /// A line, and the output that the README shows of it.
  private struct Step {
    let text: String
    let line: Int
    var shown: String?
  }

  /// All lines of the shell blocks; a block of text or JSON right behind one shows the output of its last line.
  private static var steps: [Step] {
    var steps: [Step] = []
    var end = -1
    for block in Readme.blocks {
      if block.language == "sh" {
        for (index, text) in block.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        where !text.isEmpty {
          steps.append(Step(text: String(text), line: block.line + 1 + index))
        }
        end = block.line + block.text.split(separator: "\n", omittingEmptySubsequences: false).count
      } else if ["text", "json"].contains(block.language), block.line == end + 1, !steps.isEmpty {
        steps[steps.count - 1].shown = block.text
      }
    }
    return steps
  }

  @Test func everyLineRunsInOrderFromAnEmptyHome() throws {
    let shell = try Shell()
    defer { shell.cleanUp() }
    let broken = try #require(Readme.blocks.first { $0.language == "yaml" && $0.mark == "wrong" })
    try shell.write(broken.text, to: "broken.yaml")
    for step in Self.steps where !Self.leftOut.keys.contains(where: { step.text.hasPrefix($0) }) {
      let input = Self.answers.first { step.text.hasPrefix($0.key) }?.value ?? ""
      let result = try shell.run(step.text, input: input)
      let exitCode = Self.exitCodes.first { step.text.hasPrefix($0.key) }?.value ?? 0
      #expect(
        result.exitCode == exitCode, "README.md:\(step.line): \(step.text)\n\(result.output)\(result.trouble)")
      #expect(!(result.output + result.trouble).contains("not-a-real"), "README.md:\(step.line) shows a secret")
      guard let shown = step.shown else { continue }
      #expect(
        shell.normalised(result.output) == Shell.steady(shown),
        "README.md:\(step.line): \(step.text) prints another text")
    }
  }

  @Test func noExceptionIsIdle() {
    for prefix in [Array(Self.leftOut.keys), Array(Self.answers.keys), Array(Self.exitCodes.keys)].joined() {
      #expect(Self.steps.contains { $0.text.hasPrefix(prefix) }, "no line begins with '\(prefix)'")
    }
  }

  @Test func manyLinesAreRun() {
    #expect(Self.steps.filter { $0.text.contains("sequence-mcp ") }.count > 20)
    #expect(Self.steps.compactMap(\.shown).count > 6)
  }

  @Test func theTwoCommandsAreTheSecondSectionsLines() {
    let lines = Readme.section("Two commands").split(separator: "\n").filter { $0.hasPrefix("apt-get ") }
    #expect(lines.count == 2)
    #expect(lines.first?.hasSuffix(" && swift run sequence-mcp demo") == true)
    #expect(lines.last?.hasSuffix(" && swift test") == true)
  }
}
