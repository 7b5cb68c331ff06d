import Foundation

/// One page of the documentation, split into the parts that the tests check.
struct Page: Sendable, CustomStringConvertible {
  /// A fenced block: its language, the mark after it (for the tests; readers do not see it), and its text.
  struct Block: Sendable, CustomStringConvertible {
    let page: String
    let language: String
    let mark: String
    let text: String
    /// The line of the opening fence, counted from 1.
    let line: Int

    var description: String { "\(page):\(line)" }
  }

  /// The directory of the documentation's pages, from the project's root.
  static let directory = "Sources/sequence-mcp/Documentation.docc"

  /// The path from the project's root.
  let path: String
  let text: String
  let blocks: [Block]
  /// The text outside of the fenced blocks.
  let prose: String

  var description: String { path }

  static let readme = Page(path: "README.md")

  /// README.md, and every page of the documentation.
  static let all: [Page] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: ExampleFiles.root.path + "/" + directory)) ?? []
    return [readme] + names.filter { $0.hasSuffix(".md") }.sorted().map { Page(path: directory + "/" + $0) }
  }()

  /// Returns the page of that name, such as `Clients`.
  static func named(_ name: String) -> Page { Page(path: directory + "/" + name + ".md") }

  private init(path: String) {
    self.path = path
    text = (try? ExampleFiles.text(path)) ?? ""
    var blocks: [Block] = []
    var prose: [Substring] = []
    var open: (info: [Substring], line: Int, text: String)?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.hasPrefix("```") {
        if let block = open {
          blocks.append(
            Block(
              page: path, language: block.info.first.map(String.init) ?? "",
              mark: block.info.dropFirst().joined(separator: " "), text: block.text, line: block.line))
          open = nil
        } else {
          open = (line.dropFirst(3).split(separator: " "), index + 1, "")
        }
      } else if open != nil {
        open?.text += line + "\n"
      } else {
        prose.append(line)
      }
    }
    self.blocks = blocks
    self.prose = prose.joined(separator: "\n")
  }

  /// Returns the text under a heading, up to the next one of the same level.
  func section(_ heading: String) -> String {
    guard let start = text.range(of: "\n## \(heading)\n") else { return "" }
    let rest = text[start.upperBound...]
    return String(rest[..<(rest.range(of: "\n## ")?.lowerBound ?? rest.endIndex)])
  }

  /// The prose in one line, wherever a line was wrapped.
  var unwrapped: String { prose.replacing(/\s+/, with: " ") }

  /// The anchors of the headings, as GitHub generates them.
  var anchors: Set<String> {
    Set(
      prose.matches(of: /(?m)^#+ (.+)$/).map { match in
        match.1.lowercased().replacing(" ", with: "-").filter { $0.isLetter || $0.isNumber || "-_".contains($0) }
      })
  }

  /// Returns the text between the marks of a generated part.
  ///
  /// With the environment variable `UPDATE_PAGES` set, the part is first replaced by `expected`.
  func generatedPart(_ name: String, expected: String) throws -> String {
    let (begin, end) = ("<!-- \(name): begin -->\n", "<!-- \(name): end -->")
    var current = try ExampleFiles.text(path)
    guard let first = current.range(of: begin), let last = current.range(of: end) else { return "no marks in \(path)" }
    if ProcessInfo.processInfo.environment["UPDATE_PAGES"] != nil {
      current.replaceSubrange(first.upperBound..<last.lowerBound, with: "\n" + expected + "\n")
      try current.write(to: ExampleFiles.root.appending(path: path), atomically: true, encoding: .utf8)
      return expected
    }
    return String(current[first.upperBound..<last.lowerBound].dropFirst().dropLast())
  }
}
