import Foundation
import Testing

/// The pictures of the README show what the program prints today, except for times and random keys.
struct PictureTests {
  @Test(arguments: [("demo", "demo", Int32(0)), ("diagnostics", "validate-config --no-secrets config.yaml", 1)])
  func `a picture shows today's output`(name: String, words: String, exitCode: Int32) throws {
    let shell = try Shell()
    defer { shell.cleanUp() }
    try shell.write(try ExampleFiles.text("Tests/Pictures/broken.yaml"), to: "config.yaml")
    let result = try shell.run("COLUMNS=110 sequence-mcp \(words) --color always")
    #expect(result.exitCode == exitCode, "\(result.output)\(result.errorOutput)")
    let plain = Shell.steady(result.output).replacing(/\u{1B}\[[0-9;]*m/, with: "").replacing(/\n$/, with: "")
    #expect(
      Self.text(of: try ExampleFiles.text("examples/pictures/\(name).svg"))
        == "$ sequence-mcp \(words)\n" + plain, "run: Tests/Pictures/record")
    #expect(result.output.contains("\u{1B}["), "the output has no color")
  }

  /// Returns one line for each `<text>`, without its markup.
  private static func text(of picture: String) -> String {
    picture.matches(of: /<text [^>]*>(.*?)<\/text>/).map { match in
      String(match.1).replacing(/<[^>]+>/, with: "").replacing("&lt;", with: "<").replacing("&gt;", with: ">")
        .replacing("&amp;", with: "&")
    }.joined(separator: "\n")
  }
}
