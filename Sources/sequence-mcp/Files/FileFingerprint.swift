import Platform
import Rules

/// Tells two states of a file and of the way to it apart without reading it: content, owner and mode of the file, and which
/// directories and links lead to it, with their owners and modes.
struct FileFingerprint: Equatable {
  private let way: [Place]
  private let file: FileStatus?

  /// A directory or link on the way. Its times are left out: they change with every file that is made in it.
  private struct Place: Equatable {
    let path: String
    let device: UInt64
    let inode: UInt64
    let owner: UInt32
    let group: UInt32
    let permissions: UInt32
  }

  var exists: Bool { file != nil }

  /// - Parameter path: nil without a file.
  init(_ path: String?) {
    let walk = path.map { PathWalk(to: $0) }
    file = walk?.end?.status
    way = (walk?.steps ?? []).map { step in
      Place(
        path: step.path, device: step.status.device, inode: step.status.inode, owner: step.status.owner,
        group: step.status.group, permissions: step.status.permissions)
    }
  }
}
