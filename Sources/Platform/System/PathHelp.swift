import CSystem

/// Messages and help for a path that cannot be trusted or reached, suited to this machine and user.
package struct PathHelp: Sendable {
  let user: RunningUser
  var nameOfUser: @Sendable (UInt32) -> String = RunningUser.shown
  var homeOfUser: @Sendable (UInt32) -> String? = UserDatabase.home
  var withoutModes: @Sendable (_ device: UInt64) -> String? = FileSystem.withoutModes

  // MARK: What is wrong

  /// Returns a message such as `the directory /srv belongs to bob` or `the file is writable by others (mode 666)`.
  /// - Parameter subject: The term for the file at the end of the path: `the file`.
  package func problem(_ fault: PathTrust.Fault, subject: String) -> String {
    let what = fault.isOnTheWay ? "the directory \(fault.step.path) on its path" : subject
    switch fault.reason {
    case .owner: return "\(what) belongs to \(nameOfUser(fault.step.status.owner))"
    case .writable: return "\(what) is writable by others (mode \(mode(fault.step.status)))"
    }
  }

  /// Returns why a path cannot be found or opened: the directory that cannot be searched and its owner, or the missing
  /// component.
  /// - Parameter code: The C `errno` of the failed call.
  package func problem(_ code: Int32, _ walk: PathWalk) -> String {
    switch code {
    case EACCES, EPERM:
      guard let step = forbidding(walk) else { break }
      if walk.failure?.code == ENOENT {
        return
          "you cannot write to the directory \(step.path), which belongs to \(nameOfUser(step.status.owner))"
          + " (mode \(mode(step.status)))"
      }
      let what = step.status.kind == .directory ? "the directory \(step.path)" : "it"
      return "it cannot be accessed: \(what) belongs to \(nameOfUser(step.status.owner)) (mode \(mode(step.status)))"
    case ENOENT:
      guard let link = walk.danglingLink ?? walk.steps.last.flatMap({ $0.status.kind == .link ? $0.path : nil }) else {
        return walk.failure.map { $0.path == walk.path ? "it does not exist" : "\($0.path) does not exist" }
          ?? "it does not exist"
      }
      return "the link \(link) leads to something that does not exist"
    case ENOTDIR: return "\(walk.failure?.path ?? "a part of its path") is not a directory"
    case ELOOP: return "its links form a loop"
    default: break
    }
    return SystemError(code: code, attempt: "").reason
  }

  // MARK: What to do

  /// - Parameter type: The file system's name.
  package static func help(withoutModes type: String) -> String {
    "its file system (\(type)) does not store owners and modes; keep the file on one that does, such as in your home directory"
  }

  package func help(_ fault: PathTrust.Fault) -> String {
    let status = fault.step.status
    if let type = withoutModes(status.device) { return Self.help(withoutModes: type) }
    switch fault.reason {
    case .owner: return ownership(of: fault.step, isOnTheWay: fault.isOnTheWay)
    // A shared directory such as /tmp must stay writable for everyone.
    case .writable where fault.step.status.isSticky: return "keep the file in a directory of your own"
    case .writable:
      let command = "chmod go-w \(ShellWord.quoted(fault.step.path))"
      return "run: " + (status.owner == user.id || user.id == 0 ? command : "sudo \(command)")
    }
  }

  /// Returns the help for a failed call; nil if there is none beyond the problem itself.
  package func help(_ code: Int32, _ walk: PathWalk) -> String? {
    switch code {
    case EACCES, EPERM:
      // The first directory of the path that is not there, if more than the file itself is missing.
      let missing = walk.failure.flatMap { $0.code == ENOENT && $0.path != walk.path ? $0.path : nil }
      return forbidding(walk).map { step in
        step.status.owner == user.id
          ? "run: chmod u+rw\(step.status.kind == .directory ? "x" : "") \(ShellWord.quoted(step.path))"
          : ownership(of: step, isOnTheWay: step.status.kind == .directory, missing: missing)
      }
    case ENOENT, ELOOP:
      let link = code == ELOOP ? walk.failure?.path : walk.danglingLink
      return link.map { "repair or delete the link \(ShellWord.quoted($0))" }
    default: return nil
    }
  }

  /// Returns the command that makes the file or directory the user's own; nil if it is root's and outside the user's home
  /// directory, since the system may depend on it.
  package func takeover(of step: PathWalk.Step) -> String? {
    let isOwnPlace = homeOfUser(user.id).map { step.path == $0 || step.path.hasPrefix($0 + "/") } ?? false
    guard step.status.owner != 0 || isOwnPlace else { return nil }
    return "sudo chown \(shownUser) \(ShellWord.quoted(step.path))"
  }

  /// The user as a word of a command.
  private var shownUser: String { ShellWord.quoted(user.name ?? String(user.id)) }

  private func ownership(of step: PathWalk.Step, isOnTheWay: Bool, missing: String? = nil) -> String {
    let owner = step.status.owner
    guard step.path != "/" else {
      return "the root directory must belong to root; in a container, start it with the users of the image"
    }
    if user.isInContainer, owner != 0 {
      return "run the container as that user: docker run --user \(owner):\(step.status.group)"
    }
    let path = ShellWord.quoted(step.path)
    guard user.id != 0 else {
      if user.sudoID == owner { return "run it without sudo, as \(nameOfUser(owner))" }
      return "run it as \(nameOfUser(owner)), or: chown root \(path)"
    }
    guard let command = takeover(of: step) else {
      guard step.status.kind == .directory else { return "use a file of your own" }
      let create = missing.map { ", or create one: sudo install -d -m 700 -o \(shownUser) \(ShellWord.quoted($0))" }
      return "use a directory of your own" + (create ?? "")
    }
    return isOnTheWay && owner != 0 ? "use a directory of your own, or run: \(command)" : "run: \(command)"
  }

  /// Returns the directory that cannot be searched, or the file that cannot be read.
  private func forbidding(_ walk: PathWalk) -> PathWalk.Step? {
    walk.failure == nil ? walk.steps.last : walk.lastDirectory
  }

  private func mode(_ status: FileStatus) -> String { status.permissions.padded(3, radix: 8) }
}

extension PathHelp {
  package init(user: RunningUser = .current) { self.user = user }
}
