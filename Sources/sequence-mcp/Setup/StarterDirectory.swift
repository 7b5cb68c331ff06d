import CSystem
import Platform

/// The configuration's directory, with the file and its secrets. Existing files are never overwritten.
struct StarterDirectory {
  /// The absolute path of the configuration file.
  let configurationPath: String

  var path: String { FilePath.parent(configurationPath) }
  var secretsPath: String { path + "/secrets" }

  /// Whether a path leads to the configuration or to a file that this program writes for it, which no secret may replace.
  func isOwnFile(_ path: String) -> Bool {
    [
      configurationPath, self.path + "/" + StarterConfiguration.schemaName,
      AnswerJournal.path(besides: configurationPath),
    ].contains { FilePath.isSame($0, path) }
  }

  init(_ place: ConfigurationLocation) { configurationPath = FilePath.absolute(place.path) }

  /// Refuses the path of a directory in place of a file in it.
  func requireFile() throws(CommandError) {
    let isDirectory = (try? FileStatus(of: configurationPath))?.kind == .directory
    guard isDirectory || configurationPath.hasSuffix("/") else { return }
    let example = configurationPath + (configurationPath.hasSuffix("/") ? "" : "/") + "config.yaml"
    throw .unusable(
      "nothing was written: \(configurationPath) names a directory; name a file in it, such as \(example)")
  }

  /// Creates the directory and that of the secrets, for the user alone.
  /// - Throws: `CommandError`, with nothing written, if a configuration there would be refused.
  func make() throws(CommandError) {
    try requireFile()
    if let fault = PathTrust().judge(configurationPath).faults.first {
      throw .unusable(
        "nothing was written: \(PathHelp().problem(fault, subject: "the file")), who could raise its caps"
          + "; \(PathHelp().help(fault))")
    }
    if let end = PathWalk(to: secretsPath).end, end.status.kind != .directory {
      throw .unusable("nothing was written: \(secretsPath) is not a directory; move it away")
    }
    for directory in [path, secretsPath] {
      try CommandError.writing(configurationPath, FilePath.makeDirectories(directory, mode: 0o700))
    }
  }

  /// Writes a file that only the user can access.
  /// - Parameter relativePath: Relative to the directory.
  /// - Returns: whether it is new; false if something exists there, which is kept.
  func create(_ relativePath: String, _ text: String) throws(CommandError) -> Bool {
    do throws(SystemError) {
      try File.create(path + "/" + relativePath, Array(text.utf8), mode: 0o600)
      return true
    } catch {
      if error.code == EEXIST { return false }
      throw .unwritable(path + "/" + relativePath, error)
    }
  }

  /// Runs code while no other `rule add` changes the files in the directory, as far as its file system has locks.
  /// - Throws: `CommandError.unusable` if another program keeps the lock.
  func locked<Value>(_ console: Console, _ body: () throws(CommandError) -> Value) throws(CommandError) -> Value {
    let descriptor = system_open(path, O_RDONLY | O_CLOEXEC, 0)
    defer { if descriptor >= 0 { close(descriptor) } }
    func isLocked(withinMilliseconds patience: Int64) -> Bool {
      // A file system without locks has none to wait for.
      descriptor < 0 || (try? FileDescriptor.lock(descriptor, patienceMilliseconds: patience)) != false
    }
    if !isLocked(withinMilliseconds: 1000) {
      console.remark("Waiting for another program that has locked \(console.shown(path: path)).")
      guard isLocked(withinMilliseconds: Self.patienceMilliseconds - 1000) else {
        throw .unusable(
          "another program has locked \(console.shown(path: path)); nothing was changed; end it, or run this again later"
        )
      }
    }
    return try body()
  }

  private static let patienceMilliseconds: Int64 = 5000

  func has(_ relativePath: String) -> Bool { FilePath.exists(path + "/" + relativePath) }

  /// Deletes a file that `create` just wrote.
  func remove(_ relativePath: String) { unlink(path + "/" + relativePath) }
}
