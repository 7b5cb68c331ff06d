import Foundation

/// README.md, split into what the tests check of it.
enum Readme {
  static let path = "README.md"

  /// A fenced block: its language, the words behind that (a mark for the tests, which readers do not see), and its text.
  struct Block: CustomStringConvertible {
    let language: String
    let mark: String
    let text: String
    /// The line of the opening fence, counted from 1.
    let line: Int

    var description: String { "\(language) block at line \(line)" }
  }

  static let text: String = (try? ExampleFiles.text(path)) ?? ""

  static let blocks: [Block] = {
    var blocks: [Block] = []
    var open: (info: [Substring], line: Int, text: String)?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard line.hasPrefix("```") else {
        open?.text += line + "\n"
        continue
      }
      if let block = open {
        blocks.append(
          Block(
            language: block.info.first.map(String.init) ?? "", mark: block.info.dropFirst().joined(separator: " "),
            text: block.text, line: block.line))
        open = nil
      } else {
        open = (line.dropFirst(3).split(separator: " "), index + 1, "")
      }
    }
    return blocks
  }()

  /// The text outside of the fenced blocks.
  static let prose: String = {
    var isInside = false
    return text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      if line.hasPrefix("```") { isInside.toggle() }
      return !isInside && !line.hasPrefix("```")
    }.joined(separator: "\n")
  }()

  /// What stands under a heading, up to the next one of the same rank.
  static func section(_ heading: String) -> String {
    guard let start = text.range(of: "\n## \(heading)\n") else { return "" }
    let rest = text[start.upperBound...]
    return String(rest[..<(rest.range(of: "\n## ")?.lowerBound ?? rest.endIndex)])
  }

  /// The text between the marks of a generated part.
  ///
  /// With the environment variable `UPDATE_README` set, the part is first replaced by `expected`.
  static func generatedPart(_ name: String, expected: String) throws -> String {
    let (begin, end) = ("<!-- \(name): begin -->\n", "<!-- \(name): end -->")
    var current = try ExampleFiles.text(path)
    guard let first = current.range(of: begin), let last = current.range(of: end) else { return "no marks in \(path)" }
    if ProcessInfo.processInfo.environment["UPDATE_README"] != nil {
      current.replaceSubrange(first.upperBound..<last.lowerBound, with: "\n" + expected + "\n")
      try current.write(to: ExampleFiles.root.appending(path: path), atomically: true, encoding: .utf8)
      return expected
    }
    return String(current[first.upperBound..<last.lowerBound].dropFirst().dropLast())
  }
}
