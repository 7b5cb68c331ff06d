import Platform

/// The kill switch: while anything is named `paused` in the state directory, every trigger is refused with its text. What pauses the
/// real triggers pauses those of the sandboxes too, whose state directories are `sandbox/DIGEST` in the real one.
package struct PauseFile: Sendable {
  package static let name = "paused"
  static let sandboxDirectory = "sandbox"
  /// As much of its text as is shown.
  static let textLimit = 200
  /// As much of it as is read. Of a longer file nothing is shown: a secret that the limit cuts in two could not be taken out.
  private static let byteLimit = 1 << 16

  package let path: String
  private let content: String

  /// The owner's reason, cleaned and cut; empty if there is none. For the owner, who wrote it.
  package var text: String { VisibleText.line(content, limit: PauseFile.textLimit) }

  /// - Parameter path: the state directory, which may not exist yet.
  /// - Returns: nil if nothing is paused.
  /// - Throws: if the directory cannot be looked into, which must block as well.
  package static func find(
    in path: String, on storage: any StateStorage = DiskStorage()
  ) throws(LedgerFault) -> PauseFile? {
    for directory in [path] + directories(above: path) {
      if let pause = try read(directory + "/" + name, on: storage) { return pause }
    }
    return nil
  }

  /// For a sandbox's state directory, `.../sandbox/DIGEST`, the two above it.
  private static func directories(above path: String) -> [String] {
    let words = path.split(separator: "/", omittingEmptySubsequences: false)
    guard words.count > 2, words[words.count - 2] == sandboxDirectory else { return [] }
    return [1, 2].map { words.dropLast($0).joined(separator: "/") }
  }

  /// Whatever else is wrong with the file, it is there, and that is what counts.
  private static func read(_ path: String, on storage: any StateStorage) throws(LedgerFault) -> PauseFile? {
    try storage.contents(of: path, limit: byteLimit).map { bytes in
      PauseFile(path: path, content: bytes.count > byteLimit ? "" : String(decoding: bytes, as: UTF8.self))
    }
  }

  /// - Parameter scrub: removes the known secrets from text; before it is cut, since half a secret is not known.
  func refusal(_ scrub: (String) -> String) -> Refusal {
    let text = VisibleText.line(scrub(content), limit: PauseFile.textLimit)
    return Refusal(
      code: "PAUSED",
      // Also of a call that was sent, refused by Sequence, and now is not tried again.
      message: "Nothing was triggered: the owner has paused all triggers" + (text.isEmpty ? "." : ": \(text)"),
      help: "Only the owner can end the pause, with 'sequence-mcp resume'. Reading accounts goes on working.",
      isRetryable: false)
  }
}

extension PauseFile {
  /// Pauses all triggers of a state directory, which is made if it is missing.
  /// - Parameter reason: takes the place of an earlier one; without one, an earlier one stays.
  /// - Throws: `LedgerFault` if nothing of that name is there afterwards.
  package static func write(
    reason: String, in path: String, on storage: any StateStorage = DiskStorage()
  ) throws(LedgerFault) {
    guard let directory = try storage.openDirectory(path, creating: true) else { return }
    let isPaused = try directory.contains(name)
    if isPaused, reason.isEmpty { return }
    do throws(LedgerFault) {
      try directory.replace(name, with: Array((reason + (reason.isEmpty ? "" : "\n")).utf8))
    } catch {
      if !isPaused { throw error }
    }
  }

  /// The state directories of the sandboxes in a real one, which can be paused by themselves; the directory above them first.
  package static func sandboxDirectories(in path: String) -> [String] {
    let sandboxes = path + "/" + sandboxDirectory
    guard let directory = try? DiskStorage().openDirectory(sandboxes, creating: false) else { return [] }
    let names = directory.names(startingWith: "").filter { $0 != "." && $0 != ".." }
    return [sandboxes]
      + names.map { sandboxes + "/" + $0 }.filter { (try? FileStatus(ofLink: $0))?.kind == .directory }
  }

  /// Ends the pause of one state directory.
  /// - Returns: false if it was not paused.
  /// - Throws: `LedgerFault` if what has the name cannot be removed.
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
