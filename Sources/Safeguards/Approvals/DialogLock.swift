import Platform

/// A lock held by the process that shows a window, so that only one is open at a time across all servers of a state directory.
/// The system releases it however the process ends.
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
  /// Acquires the lock for a window. Returns nil if another window is open, or if the lock file cannot be used.
  package func dialogLock() -> DialogLock? { DialogLock(in: ledger.path, on: ledger.storage) }
}
