import Foundation
import TestSupport
import Testing

/// The command lines of each page do what it says, in the order of the page, from an empty home directory.
@Suite(.waiting) struct PageCommandTests {
  /// Lines that are not run here, by their beginning, with the reason.
  private static let leftOut = [
    "apt-get ": "installs packages, then builds and runs what other tests run",
    "swift ": "builds",
    "install ": "installs what the line above it built",
  ]

  /// The person's input to the lines that ask.
  private static let answers = [
    "sequence-mcp secret set token": "not-a-real-token-1\n",
    "sequence-mcp rule add": "ru_8c41d0\nMove to savings\n\n\n\ny\n$500\n\n\n\n\nnot-a-real-secret-1\n",
    "sequence-mcp secret set move_to_savings": "not-a-real-secret-3\n",
    "(umask 077; cat": "not-a-real-secret-2\n",
  ]

  /// The lines that fail according to the text.
  private static let exitCodes: [String: Int32] = [
    "sequence-mcp call move_to_savings amount=450": 1,
    "sequence-mcp validate-config --no-secrets broken.yaml": 1,
  ]

  /// A line, and its output as the page shows it.
  private struct Step {
    let page: String
    let text: String
    let line: Int
    var shown: String?
  }

  /// Returns all lines of the shell blocks. A block of text or JSON directly after one shows the output of its last line.
  private static func steps(of page: Page) -> [Step] {
    var steps: [Step] = []
    var end = -1
    for block in page.blocks {
      // A recipe needs a program that may not be installed (RecipeTests).
      if block.language == "sh", !block.mark.hasPrefix("recipe") {
        for (index, text) in block.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        where !text.isEmpty {
          steps.append(Step(page: page.path, text: String(text), line: block.line + 1 + index))
        }
        end = block.line + block.text.split(separator: "\n", omittingEmptySubsequences: false).count
      } else if ["text", "json"].contains(block.language), block.line == end + 1, !steps.isEmpty {
        steps[steps.count - 1].shown = block.text
      }
    }
    return steps
  }

  @Test(arguments: Page.all.filter { !steps(of: $0).isEmpty })
  func `every line runs in order from an empty home`(page: Page) throws {
    let shell = try Shell()
    defer { shell.cleanUp() }
    if let broken = page.blocks.first(where: { $0.language == "yaml" && $0.mark == "wrong" }) {
      try shell.write(broken.text, to: "broken.yaml")
    }
    for step in Self.steps(of: page) where !Self.leftOut.keys.contains(where: { step.text.hasPrefix($0) }) {
      let input = Self.answers.first { step.text.hasPrefix($0.key) }?.value ?? ""
      let result = try shell.run(step.text, input: input)
      let exitCode = Self.exitCodes.first { step.text.hasPrefix($0.key) }?.value ?? 0
      #expect(
        result.exitCode == exitCode, "\(step.page):\(step.line): \(step.text)\n\(result.output)\(result.errorOutput)")
      #expect(!(result.output + result.errorOutput).contains("not-a-real"), "\(step.page):\(step.line) shows a secret")
      guard let shown = step.shown else { continue }
      #expect(
        shell.normalized(result.output) == Shell.steady(shown),
        "\(step.page):\(step.line): \(step.text) prints another text")
    }
  }

  private static var allSteps: [Step] { Page.all.flatMap(steps) }

  @Test func `every exception matches a line`() {
    for prefix in [Array(Self.leftOut.keys), Array(Self.answers.keys), Array(Self.exitCodes.keys)].joined() {
      #expect(Self.allSteps.contains { $0.text.hasPrefix(prefix) }, "no line begins with '\(prefix)'")
    }
  }

  @Test func `many lines are run`() {
    #expect(Self.allSteps.filter { $0.text.contains("sequence-mcp ") }.count > 20)
    #expect(Self.allSteps.compactMap(\.shown).count > 5)
  }

  @Test func `the two commands are the second section's lines`() {
    let lines = Page.readme.section("Two commands").split(separator: "\n").filter { $0.hasPrefix("apt-get ") }
    #expect(lines.count == 2)
    #expect(lines.first?.hasSuffix(" && swift run sequence-mcp demo") == true)
    #expect(lines.last?.hasSuffix(" && swift test") == true)
  }
}
