import Foundation
package import Testing

/// A text that is recorded in a file next to its test and compared as a whole. This is the only way in which screens and
/// messages are pinned.
///
/// After an intended change, set the environment variable `UPDATE_SNAPSHOTS` to make the tests record instead of compare.
package enum Snapshot {
  /// Compares the text with the recorded one, block by block.
  /// - Parameters:
  ///   - file: Relative to the directory of the test's source.
  ///   - separator: The text between blocks.
  package static func expect(
    _ text: String, is file: String, separator: String = "\n\n", source: String = #filePath,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let url = URL(filePath: source).deletingLastPathComponent().appending(path: file)
    if ProcessInfo.processInfo.environment["UPDATE_SNAPSHOTS"] != nil {
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
      return
    }
    let recorded = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
    let (now, then) = (text.components(separatedBy: separator), recorded.components(separatedBy: separator))
    let comment: Comment = "to record it: UPDATE_SNAPSHOTS=1"
    for (shown, wanted) in zip(now, then) where shown != wanted {
      #expect(shown == wanted, comment, sourceLocation: sourceLocation)
    }
    #expect(now.count == then.count, comment, sourceLocation: sourceLocation)
  }
}
