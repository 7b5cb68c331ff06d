import Foundation
import Platform
import Synchronization

@testable import Safeguards

/// The machine's disk, with replaced operations on the ledger's file and lock and on a new pause, and files that cannot be
/// opened.
struct TamperedStorage: StateStorage {
  var append: @Sendable (_ bytes: [UInt8], _ file: any StateFile) throws(SystemError) -> Void = {
    bytes, file throws(SystemError) in try file.append(bytes)
  }
  var synchronize: @Sendable (_ file: any StateFile) throws(SystemError) -> Void = {
    file throws(SystemError) in try file.synchronize()
  }

  var read: @Sendable (_ offset: Int, _ capacity: Int, _ file: any StateFile) throws(SystemError) -> [UInt8] = {
    offset, capacity, file throws(SystemError) in try file.read(at: offset, capacity: capacity)
  }
  var synchronizeNames: @Sendable (_ directory: any StateDirectory) throws(SystemError) -> Void = {
    directory throws(SystemError) in try directory.synchronize()
  }
  /// The prefix of the names that no descriptor is free for.
  var unreadablePrefix: String?
  /// The prefix of the names that cannot be removed.
  var unremovablePrefix: String?
  /// Runs while the ledger's lock is awaited.
  var beforeLock: @Sendable () -> Void = {}
  /// Whether another process holds the ledger's lock for that long.
  var isHeld: @Sendable (_ milliseconds: Int64) -> Bool = { _ in false }

  func openDirectory(_ path: String, creating: Bool) throws(LedgerFault) -> (any StateDirectory)? {
    try DiskStorage().openDirectory(path, creating: creating).map { Directory(real: $0, storage: self) }
  }

  func contents(of path: String, limit: Int) throws(LedgerFault) -> [UInt8]? {
    try DiskStorage().contents(of: path, limit: limit)
  }

  private final class Directory: StateDirectory {
    private let real: any StateDirectory
    private let storage: TamperedStorage

    init(real: any StateDirectory, storage: TamperedStorage) {
      self.real = real
      self.storage = storage
    }

    var path: String { real.path }
    var isInPlace: Bool { real.isInPlace }
    func contains(_ name: String) throws(LedgerFault) -> Bool { try real.contains(name) }
    func identity(of name: String) -> FileIdentity? { real.identity(of: name) }
    func names(startingWith prefix: String) -> [String] { real.names(startingWith: prefix) }
    func remove(_ name: String) -> Bool {
      storage.unremovablePrefix.map { name.hasPrefix($0) } != true && real.remove(name)
    }
    func rename(_ name: String, to other: String) throws(SystemError) { try real.rename(name, to: other) }
    func link(_ name: String, as other: String) throws(SystemError) { try real.link(name, as: other) }
    func synchronize() throws(SystemError) { try storage.synchronizeNames(real) }

    func openFile(_ name: String, _ access: FileAccess) throws(LedgerFault) -> (any StateFile)? {
      if access == .reading, let prefix = storage.unreadablePrefix, name.hasPrefix(prefix), try real.contains(name) {
        throw .system(.unreadable, SystemError(code: EMFILE, attempt: "open"), path: path(of: name))
      }
      let file = try real.openFile(name, access)
      let isTampered = [Ledger.name, LedgerLock.name, PauseFile.name + ".new"].contains(name)
      return isTampered ? file.map { File(real: $0, storage: storage) } : file
    }
  }

  private final class File: StateFile {
    private let real: any StateFile
    private let storage: TamperedStorage

    init(real: any StateFile, storage: TamperedStorage) {
      self.real = real
      self.storage = storage
    }

    var identity: FileIdentity { real.identity }
    func size() throws(SystemError) -> Int { try real.size() }
    func read(at offset: Int, capacity: Int) throws(SystemError) -> [UInt8] {
      try storage.read(offset, capacity, real)
    }
    func append(_ bytes: [UInt8]) throws(SystemError) { try storage.append(bytes, real) }
    func truncate(to size: Int) throws(SystemError) { try real.truncate(to: size) }
    func synchronize() throws(SystemError) { try storage.synchronize(real) }
    func lock(exclusive: Bool, patienceMilliseconds: Int64) throws(SystemError) -> Bool {
      storage.beforeLock()
      return storage.isHeld(patienceMilliseconds)
        ? false : try real.lock(exclusive: exclusive, patienceMilliseconds: patienceMilliseconds)
    }
    func unlock() { real.unlock() }
  }
}

/// A disk that is full for some writes: it stores the first bytes of each and no more.
final class FaultyDisk: Sendable {
  private let left: Mutex<Int>
  private let kept: Int

  init(failingWrites: Int, kept: Int) {
    left = Mutex(failingWrites)
    self.kept = kept
  }

  func fail(times: Int) { left.withLock { $0 = times } }

  var storage: TamperedStorage {
    TamperedStorage(
      append: { [self] bytes, file throws(SystemError) in
        let isFailing = left.withLock { left in
          left -= 1
          return left >= 0
        }
        guard isFailing else { return try file.append(bytes) }
        try file.append(Array(bytes.prefix(kept)))
        throw SystemError(code: ENOSPC, attempt: "write")
      })
  }
}
