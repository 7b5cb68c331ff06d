import SourceYAML

/// A check for the marks that version control programs leave in unmerged files. YAML reports them as faults of quotes and keys,
/// in misleading places.
enum MergeConflictCheck {
  /// Returns the diagnostics. If there is an error and the file contains conflicts, returns only the conflicts.
  static func explaining(_ diagnostics: [Diagnostic], in file: SourceFile) -> [Diagnostic] {
    guard diagnostics.contains(where: { $0.severity == .error }) else { return diagnostics }
    let conflicts = conflicts(marks(in: file))
    guard !conflicts.isEmpty else { return diagnostics }
    return conflicts.prefix(ReadingContext.diagnosticLimit).map { conflict in
      file.diagnostic(
        DiagnosticKind.mergeConflict.id,
        conflict.end == nil
          ? "the file has a leftover merge conflict marker" : "the file has an unresolved merge conflict",
        help: conflict.end == nil ? "delete this line" : "keep the lines you want, and delete the marker lines",
        at: file.range(ofBytes: conflict.start),
        related: conflict.end.map { [("it ends here", file.range(ofBytes: $0))] } ?? [])
    }
  }

  /// Returns each conflict from its opening to its closing mark. A mark that remained alone has no end.
  private static func conflicts(_ marks: [Mark]) -> [(start: Range<Int>, end: Range<Int>?)] {
    var conflicts: [(start: Range<Int>, end: Range<Int>?)] = []
    var rest = marks[...]
    while let first = rest.popFirst() {
      // Only an opening mark looks for its end: a file of other marks would be searched once for each of them.
      let isOpening = first.byte == UInt8(ascii: "<")
      let next = isOpening ? rest.firstIndex { $0.byte == UInt8(ascii: "<") } ?? rest.endIndex : rest.startIndex
      guard let end = rest[..<next].firstIndex(where: { $0.byte == UInt8(ascii: ">") }) else {
        conflicts.append((first.range, nil))
        continue
      }
      conflicts.append((first.range, rest[end].range))
      rest = rest[(end + 1)...]
    }
    return conflicts
  }

  private typealias Mark = (byte: UInt8, range: Range<Int>)

  /// Returns the marks: seven equal characters at the start of a line (git-merge(1), "How conflicts are presented").
  private static func marks(in file: SourceFile) -> [Mark] {
    (1...file.lineCount).compactMap { number in
      let line = file.line(number)
      guard let byte = file.bytes[line].first, "<|=>".utf8.contains(byte),
        file.bytes[line].starts(with: repeatElement(byte, count: 7)),
        file.bytes[line].dropFirst(7).first.map({ $0 == 0x20 }) ?? true
      else { return nil }
      return (byte, line.lowerBound..<line.lowerBound + 7)
    }
  }
}

extension DiagnosticKind {
  static let mergeConflict = DiagnosticKind(
    "merge-conflict", .error, "an unresolved merge conflict",
    "Where two versions of a file could not be merged, version control programs write both, between lines of '<<<<<<<', "
      + "'=======' and '>>>>>>>'. Keep the lines that you want, and delete the marker lines.",
    example: "version: 1\n⟦<<<<<<<⟧ HEAD\nstate_dir: /one\n=======\nstate_dir: /other\n>>>>>>> theirs\n",
    good: "version: 1\nstate_dir: /one\n")
}
