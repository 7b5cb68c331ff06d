import CSystem

/// A check of who could change the file that a path leads to. The file and every directory on its path, including each link's
/// own directory, must belong to the user or root and must not be writable by others. Exceptions:
/// - a read-only mount, such as a Kubernetes volume;
/// - a sticky directory such as /tmp, if the entry followed there belongs to the user or root;
/// - a group whose only member is the owner.
package struct PathTrust: Sendable {
  /// The reason a file or directory on the path cannot be trusted.
  package struct Fault: Error, Sendable, Hashable {
    /// Who could change it.
    package enum Reason: Sendable, Hashable {
      /// Owned by another user.
      case owner
      /// Writable by others.
      case writable
    }

    package let reason: Reason
    package let step: PathWalk.Step
    /// Whether it is a directory on the path, not the file itself.
    package let isOnTheWay: Bool
  }

  package let userID: UInt32
  private let files: PathWalk.Files

  /// - Parameter userID: The user that runs the process.
  package init(userID: UInt32 = geteuid(), files: PathWalk.Files = .system) {
    self.userID = userID
    self.files = files
  }

  /// Walks to `path` and checks every step.
  package func judge(_ path: String) -> (walk: PathWalk, faults: [Fault]) {
    let walk = PathWalk(to: path, in: files)
    return (walk, faults(on: walk))
  }

  /// Returns what cannot be trusted, in walk order, each path once. If the walk ends early, the existing part is checked as if
  /// the user created the rest.
  package func faults(on walk: PathWalk) -> [Fault] {
    var faults: [Fault] = []
    func report(_ reason: Fault.Reason, _ step: PathWalk.Step, isOnTheWay: Bool) {
      guard !faults.contains(where: { $0.step.path == step.path }), !files.isReadOnly(step.path) else { return }
      faults.append(Fault(reason: reason, step: step, isOnTheWay: isOnTheWay))
    }
    for step in walk.steps {
      guard let index = step.directory else { continue }
      let directory = walk.steps[index]
      if let reason = fault(directory.status, directory.path, entry: step.status) {
        report(reason, directory, isOnTheWay: true)
      }
    }
    if let end = walk.end {
      if let reason = fault(end.status, end.path, entry: nil) { report(reason, end, isOnTheWay: false) }
    } else if let last = walk.lastDirectory,
      let reason = fault(
        last.status, last.path, entry: FileStatus(kind: .regular, owner: userID, group: 0, permissions: 0o600))
    {
      report(reason, last, isOnTheWay: true)
    }
    return faults
  }

  /// - Parameter entry: The entry followed in a directory; nil for the end of the path.
  private func fault(_ status: FileStatus, _ path: String, entry: FileStatus?) -> Fault.Reason? {
    guard isTrusted(status.owner) else { return .owner }
    guard isWritableByOthers(status, path) else { return nil }
    if let entry, status.isSticky, isTrusted(entry.owner) { return nil }
    return .writable
  }

  private func isTrusted(_ user: UInt32) -> Bool { user == userID || user == 0 }

  private func isWritableByOthers(_ status: FileStatus, _ path: String) -> Bool {
    if status.permissions & 0o002 != 0 { return true }
    guard status.permissions & 0o020 != 0 else { return false }
    return !files.isPrivate(status.group, status.owner) || files.hasAccessList(path)
  }
}
