/// Reads one YAML file into nodes with ranges (CONFIG.md, YAML).
package enum YAMLDocument {
  /// How large a file may be.
  package static let maximumBytes = 8 << 20
  /// How long one line may be: far beyond what a person writes, and the only way to make libyaml slow.
  package static let maximumLineBytes = 1 << 20
  /// How deep sequences and mappings may nest, with their aliases resolved.
  package static let maximumDepth = 64
  /// How many nodes all aliases of a file together may stand for.
  package static let maximumExpandedNodes = 500_000
  /// How many faults of one file are reported.
  package static let maximumDiagnostics = 1000

  /// The tree of the file's one document, with what is wrong in it.
  /// - Returns: a null root for an empty file; no root where the file is refused: a syntax error, or input that is too large,
  ///   too deep or not UTF-8. After any other fault the tree stays usable, and what is wrong in it is left out or marked
  ///   `isFaulty`.
  package static func parse(_ file: SourceFile) -> (root: YAMLNode?, diagnostics: [Diagnostic]) {
    do throws(YAMLRefusal) {
      try YAMLTextCheck.check(file)
    } catch {
      return (nil, [error.diagnostic])
    }
    return file.bytes.withUnsafeBufferPointer { bytes in
      var composer = YAMLComposer(file: file, bytes: bytes)
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
