import Platform
import Rules

/// The kill switch: while anything named `paused` exists in the state directory, every trigger is refused with its text. A
/// pause of the real triggers also pauses those of the sandboxes, whose state directories are `sandbox/DIGEST` in the real one.
package struct PauseFile: Sendable {
  package static let name = "paused"
  package static let sandboxDirectory = "sandbox"
  /// The maximum length of its text in messages.
  static let textLimit = 200
  /// The maximum number of bytes read. The text of a longer file is not shown: a secret truncated by the limit could not be
  /// scrubbed.
  private static let byteLimit = 1 << 16

  package let path: String
  private let content: String

  /// The owner's reason, cleaned and truncated; empty if there is none. For the owner, who wrote it.
  package var text: String { VisibleText.line(content, limit: PauseFile.textLimit) }

  /// - Parameter path: The state directory, which may not exist yet.
  /// - Returns: nil if nothing is paused.
  /// - Throws: if the directory cannot be searched, which must block as well.
  package static func find(
    in path: String, on storage: any StateStorage = DiskStorage()
  ) throws(LedgerFault) -> PauseFile? {
    for directory in [path] + directories(above: path) {
      if let pause = try read(directory + "/" + name, on: storage) { return pause }
    }
    return nil
  }

  /// Returns the two parents of a sandbox's state directory, `.../sandbox/DIGEST`.
  private static func directories(above path: String) -> [String] {
    let words = path.split(separator: "/", omittingEmptySubsequences: false)
    guard words.count > 2, words[words.count - 2] == sandboxDirectory else { return [] }
    return [1, 2].map { words.dropLast($0).joined(separator: "/") }
  }

  /// Returns the pause if anything has that name, even if it cannot be read.
  private static func read(_ path: String, on storage: any StateStorage) throws(LedgerFault) -> PauseFile? {
    try storage.contents(of: path, limit: byteLimit).map { bytes in
      PauseFile(path: path, content: bytes.count > byteLimit ? "" : String(decoding: bytes, as: UTF8.self))
    }
  }

  /// - Parameter scrub: Removes the known secrets from text, before it is truncated: half a secret would not be recognized.
  func refusal(_ scrub: (String) -> String) -> Refusal {
    .paused(VisibleText.line(scrub(content), limit: PauseFile.textLimit))
  }
}

extension Refusal {
  /// - Parameter text: The owner's reason, clean and without secrets; empty if there is none.
  package static func paused(_ text: String) -> Refusal {
    Refusal(
      code: .paused, "Nothing was triggered",
      reason: "the owner has paused all triggers" + (text.isEmpty ? "." : ": \(text)"),
      help: "Only the owner can end the pause, with 'sequence-mcp resume'. Accounts can still be read.",
      isRetryable: false)
  }
}

extension PauseFile {
  /// Pauses all triggers of a state directory, creating the directory if it is missing.
  /// - Parameter reason: Replaces an earlier one; if empty, an earlier one stays.
  /// - Returns: why the reason could not be written although everything is paused, as on a full disk; nil if it was.
  /// - Throws: `LedgerFault` if there is no such file afterwards.
  package static func write(
    reason: String, in path: String, on storage: any StateStorage = DiskStorage()
  ) throws(LedgerFault) -> LedgerFault? {
    guard let directory = try storage.openDirectory(path, creating: true) else { return nil }
    let isPaused = try directory.contains(name)
    if isPaused, reason.isEmpty { return nil }
    do throws(LedgerFault) {
      try directory.replace(name, with: Array((reason + (reason.isEmpty ? "" : "\n")).utf8))
      return nil
    } catch {
      if isPaused { return error }
      // An empty file pauses as well, and needs no room.
      guard (try? directory.openFile(name, .new)) != nil else { throw error }
      try? directory.flushNames()
      return reason.isEmpty ? nil : error
    }
  }

  /// Returns the sandboxes' state directories in a real one, which can be paused separately; their parent first.
  package static func sandboxDirectories(in path: String) -> [String] {
    let sandboxes = path + "/" + sandboxDirectory
    guard let directory = try? DiskStorage().openDirectory(sandboxes, creating: false) else { return [] }
    let names = directory.names(startingWith: "").filter { $0 != "." && $0 != ".." }
    return [sandboxes]
      + names.map { sandboxes + "/" + $0 }.filter { (try? FileStatus(ofLink: $0))?.kind == .directory }
  }

  /// Ends the pause of one state directory.
  /// - Returns: false if it was not paused.
  /// - Throws: `LedgerFault` if the file cannot be removed.
  package static func remove(
    in path: String, on storage: any StateStorage = DiskStorage()
  ) throws(LedgerFault) -> Bool {
    guard let directory = try storage.openDirectory(path, creating: false), try directory.contains(name) else {
      return false
    }
    guard directory.remove(name) else {
      throw LedgerFault(
        .unwritable, path: directory.path(of: name), problem: "it cannot be deleted", help: "delete it by hand")
    }
    try directory.flushNames()
    return true
  }
}
