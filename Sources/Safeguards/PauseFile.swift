import Platform

/// The kill switch: while anything is named `paused` in the state folder, every trigger is refused with its text. What pauses the real
/// triggers pauses those of the sandbox too, whose state folder is `sandbox` in the real one.
package struct PauseFile: Sendable {
  static let name = "paused"
  static let sandboxFolder = "/sandbox"
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
    if let pause = try read(folder + "/" + name, on: storage) { return pause }
    guard folder.utf8.count > sandboxFolder.utf8.count, folder.utf8.suffix(8).elementsEqual(sandboxFolder.utf8) else {
      return nil
    }
    return try read(String(folder.dropLast(sandboxFolder.count)) + "/" + name, on: storage)
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
      hint: "Only the owner can end the pause, by deleting \(path). Reading accounts goes on working.",
      isRetryable: false)
  }
}
