import Platform

/// The kill switch: while anything is named `paused` in the state folder, every trigger is refused with its text. What pauses the real
/// triggers pauses those of the sandboxes too, whose state directories are `sandbox/DIGEST` in the real one.
package struct PauseFile: Sendable {
  static let name = "paused"
  static let sandboxFolder = "sandbox"
  /// As much of its text as is shown.
  static let textLimit = 200

  package let path: String
  /// Cleaned and cut; empty where no text says why.
  package let text: String

  /// - Parameter folder: the path of the state folder, which may not exist yet.
  /// - Returns: nil where nothing is paused.
  /// - Throws: where the folder cannot be looked into, which must block as well.
  package static func find(
    in folder: String, on storage: any StateStorage = DiskStorage()
  ) throws(LedgerFault) -> PauseFile? {
    for directory in [folder] + directories(above: folder) {
      if let pause = try read(directory + "/" + name, on: storage) { return pause }
    }
    return nil
  }

  /// For a sandbox's state directory, `.../sandbox/DIGEST`, the two above it.
  private static func directories(above folder: String) -> [String] {
    let words = folder.split(separator: "/", omittingEmptySubsequences: false)
    guard words.count > 2, words[words.count - 2] == sandboxFolder else { return [] }
    return [1, 2].map { words.dropLast($0).joined(separator: "/") }
  }

  /// Whatever else is wrong with the file, it is there, and that is what counts.
  private static func read(_ path: String, on storage: any StateStorage) throws(LedgerFault) -> PauseFile? {
    try storage.contents(of: path, limit: 4096).map { bytes in
      PauseFile(path: path, text: VisibleText.line(String(decoding: bytes, as: UTF8.self), limit: textLimit))
    }
  }

  var refusal: Refusal {
    Refusal(
      code: "PAUSED",
      // Also of a call that was sent, refused by Sequence, and now is not tried again.
      message: "Nothing was triggered: the owner has paused all triggers" + (text.isEmpty ? "." : ": \(text)"),
      hint: "Only the owner can end the pause; 'sequence-mcp doctor' says how. Reading accounts goes on working.",
      isRetryable: false)
  }
}
