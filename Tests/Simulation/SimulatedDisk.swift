import Platform

/// A disk with a cache. A crash may lose what was not flushed, in part or as a whole. Names and contents are flushed
/// separately, since POSIX promises no more.
// `@unchecked Sendable`: see `SimulatedMachine`.
final class SimulatedDisk: @unchecked Sendable {
  /// A file, regardless of its names.
  final class File {
    let number: UInt64
    fileprivate(set) var cached: [UInt8] = []
    /// The content that a crash leaves at least.
    fileprivate(set) var flushed: [UInt8] = []
    /// The locks on it and whether each is exclusive, by the opening that holds it.
    fileprivate var locks: [ObjectIdentifier: (process: SimulatedProcess, isExclusive: Bool)] = [:]

    fileprivate init(number: UInt64) { self.number = number }
  }

  /// A change of names that happens completely or not at all; nil removes a name.
  private typealias NameChange = [(name: String, file: File?)]

  private(set) var names: [String: File] = [:]
  private var flushedNames: [String: File] = [:]
  private var unflushed: [NameChange] = []
  private var fileCount: UInt64 = 0

  /// Returns the file that the name would refer to after a crash now.
  func flushedFile(_ name: String) -> File? { flushedNames[name] }

  /// All files on it, by name.
  var contents: [(name: String, bytes: [UInt8])] {
    names.sorted { $0.key < $1.key }.map { ($0.key, $0.value.cached) }
  }

  func make(_ name: String) -> File {
    fileCount += 1
    let file = File(number: fileCount)
    change([(name, file)])
    return file
  }

  func remove(_ name: String) { change([(name, nil)]) }
  func rename(_ name: String, to other: String) { change([(other, names[name]), (name, nil)]) }
  func link(_ name: String, as other: String) { change([(other, names[name])]) }

  /// The file that took the place of another one.
  private(set) var copy: File?

  /// Gives a name to a file with other bytes while `body` runs. A crash meanwhile leaves the first file.
  func replacing(_ name: String, by bytes: [UInt8], _ body: () -> Void) {
    guard let file = names[name] else { return }
    fileCount += 1
    let copy = File(number: fileCount)
    (copy.cached, copy.flushed, self.copy) = (bytes, bytes, copy)
    names[name] = copy
    body()
    if names[name] === copy { names[name] = file }
  }

  func append(_ bytes: some Sequence<UInt8>, to file: File) { file.cached += bytes }
  func truncate(_ file: File, to size: Int) { file.cached = Array(file.cached.prefix(size)) }
  func flush(_ file: File) { file.flushed = file.cached }

  func flushNames() {
    flushedNames = names
    unflushed = []
  }

  /// Whether a crash left bytes that nobody wrote.
  private(set) var hasGivenBackOtherBytes = false

  private func change(_ change: NameChange) {
    for (name, file) in change { names[name] = file }
    unflushed.append(change)
  }

  /// - Returns: false if another opening's lock conflicts.
  func lock(_ file: File, by opening: ObjectIdentifier, _ process: SimulatedProcess, exclusive: Bool) -> Bool {
    let others = file.locks.filter { $0.key != opening }
    guard exclusive ? others.isEmpty : others.values.allSatisfy({ !$0.isExclusive }) else { return false }
    file.locks[opening] = (process, exclusive)
    return true
  }

  func unlock(_ file: File, by opening: ObjectIdentifier) { file.locks[opening] = nil }

  /// Releases the locks of a process that ended, as the system does.
  func unlockAll(of process: SimulatedProcess) {
    for file in names.values { file.locks = file.locks.filter { $0.value.process !== process } }
  }

  /// Simulates a power failure. The dice decide what is left of what was not flushed.
  func crash(_ dice: inout Dice) {
    // Usually the first changes of names are kept, since journals keep their order; sometimes any of them.
    let kept = dice.below(unflushed.count + 1)
    let isOrdered = dice.chance(75)
    for (index, change) in unflushed.enumerated() where isOrdered ? index < kept : dice.chance(50) {
      for (name, file) in change { flushedNames[name] = file }
    }
    names = flushedNames
    unflushed = []
    for (_, file) in names.sorted(by: { $0.key < $1.key }) {
      file.cached = left(of: file, &dice)
      file.flushed = file.cached
      file.locks = [:]
    }
  }

  private func left(of file: File, _ dice: inout Dice) -> [UInt8] {
    guard file.cached != file.flushed else { return file.cached }
    guard file.cached.starts(with: file.flushed) else { return dice.chance(50) ? file.cached : file.flushed }
    let count = file.flushed.count + dice.below(file.cached.count - file.flushed.count + 1)
    var left = Array(file.cached[..<count])
    // The size reached the disk, but the bytes did not.
    if dice.chance(10), left.count > file.flushed.count {
      for index in file.flushed.count..<left.count { left[index] = 0 }
      hasGivenBackOtherBytes = true
    }
    return left
  }
}

/// A process of this program, as the disk sees it.
// `@unchecked Sendable`: see `SimulatedMachine`.
final class SimulatedProcess: @unchecked Sendable {
  let number: Int
  /// Whether the process has ended. Nothing that it does from then on has an effect.
  var isOver = false
  /// The ends of what it has read of each file, by the files' numbers.
  var read: [UInt64: Int] = [:]

  init(number: Int) { self.number = number }
}
