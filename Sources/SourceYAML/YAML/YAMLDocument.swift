/// Reads one YAML file into nodes with ranges.
package enum YAMLDocument {
  /// How large a file may be.
  package static let maximumBytes = 8 << 20
  /// How long one line may be: far beyond what a person writes, and the only way to make libyaml slow.
  package static let maximumLineBytes = 1 << 20
  /// How deep sequences and mappings may nest, with their aliases resolved.
  package static let maximumDepth = 64
  /// How many nodes a file may hold, keys included: far beyond 10,000 rules, and a bound for the memory of a hostile file.
  package static let maximumNodes = 1_000_000
  /// How many nodes all aliases of a file together may stand for.
  package static let maximumExpandedNodes = 500_000
  /// How many faults of one file are reported.
  package static let maximumDiagnostics = 1000

  /// All rules that can be reported here, each of which wants an explanation elsewhere.
  package static let ruleIDs = [
    "yaml-syntax", "yaml-duplicate-key", "yaml-non-string-key", "yaml-unknown-tag", "yaml-multiple-documents",
    "yaml-unknown-anchor", "yaml-bad-merge", "yaml-not-utf8", "yaml-too-large", "yaml-too-deep", "yaml-expansion",
    "yaml-too-many-errors",
  ]

  /// The tree of the file's one document, with what is wrong in it.
  /// - Returns: a null root for an empty file; no root where the file is refused: a syntax error, or input that is too large,
  ///   too deep or not UTF-8. After any other fault the tree stays usable, and what is wrong in it is left out or marked
  ///   `isFaulty`.
  package static func parse(
    _ file: SourceFile, maximumNodes: Int = maximumNodes
  ) -> (root: YAMLNode?, diagnostics: [Diagnostic]) {
    do throws(YAMLRefusal) {
      try YAMLTextCheck.check(file)
    } catch {
      return (nil, [error.diagnostic])
    }
    return file.bytes.withUnsafeBufferPointer { bytes in
      var composer = YAMLComposer(file: file, bytes: bytes, maximumNodes: maximumNodes)
      do throws(YAMLRefusal) {
        return (try composer.composeDocument(), composer.diagnostics)
      } catch {
        // What else seemed wrong on the line where reading stopped is most likely the same fault.
        let stop = error.diagnostic
        let others = composer.diagnostics.filter { $0.range?.start.line != stop.range?.start.line }
        return (nil, (stop.rule == "yaml-syntax" ? others : composer.diagnostics) + [stop])
      }
    }
  }
}

/// Why a file is read no further: a syntax error, or input that is too large, too deep or not text.
struct YAMLRefusal: Error {
  let diagnostic: Diagnostic

  init(_ rule: String, _ message: String, help: String? = nil, at range: SourceRange, in file: SourceFile) {
    diagnostic = Diagnostic(rule: rule, message: message, help: help, file: file.name, range: range)
  }

  init(_ diagnostic: Diagnostic) { self.diagnostic = diagnostic }
}
