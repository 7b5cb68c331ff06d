/// What was found in some files, ready to be shown in any format.
package struct DiagnosticReport: Sendable {
  package enum Format: String, Sendable, Hashable, CaseIterable {
    case text, json, github, sarif
  }

  /// All files that were looked at, in the order in which they were named.
  package let fileNames: [String]
  /// By file, then by place, then by rule; an error of the whole file comes first, a warning about what is not in it last.
  package let diagnostics: [Diagnostic]
  /// Whether the exit code is 0.
  package let isValid: Bool
  let sources: [String: SourceFile]

  /// - Parameters:
  ///   - sources: the texts that could be read; excerpts come from them.
  ///   - isValid: whether the exit code is 0; by default whether there is no error.
  package init(fileNames: [String], sources: [SourceFile], diagnostics: [Diagnostic], isValid: Bool? = nil) {
    self.fileNames = fileNames
    self.sources = Dictionary(sources.map { ($0.name, $0) }) { first, _ in first }
    self.isValid = isValid ?? !diagnostics.contains { $0.severity == .error }
    let order = Dictionary(fileNames.enumerated().map { ($1, $0) }) { first, _ in first }
    func key(_ diagnostic: Diagnostic) -> (Int, Int, String, String) {
      let place = diagnostic.range?.start.byte ?? (diagnostic.severity == .error ? -1 : .max)
      return (order[diagnostic.file] ?? fileNames.count, place, diagnostic.rule, diagnostic.message)
    }
    self.diagnostics = diagnostics.map { (key($0), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
  }

  package var errorCount: Int { diagnostics.count { $0.severity == .error } }
  package var warningCount: Int { diagnostics.count { $0.severity == .warning } }

  /// The report as text that ends with a newline, or the empty text where there is nothing to say.
  /// - Parameters:
  ///   - isColored: for `text` on a terminal.
  ///   - rules: for `sarif`, which lists what can be found.
  ///   - toolVersion: for `sarif`.
  package func render(
    _ format: Format, isColored: Bool = false, rules: @autoclosure () -> [DiagnosticRuleDescription] = [],
    toolVersion: String = ""
  ) -> String {
    switch format {
    case .text: TextRenderer(report: self, isColored: isColored).render()
    case .json: JSONRenderer.render(self)
    case .github: GitHubRenderer.render(self)
    case .sarif: SARIFRenderer(report: self, rules: rules(), toolVersion: toolVersion).render()
    }
  }
}

/// What a rule is about, for formats that list the rules.
package struct DiagnosticRuleDescription: Sendable, Hashable {
  package let id: String
  /// One line.
  package let summary: String
  /// The explanation at length.
  package let help: String

  package init(id: String, summary: String, help: String) {
    self.id = id
    self.summary = summary
    self.help = help
  }
}
