/// The diagnostics for a set of files, ready to be rendered in any format.
package struct DiagnosticReport: Sendable {
  /// The forms of a report: for people, for programs, as annotations of GitHub Actions, as SARIF 2.1.0.
  package enum Format: String, Sendable, Hashable, CaseIterable {
    case text, json, github, sarif
  }

  /// The description of a diagnostic id, for formats that list them: the summary in one line, and the full explanation.
  package typealias Kind = (id: String, summary: String, help: String)

  /// All checked files, in the order they were named.
  package let fileNames: [String]
  /// Sorted by file, position and diagnostic id. An error about the whole file comes first, a warning about something missing
  /// from it last.
  package let diagnostics: [Diagnostic]
  /// Whether the exit code is 0.
  package let isValid: Bool
  let sources: [String: SourceFile]

  /// - Parameters:
  ///   - sources: The files that could be read, for excerpts.
  ///   - isValid: Whether the exit code is 0. Default: whether there is no error.
  package init(fileNames: [String], sources: [SourceFile], diagnostics: [Diagnostic], isValid: Bool? = nil) {
    self.fileNames = fileNames
    self.sources = Dictionary(sources.map { ($0.name, $0) }) { first, _ in first }
    self.isValid = isValid ?? !diagnostics.contains { $0.severity == .error }
    let order = Dictionary(fileNames.enumerated().map { ($1, $0) }) { first, _ in first }
    func key(_ diagnostic: Diagnostic) -> (Int, Int, String, String) {
      let place = diagnostic.range?.start.byte ?? (diagnostic.severity == .error ? -1 : .max)
      return (order[diagnostic.file] ?? fileNames.count, place, diagnostic.id, diagnostic.message)
    }
    self.diagnostics = diagnostics.map { (key($0), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
  }

  package var errorCount: Int { diagnostics.count { $0.severity == .error } }
  package var warningCount: Int { diagnostics.count { $0.severity == .warning } }

  /// Returns the report as text that ends with a newline; empty if there is nothing to report.
  /// - Parameters:
  ///   - isColored: For `text` on a terminal.
  ///   - wrap: For `text` on a terminal: returns the lines of a help that begins at a column.
  ///   - kinds: For `sarif`, which lists all possible diagnostics.
  ///   - toolVersion: For `sarif`.
  package func render(
    _ format: Format, isColored: Bool = false, wrap: ((_ help: String, _ column: Int) -> [String])? = nil,
    kinds: @autoclosure () -> [DiagnosticReport.Kind] = [], toolVersion: String = ""
  ) -> String {
    switch format {
    case .text: TextRenderer(report: self, isColored: isColored, wrap: wrap).render()
    case .json: JSONRenderer.render(self)
    case .github: GitHubRenderer.render(self)
    case .sarif: SARIFRenderer(report: self, kinds: kinds(), toolVersion: toolVersion).render()
    }
  }
}
