/// A parser that turns a YAML file into nodes with source ranges.
package enum YAMLDocument {
  /// The maximum size of a file.
  package static let maximumBytes = 8 << 20
  /// The maximum length of a line, far beyond handwritten text. Only very long lines can make libyaml slow.
  static let maximumLineBytes = 1 << 20
  /// The maximum nesting of sequences and mappings, with aliases resolved.
  static let maximumDepth = 64
  /// The maximum number of nodes, including keys: more than 10,000 rules need, and a memory bound for hostile files.
  package static let maximumNodes = 1_000_000
  /// The maximum number of nodes that all aliases of a file expand to.
  static let maximumExpandedNodes = 500_000
  /// The maximum number of diagnostics for a file.
  static let maximumDiagnostics = 1000

  /// Parses the file's only document and collects its diagnostics.
  /// - Returns: A null root for an empty file; no root if the file is refused: a syntax error, or input that is too large, too
  ///   deep or not UTF-8. After any other fault the tree is usable, and the faulty parts are omitted or marked `isFaulty`.
  package static func parse(
    _ file: SourceFile, maximumNodes: Int = maximumNodes
  ) -> (root: YAMLNode?, diagnostics: [Diagnostic]) {
    do throws(Diagnostic) {
      try YAMLTextCheck.check(file)
    } catch {
      return (nil, [error])
    }
    return file.bytes.withUnsafeBufferPointer { bytes in
      var composer = YAMLComposer(file: file, bytes: bytes, maximumNodes: maximumNodes)
      do throws(Diagnostic) {
        return (try composer.composeDocument(), composer.diagnostics)
      } catch {
        // Other diagnostics on the line of a syntax error probably have the same cause.
        let others = composer.diagnostics.filter { $0.range?.start.line != error.range?.start.line }
        return (nil, (error.id == "yaml-syntax" ? others : composer.diagnostics) + [error])
      }
    }
  }
}

/// Thrown, the reason parsing stops: a syntax error, or input that is too large, too deep or not text.
extension Diagnostic: Error {}
