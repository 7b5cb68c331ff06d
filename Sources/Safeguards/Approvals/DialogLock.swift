import Platform

/// Held by the process that shows a window, so that one is open at a time over all servers of a state directory. The system lets
/// go of it whatever ends the process.
package final class DialogLock: Sendable {
  private static let name = "dialog.lock"

  private let file: any StateFile

  /// - Returns: nil if another window is open, or the file cannot be used.
  init?(in path: String, on storage: any StateStorage) {
    guard let directory = try? storage.openDirectory(path, creating: true),
      let file = try? directory.openFile(DialogLock.name, .readingOrNew),
      (try? file.lock(exclusive: true, patienceMilliseconds: 0)) == true
    else { return nil }
    self.file = file
  }

  package func release() { file.unlock() }
}

extension TriggerGuard {
  /// The right to show a window; nil if another one is open.
  package func dialogLock() -> DialogLock? { DialogLock(in: ledger.path, on: ledger.storage) }
}
