import CSystem
import Platform
import Safeguards

/// The disk as one process sees it. In each operation the disk may fail, the process may be killed, or the power may fail.
// `@unchecked Sendable`, here and below: see `SimulatedMachine`.
final class SimulatedStorage: StateStorage, @unchecked Sendable {
  static let path = "/state"

  private let world: World
  private let process: SimulatedProcess

  init(_ world: World, _ process: SimulatedProcess) {
    self.world = world
    self.process = process
  }

  func openDirectory(_ path: String, creating: Bool) throws(LedgerFault) -> (any StateDirectory)? {
    try reaching(path) { () throws(SystemError) in try world.operate(process, .look) }
    return Directory(world, process)
  }

  func contents(of path: String, limit: Int) throws(LedgerFault) -> [UInt8]? {
    try reaching(path) { () throws(SystemError) in try world.operate(process, .look) }
    guard path.hasPrefix(SimulatedStorage.path + "/") else { return nil }
    return world.disk.names[String(path.dropFirst(SimulatedStorage.path.count + 1))].map {
      Array($0.cached.prefix(limit))
    }
  }

  private func reaching(_ path: String, _ body: () throws(SystemError) -> Void) throws(LedgerFault) {
    do throws(SystemError) {
      try body()
    } catch {
      throw .system(.unreadable, error, path: path)
    }
  }

  private final class Directory: StateDirectory, @unchecked Sendable {
    private let world: World
    private let process: SimulatedProcess

    init(_ world: World, _ process: SimulatedProcess) {
      self.world = world
      self.process = process
    }

    var path: String { SimulatedStorage.path }
    var isInPlace: Bool { true }

    /// Returns the name of a file on the disk: its own, unless a plant separates the servers, or the calls with a key.
    private func place(_ name: String) -> String {
      if world.plant == .keysAskedApart, name.hasPrefix("question-"), world.current?.explicitKey != nil {
        return name + "-keyed"
      }
      guard world.plant == .ledgerForEach, name == "ledger.jsonl" || name == "ledger.lock" else { return name }
      return "ledger.\(process.number).\(name.dropFirst("ledger.".count))"
    }

    func contains(_ name: String) throws(LedgerFault) -> Bool {
      try reaching(name, .look)
      return world.disk.names[place(name)] != nil
    }

    func identity(of name: String) -> FileIdentity? {
      world.disk.names[place(name)].map { FileIdentity(device: 1, inode: $0.number) }
    }

    func names(startingWith prefix: String) -> [String] {
      if process.isOver { return [] }
      return world.disk.names.keys.filter { $0.utf8.starts(with: prefix.utf8) }.sorted()
    }

    func openFile(_ wanted: String, _ access: FileAccess) throws(LedgerFault) -> (any StateFile)? {
      let name = place(wanted)
      try reaching(name, access == .new ? .change : .look)
      if let file = world.disk.names[name] {
        guard access != .new else {
          throw .system(.unwritable, SystemError(code: EEXIST, attempt: "open"), path: path + "/" + name)
        }
        return OpenFile(world, process, file, name)
      }
      switch access {
      case .reading, .appending: return nil
      case .readingOrNew, .new: return OpenFile(world, process, world.disk.make(name), name)
      }
    }

    func remove(_ name: String) -> Bool {
      let kind = name.hasPrefix("approval-") ? Operation.approvalRemoval : .change
      guard world.disk.names[place(name)] != nil, (try? world.operate(process, kind)) != nil else { return false }
      world.disk.remove(place(name))
      return true
    }

    func rename(_ name: String, to other: String) throws(SystemError) {
      try world.operate(process, .change)
      world.disk.rename(place(name), to: place(other))
    }

    func link(_ name: String, as other: String) throws(SystemError) {
      try world.operate(process, .change)
      guard world.disk.names[other] == nil else { throw SystemError(code: EEXIST, attempt: "link") }
      world.disk.link(place(name), as: other)
    }

    func synchronize() throws(SystemError) {
      try world.operate(process, .flush)
      if world.plant == .unflushedNames { return }
      world.disk.flushNames()
    }

    private func reaching(_ name: String, _ kind: Operation) throws(LedgerFault) {
      do throws(SystemError) {
        try world.operate(process, kind)
      } catch {
        throw .system(kind == .look ? .unreadable : .unwritable, error, path: path + "/" + name)
      }
    }
  }

  private final class OpenFile: StateFile, @unchecked Sendable {
    private let world: World
    private let process: SimulatedProcess
    private let file: SimulatedDisk.File
    private let name: String

    init(_ world: World, _ process: SimulatedProcess, _ file: SimulatedDisk.File, _ name: String) {
      self.world = world
      self.process = process
      self.file = file
      self.name = name
    }

    deinit { world.disk.unlock(file, by: ObjectIdentifier(self)) }

    var identity: FileIdentity { FileIdentity(device: 1, inode: file.number) }

    func size() throws(SystemError) -> Int {
      try world.operate(process, .look)
      return file.cached.count
    }

    func read(at offset: Int, capacity: Int) throws(SystemError) -> [UInt8] {
      try world.operate(process, .read)
      guard offset < file.cached.count else { return [] }
      var bytes = Array(file.cached[offset..<min(offset + capacity, file.cached.count)])
      if let plant = world.plant, file === world.disk.copy { bytes = plant.reads(copy: bytes) }
      process.read[file.number] = max(process.read[file.number] ?? 0, offset + bytes.count)
      return world.plant == .emptyAfterRotation ? withoutKeptLines(bytes, at: offset) : bytes
    }

    /// Returns only the first line of a ledger that a rotation made, until a line is added.
    private func withoutKeptLines(_ bytes: [UInt8], at offset: Int) -> [UInt8] {
      guard world.statistics.rotations > 0, name == "ledger.jsonl", file.cached.holds(#""rotate_at":33554432"#) else {
        return bytes
      }
      let hidden = world.hidden[file.number, default: file.cached.count]
      world.hidden[file.number] = hidden
      guard file.cached.count == hidden, let end = file.cached.firstIndex(of: 0x0A) else { return bytes }
      return Array(file.cached[min(offset, end + 1)..<(end + 1)])
    }

    func append(_ bytes: [UInt8]) throws(SystemError) {
      let bytes = name == "ledger.jsonl" ? world.plant?.appends(bytes) ?? bytes : bytes
      if name == "ledger.jsonl" { world.machine.writesLine(isFlushed: false) }
      // Whatever stops the operation may do so in the middle.
      try world.operate(process, .change) {
        world.disk.append(bytes.prefix(world.dice.below(bytes.count + 1)), to: file)
      }
      world.disk.append(bytes, to: file)
      if bytes.holds("read later: nothing moved") { world.statistics.readLater += 1 }
    }

    func truncate(to size: Int) throws(SystemError) {
      try world.operate(process, .change)
      world.disk.truncate(file, to: size)
    }

    func synchronize() throws(SystemError) {
      try world.operate(process, .flush)
      if world.plant == .unflushedIntent, name == "ledger.jsonl" { return }
      world.disk.flush(file)
      if name == "ledger.jsonl" { world.machine.writesLine(isFlushed: true) }
    }

    func lock(exclusive: Bool, patienceMilliseconds: Int64) throws(SystemError) -> Bool {
      try world.operate(process, .look)
      return world.disk.lock(file, by: ObjectIdentifier(self), process, exclusive: exclusive)
    }

    func unlock() { world.disk.unlock(file, by: ObjectIdentifier(self)) }
  }

  /// What an operation does to the disk, which determines what can go wrong.
  enum Operation {
    case look, read, change, flush
    /// The removal of a used approval.
    case approvalRemoval

    /// Whether a crash in the middle of it can be noticed.
    var changesDisk: Bool { self == .change || self == .approvalRemoval || self == .flush }
  }
}
