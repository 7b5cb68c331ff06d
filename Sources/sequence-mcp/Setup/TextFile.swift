import CSystem
import Platform
import Rules

/// A small file that this program reads, changes and writes back: a client's settings, the configuration.
struct TextFile {
  /// The maximum size of a file to edit, in bytes.
  static let byteLimit = 8 << 20

  /// The path with links resolved, so that a link stays a link and its target is replaced.
  let path: String
  /// The content when it was read; nil if there was no file.
  let bytes: [UInt8]?
  private let status: FileStatus?

  /// Reads the file, or records that there is none.
  /// - Throws: `CommandError.unusable` if it is not a regular file, is too large, or cannot be read.
  init(at path: String) throws(CommandError) {
    self.path = FilePath.resolvingLinks(path)
    (bytes, status) = try TextFile.read(self.path)
  }

  /// Refuses a link to a missing file: a new file in its place would break what manages the link.
  /// - Throws: `CommandError.unusable`.
  static func refuseDanglingLink(at path: String) throws(CommandError) {
    guard PathWalk(to: path).danglingLink != nil else { return }
    throw .unusable("\(path) is a link to a missing file; fix or delete the link; nothing was changed")
  }

  /// Refuses a file that its owner or a program that manages it made read-only: write access to the directory would allow
  /// replacing it.
  /// - Throws: `CommandError.unusable`.
  func requireWritable() throws(CommandError) {
    guard let status else { return }
    let isReadOnly = status.permissions & 0o200 == 0
    guard isReadOnly || access(path, W_OK) != 0 else { return }
    let isOurs = isReadOnly && (status.owner == geteuid() || geteuid() == 0)
    throw .unusable(
      "\(path) is read-only; nothing was changed; if another program manages it, change it there"
        + (isOurs ? ", else: chmod u+w \(ShellWord.quoted(path))" : ""))
  }

  /// Replaces the file's content atomically, so that no reader sees a partial file. Mode and owner are kept. A new file has
  /// mode 0600, and missing directories in its path are created.
  /// - Throws: `CommandError.unusable`, also if the file is read-only or was changed since it was read.
  func replace(with newBytes: [UInt8]) throws(CommandError) {
    try requireWritable()
    var isChanged = false
    do throws(SystemError) {
      try FilePath.makeDirectories(FilePath.parent(path), mode: 0o700)
      try File.replace(path, with: newBytes, like: status) { () throws(SystemError) in
        isChanged = (try? TextFile.read(path))?.bytes != bytes
        if isChanged { throw SystemError(code: EBUSY, attempt: "replace \(path)") }
      }
    } catch {
      throw isChanged
        ? .unusable("\(path) was changed in the meantime; nothing was changed here; run this again")
        : .unwritable(path, error)
    }
  }

  private static func read(_ path: String) throws(CommandError) -> (bytes: [UInt8]?, status: FileStatus?) {
    do throws(File.Fault) {
      let file = try File(reading: path)
      do throws(SystemError) {
        let bytes = try file.contents(limit: byteLimit)
        guard bytes.count <= byteLimit else { throw SystemError(code: EFBIG, attempt: "read \(path)") }
        return (bytes, file.status)
      } catch {
        throw .system(error)
      }
    } catch {
      switch error {
      case .notRegular: throw .unusable("\(path) is not a regular file")
      case .system(let error) where error.code == ENOENT: return (nil, nil)
      case .system(let error): throw .unreachable(path, error.code)
      }
    }
  }
}

extension CommandError {
  /// Runs code that creates or replaces a file or directory.
  static func writing<Value>(
    _ path: String, _ body: @autoclosure () throws(SystemError) -> Value
  ) throws(CommandError) -> Value {
    try mapping(try body()) { (error: SystemError) in .unwritable(path, error) }
  }

  /// Returns the reason why a file or directory cannot be created or replaced, with help.
  static func unwritable(_ path: String, _ error: SystemError) -> CommandError {
    func words(_ problem: String, _ help: String?) -> CommandError {
      .unusable("\(path) cannot be written: \(problem); nothing was changed" + (help.map { "; \($0)" } ?? ""))
    }
    switch error.code {
    case EACCES, EPERM:
      // If the file does not exist, the directory decides.
      let walk = PathWalk(to: FilePath.join(FilePath.parent(path), ".sequence-mcp-new"))
      return words(PathHelp().problem(error.code, walk), PathHelp().help(error.code, walk))
    case EROFS: return words(error.reason, "if another program manages it, change it there")
    case ENOSPC, EDQUOT: return words(error.reason, "free some space on that disk")
    case EFBIG: return words(error.reason, SystemLimit.fileSize)
    default: return .unusable("cannot \(error.description); nothing was changed")
    }
  }

  /// Returns the error for a file that cannot be opened, with its owner or the missing part of its path, and the help.
  /// - Parameter code: The C `errno` of the failed call; nil inspects the path.
  static func unreachable(_ path: String, _ code: Int32? = nil) -> CommandError {
    let walk = PathWalk(to: path)
    let code = code ?? walk.failure?.code ?? EACCES
    let help = PathHelp().help(code, walk) ?? NamedPath.doubt(path)
    return .unusable("\(path) cannot be read: \(PathHelp().problem(code, walk))" + (help.map { "; \($0)" } ?? ""))
  }
}
