package import Platform

/// The disk as the safeguards use it. Everything that they read, write, lock or rename goes through these three protocols, so
/// that a simulation can replace the machine's own disk (`DiskStorage`).
package protocol StateStorage: Sendable {
  /// Opens a state directory.
  /// - Parameter creating: Creates the directory and its missing parents.
  /// - Returns: nil if it does not exist and is not to be created.
  /// - Throws: `LedgerFault` if it cannot be opened or cannot be trusted.
  func openDirectory(_ path: String, creating: Bool) throws(LedgerFault) -> (any StateDirectory)?

  /// Returns the first bytes of a file outside any open directory.
  /// - Returns: nil if nothing has that name; empty if something has it and cannot be read.
  /// - Throws: `LedgerFault` if that cannot be determined.
  func contents(of path: String, limit: Int) throws(LedgerFault) -> [UInt8]?
}

/// An open state directory. Names are those of plain files inside it.
package protocol StateDirectory: AnyObject, Sendable {
  var path: String { get }
  /// Whether the path still leads to this directory.
  var isInPlace: Bool { get }

  /// Checks again who could change the directory or substitute another one, because modes may change while a server runs, and
  /// hides its content from others. Only for writing: what is only read may be anything, and is left as it is.
  /// - Throws: `LedgerFault` if another user could.
  func verify() throws(LedgerFault)

  /// Whether anything has that name, even a dangling link.
  /// - Throws: `LedgerFault` if the directory cannot be searched.
  func contains(_ name: String) throws(LedgerFault) -> Bool
  /// Returns the identity of the file with that name, without opening it; nil if there is none.
  func identity(of name: String) -> FileIdentity?
  /// Returns the names that start with `prefix`, sorted.
  func names(startingWith prefix: String) -> [String]
  /// Opens a file, which is closed when it is released.
  /// - Returns: nil if it does not exist and `access` does not create it.
  /// - Throws: `LedgerFault` if it is a link, not a regular file, or another user's.
  func openFile(_ name: String, _ access: FileAccess) throws(LedgerFault) -> (any StateFile)?
  /// Removes a file.
  /// - Returns: whether the file existed and was removed.
  @discardableResult func remove(_ name: String) -> Bool
  /// Renames a file, replacing an existing one. On the disk only after `synchronize`.
  func rename(_ name: String, to other: String) throws(SystemError)
  /// Adds a second name for a file. On the disk only after `synchronize`.
  func link(_ name: String, as other: String) throws(SystemError)
  /// Flushes the directory's names to the disk.
  func synchronize() throws(SystemError)
}

/// An open file of a state directory.
package protocol StateFile: AnyObject, Sendable {
  var identity: FileIdentity { get }
  /// Whether other users could write the file until it was opened.
  var wasOpenToOthers: Bool { get }

  /// Returns the size in bytes.
  func size() throws(SystemError) -> Int
  /// Returns up to `capacity` bytes from an offset; fewer only at the end of the file.
  func read(at offset: Int, capacity: Int) throws(SystemError) -> [UInt8]
  /// Appends bytes. After an error, any number of them may have been written.
  func append(_ bytes: [UInt8]) throws(SystemError)
  func truncate(to size: Int) throws(SystemError)
  /// Flushes the file's bytes to the disk.
  func synchronize() throws(SystemError)
  /// Waits for a lock that excludes other openings of the file, or with `exclusive: false` only their exclusive locks. The lock
  /// ends with `unlock`, when the file is released, or when its process ends.
  /// - Returns: false if another opening still holds it after that time.
  func lock(exclusive: Bool, patienceMilliseconds: Int64) throws(SystemError) -> Bool
  func unlock()
}

/// How a file is opened, and whether it is created.
package enum FileAccess: Sendable, Hashable {
  case reading
  /// For reading and appending.
  case appending
  /// For reading; an empty file is created if there is none.
  case readingOrNew
  /// For reading and appending; fails if the file exists.
  case new
}

extension StateFile {
  package var wasOpenToOthers: Bool { false }
}

extension StateDirectory {
  package func verify() throws(LedgerFault) {}

  func path(of name: String) -> String { path + "/" + name }

  /// Returns the bytes of a file; nil if it does not exist or is longer than `limit`.
  /// - Throws: `LedgerFault` if it cannot be read now, e.g. because no descriptor is free.
  func contents(of name: String, limit: Int) throws(LedgerFault) -> [UInt8]? {
    guard let file = try openFile(name, .reading) else { return nil }
    do throws(SystemError) {
      let size = try file.size()
      return size <= limit ? try file.read(at: 0, capacity: size) : nil
    } catch {
      throw .system(.unreadable, error, path: path(of: name))
    }
  }

  /// Calls `synchronize`, with a `LedgerFault` on failure.
  func flushNames() throws(LedgerFault) {
    try LedgerFault.wrapping(.unwritable, path: path, try synchronize())
  }

  /// Replaces a file as a whole, or leaves it unchanged: the bytes are written to a draft and flushed, then the draft is
  /// renamed.
  func replace(_ name: String, with bytes: [UInt8]) throws(LedgerFault) {
    let draft = name + ".new"
    remove(draft)
    guard let file = try openFile(draft, .new) else { return }
    do throws(SystemError) {
      try file.append(bytes)
      try file.synchronize()
      try rename(draft, to: name)
      try synchronize()
    } catch {
      remove(draft)
      throw .system(.unwritable, error, path: path(of: name))
    }
  }
}
