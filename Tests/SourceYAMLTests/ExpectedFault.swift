import SourceYAML
import TestSupport
import Testing

/// Reads the fixture and expects exactly one fault: its diagnostic id, its message, and the marked ranges.
func expectFault(
  _ id: String, _ message: String, in marked: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  let source = MarkedSource(marked)
  let diagnostics = YAMLDocument.parse(source.file).diagnostics
  #expect(diagnostics.map(\.id) == [id], sourceLocation: sourceLocation)
  guard let diagnostic = diagnostics.first else { return }
  #expect(diagnostic.message == message, sourceLocation: sourceLocation)
  let places = [diagnostic.range].compactMap { $0 } + diagnostic.related.map(\.range)
  #expect(places == source.ranges, sourceLocation: sourceLocation)
}
