import SourceYAML

/// Names the marks that a version control program leaves where two versions of a file could not be merged: as YAML they are
/// faults of quotes and keys, at places that say nothing.
enum MergeConflictCheck {
  /// The diagnostics; if one of them is an error and the file holds conflicts, these alone.
  static func explaining(_ diagnostics: [Diagnostic], in file: SourceFile) -> [Diagnostic] {
    guard diagnostics.contains(where: { $0.severity == .error }) else { return diagnostics }
    let conflicts = conflicts(in: file)
    guard !conflicts.isEmpty else { return diagnostics }
    return conflicts.prefix(ReadingContext.diagnosticLimit).map { conflict in
      Diagnostic(
        rule: DiagnosticRule.mergeConflict.id, message: "a merge conflict was left in the file",
        help: "keep the lines that you want, and delete the three lines of marks", file: file.name,
        range: file.range(ofBytes: conflict.start),
        related: [
          Diagnostic.Related(message: "it ends here", file: file.name, range: file.range(ofBytes: conflict.end))
        ])
    }
  }

  /// The marks that open and close each conflict, seven equal characters at the start of a line (git-merge(1)).
  private static func conflicts(in file: SourceFile) -> [(start: Range<Int>, end: Range<Int>)] {
    var conflicts: [(start: Range<Int>, end: Range<Int>)] = []
    var open: Range<Int>?
    var start = 0
    let bytes = file.bytes
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      if isMark(bytes[start..<end], of: UInt8(ascii: "<")) {
        open = start..<start + 7
      } else if let first = open, isMark(bytes[start..<end], of: UInt8(ascii: ">")) {
        conflicts.append((first, start..<start + 7))
        open = nil
      }
      start = end + 1
    }
    return conflicts
  }

  private static func isMark(_ line: ArraySlice<UInt8>, of byte: UInt8) -> Bool {
    guard line.count >= 7, line.prefix(7).allSatisfy({ $0 == byte }) else { return false }
    return line.dropFirst(7).first.map { $0 == 0x20 || $0 == 0x0D } ?? true
  }
}

extension DiagnosticRule {
  static let mergeConflict = DiagnosticRule(
    "merge-conflict", .error, "a merge conflict that was left in the file",
    "Where two versions of a file could not be merged, version control programs write both, between lines of '<<<<<<<', "
      + "'=======' and '>>>>>>>'. Keep the lines that you want, and delete the marks.",
    bad: "version: 1\n⟦<<<<<<<⟧ HEAD\nstate_dir: /one\n=======\nstate_dir: /other\n>>>>>>> theirs\n",
    good: "version: 1\nstate_dir: /one\n")
}
