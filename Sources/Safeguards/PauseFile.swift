import Platform

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The kill switch: while anything is named `paused` in the state folder, every trigger is refused with its text.
enum PauseFile {
  static let name = "paused"
  /// As much of its text as a refusal shows.
  static let textLimit = 200

  /// - Returns: nil where nothing is paused; the empty string where no text says why.
  /// - Throws: where the folder cannot be looked into, which must block as well.
  static func text(in directory: StateDirectory) throws(LedgerFault) -> String? {
    guard try directory.contains(name) else { return nil }
    // Whatever else is wrong with the file, it is there, and that is what counts.
    guard let file = try? directory.openFile(name, O_RDONLY) else { return "" }
    defer { close(file) }
    guard let bytes = try? FileDescriptor.readAll(file, limit: 4096) else { return "" }
    return CleanText.line(String(decoding: bytes, as: UTF8.self), limit: textLimit)
  }

  static func refusal(_ text: String, in directory: StateDirectory) -> Refusal {
    Refusal(
      code: "PAUSED",
      message: "Nothing was sent: the owner has paused all triggers" + (text.isEmpty ? "." : ": \(text)"),
      hint:
        "Only the owner can end the pause, by deleting \(directory.path(of: name)). Reading accounts goes on working.",
      isRetryable: false)
  }
}
