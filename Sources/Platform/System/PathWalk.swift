import CSystem

/// The steps by which the system resolves a path: every directory searched, each link in its own directory, and the file.
package struct PathWalk: Sendable {
  /// One directory, link or file on the path.
  package struct Step: Sendable, Hashable {
    /// Absolute; only its last component can be a link.
    package let path: String
    package let status: FileStatus
    /// The index of the step for the containing directory, whose writers can replace this entry. nil for `/`.
    package let directory: Int?
  }

  /// Absolute, as named.
  package let path: String
  /// In walk order, `/` first. A directory that is passed twice is listed twice.
  package private(set) var steps: [Step] = []
  /// Why the walk ends early: the C `errno`, and the path that cannot be examined or does not exist. nil if the file exists.
  package private(set) var failure: (code: Int32, path: String)?
  /// The dangling link, if that is why the walk ends early.
  package private(set) var danglingLink: String?

  /// The file itself; nil if the walk ends early.
  package var end: Step? { failure == nil ? steps.last : nil }

  /// The last existing directory on the path.
  package var lastDirectory: Step? { steps.last { $0.status.kind == .directory } }

  /// Whether there is nothing at the path, and a file can be created there.
  package var isCreatable: Bool {
    failure?.code == ENOENT && danglingLink == nil
      && lastDirectory.map { access($0.path, W_OK | X_OK) == 0 } ?? false
  }

  /// Walks to `path`. A relative path starts at the working directory.
  package init(to path: String, in files: Files = .system) {
    self.path = FilePath.absolute(path)
    walk(files)
  }

  private mutating func walk(_ files: Files) {
    var pending = Array(Self.components(path).reversed())
    var open: [Int] = []
    var links = 0
    // The links being followed, each with the number of components left after its target.
    var following: [(link: String, rest: Int)] = []
    guard let root = look("/", from: nil, files) else { return }
    open = [root]
    while let name = pending.popLast() {
      while let last = following.last, pending.count < last.rest { following.removeLast() }
      let directory = steps[open[open.count - 1]]
      guard directory.status.kind == .directory else { return fail(ENOTDIR, directory.path) }
      if name == "." { continue }
      if name == ".." {
        if open.count > 1 { open.removeLast() }
        continue
      }
      guard let found = look(FilePath.join(directory.path, name), from: open.last, files) else {
        if failure?.code == ENOENT { danglingLink = following.first?.link }
        return
      }
      guard steps[found].status.kind == .link else {
        open.append(found)
        continue
      }
      links += 1
      guard links <= 40 else { return fail(ELOOP, steps[found].path) }
      guard let target = files.target(steps[found].path) else { return fail(ENOENT, steps[found].path) }
      if FilePath.isAbsolute(target) { open = [root] }
      following.append((steps[found].path, pending.count))
      pending += Self.components(target).reversed()
    }
    // `..`, `/` and a link to a directory end at a directory that is already listed.
    if let last = open.last, last != steps.count - 1 { steps.append(steps[last]) }
  }

  /// Appends the step for that path and returns its index.
  private mutating func look(_ path: String, from directory: Int?, _ files: Files) -> Int? {
    do throws(SystemError) {
      steps.append(Step(path: path, status: try files.status(path), directory: directory))
      return steps.count - 1
    } catch {
      fail(error.code, path)
      return nil
    }
  }

  private mutating func fail(_ code: Int32, _ path: String) { failure = (code, path) }

  private static func components(_ path: String) -> [String] {
    path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
  }
}

extension PathWalk {
  /// The file system queries of `PathWalk` and `PathTrust`.
  package struct Files: Sendable {
    /// The status of the entry itself; a link is not followed.
    package var status: @Sendable (_ path: String) throws(SystemError) -> FileStatus
    /// The target of a link.
    package var target: @Sendable (_ path: String) -> String?
    package var isReadOnly: @Sendable (_ path: String) -> Bool
    var hasAccessList: @Sendable (_ path: String) -> Bool
    /// Whether the user is the group's only member.
    package var isPrivate: @Sendable (_ group: UInt32, _ user: UInt32) -> Bool

    /// The machine's file system.
    package static let system = Files(
      status: { path throws(SystemError) in try FileStatus(ofLink: path) }, target: readLink,
      isReadOnly: FileSystem.isReadOnly, hasAccessList: FileSystem.hasAccessList, isPrivate: UserDatabase.isPrivate)

    @Sendable private static func readLink(_ path: String) -> String? {
      var buffer = [CChar](repeating: 0, count: 4096)
      let count = readlink(path, &buffer, buffer.count)
      guard count > 0, count < buffer.count else { return nil }
      return String(validating: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }
}
