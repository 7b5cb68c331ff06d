import CSystem
import Platform

/// What was read of a ledger file, to recognize a file that lacks these lines.
struct LedgerMark: Sendable, Hashable {
  /// The offset of the end of the lines read so far.
  fileprivate(set) var offset = 0
  /// The number in the first line, which each rotation raises; 0 without one.
  fileprivate(set) var generation: Int64 = 0
  /// The last bytes that were read, to detect a file that was overwritten in place.
  fileprivate var tail: [UInt8] = []
}

/// The open ledger file, read incrementally and appended to. Used only under the ledger's lock.
final class LedgerFile {
  let path: String
  private(set) var mark = LedgerMark()
  /// The offset of the end of the lines read so far.
  var offset: Int { mark.offset }
  private var lineCount = 0
  private let file: any StateFile
  /// Whether lines can be appended.
  let isAppendable: Bool

  /// The maximum length of a line, in bytes without its newline. Longer lines were not written by this program.
  static let lineLimit = 1 << 20
  /// A chunk of this size fits in the processor's cache.
  private static let chunkBytes = 1 << 16
  private static let tailBytes = 64

  /// - Parameter writing: If false, a file that can only be read is accepted.
  /// - Returns: nil if there is no such file.
  convenience init?(
    _ name: String = Ledger.name, in directory: any StateDirectory, writing: Bool
  ) throws(LedgerFault) {
    var opened: (any StateFile)?
    var isAppendable = true
    do throws(LedgerFault) {
      opened = try directory.openFile(name, .appending)
    } catch {
      if writing { throw error }
      opened = try directory.openFile(name, .reading)
      isAppendable = false
    }
    guard let file = opened else { return nil }
    self.init(file, path: directory.path(of: name), isAppendable: isAppendable)
  }

  private init(_ file: any StateFile, path: String, isAppendable: Bool) {
    self.file = file
    self.path = path
    self.isAppendable = isAppendable
  }

  var identity: FileIdentity { file.identity }
  /// Whether other users could write the file until it was opened.
  var wasOpenToOthers: Bool { file.wasOpenToOthers }

  /// Reads the lines added since the last read, and passes each to `take` with its start offset and its bytes. A slice that is
  /// kept also keeps its neighbors in memory.
  /// - Returns: the number of bytes after the last newline, which are a line torn by a crash.
  /// - Throws: `LedgerFault` at the first line that is not a ledger entry. The lines passed to `take` before must then be
  ///   discarded.
  func readNew(_ take: (ScannedLine, Int, ArraySlice<UInt8>) -> Void) throws(LedgerFault) -> Int {
    var rest = 0
    while true {
      // The start of a line that the last chunk truncated is read again, which is cheaper than keeping every chunk.
      let capacity = max(LedgerFile.chunkBytes, rest * 2)
      let chunk = try read(at: offset, capacity: capacity)
      let consumed = try takeLines(chunk, take)
      if consumed > 0 {
        let end = mark.tail + chunk[max(0, consumed - LedgerFile.tailBytes)..<consumed]
        mark.tail = Array(end.suffix(LedgerFile.tailBytes))
        mark.offset += consumed
      }
      rest = chunk.count - consumed
      if rest > LedgerFile.lineLimit { throw unreadable(line: lineCount + 1) }
      if chunk.count < capacity { return rest }
    }
  }

  /// Whether any line was read.
  var isEmpty: Bool { lineCount == 0 }

  /// Returns the size in bytes, including lines that have not been read yet.
  func size() throws(LedgerFault) -> Int { try LedgerFault.wrapping(.unreadable, path: path, try file.size()) }

  /// Verifies that the lines read before are still there, by comparing the bytes at their end.
  /// - Throws: `LedgerFault` until the server is restarted: limits that were counted must not be lost unnoticed.
  func checkContinuity() throws(LedgerFault) {
    guard try holdsLines(mark) else {
      throw LedgerFault(
        .unreadable, path: path, problem: "lines that this server had read were changed or removed",
        help: "put the ledger's lines back, or restart the server to count the file as it is now")
    }
  }

  /// Whether the lines that were read from another file are in this one: a rotation made it, or it is a copy.
  func continues(_ other: LedgerMark) throws(LedgerFault) -> Bool {
    if try storedGeneration() > other.generation { return true }
    return try holdsLines(other)
  }

  /// Reads the number in the first line; 0 without one, or if that line is not a ledger's.
  func storedGeneration() throws(LedgerFault) -> Int64 {
    let first = try read(at: 0, capacity: 4096).prefix { $0 != 0x0A }
    return first.withUnsafeBufferPointer { ScannedLine($0)?.generation } ?? 0
  }

  private func holdsLines(_ other: LedgerMark) throws(LedgerFault) -> Bool {
    guard other.offset > 0 else { return true }
    guard try size() >= other.offset else { return false }
    return try read(at: other.offset - other.tail.count, capacity: other.tail.count) == other.tail
  }

  private func takeLines(
    _ bytes: [UInt8], _ take: (ScannedLine, Int, ArraySlice<UInt8>) -> Void
  ) throws(LedgerFault) -> Int {
    var start = 0
    var fault: LedgerFault?
    bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      while let newline = memchr(base + start, 0x0A, buffer.count - start) {
        let end = UnsafeRawPointer(newline) - UnsafeRawPointer(base)
        guard end - start <= LedgerFile.lineLimit,
          let line = ScannedLine(UnsafeBufferPointer(rebasing: buffer[start..<end])),
          (lineCount == 0) == (line.kind == .ledger)
        else {
          fault = unreadable(line: lineCount + 1)
          return
        }
        if lineCount == 0 { mark.generation = line.generation ?? 0 }
        take(line, offset + start, bytes[start..<end])
        lineCount += 1
        start = end + 1
      }
    }
    if let fault { throw fault }
    return start
  }

  private func unreadable(line: Int) -> LedgerFault {
    LedgerFault(
      .unreadable, path: path, line: line, problem: "this line is not a ledger entry",
      help: line == 1
        ? "put the file back from a backup; to start over with every limit unused, delete ledger.jsonl and ledger.lock in its"
          + " directory"
        : "restore the file from a backup, or delete line \(line) of \(path) if it is not a record")
  }

  /// Appends whole lines, or nothing. If `durably` is set, they are on the disk before this returns.
  /// - Throws: `LedgerFault` of kind `unwritable`.
  func append(
    _ lines: [UInt8], durably: Bool, _ take: (ScannedLine, Int, ArraySlice<UInt8>) -> Void
  ) throws(LedgerFault) {
    do throws(SystemError) {
      try file.append(lines)
      if durably { try file.synchronize() }
    } catch {
      // Remove a partial write. If that fails too, the next reader sets it aside as torn.
      try? file.truncate(to: offset)
      throw .system(.unwritable, error, path: path)
    }
    _ = try readNew(take)
  }

  /// Returns the bytes after the last newline.
  /// - Throws: `LedgerFault` if there are more than `count` bytes: lines that could not be read must not be treated as torn.
  func tornLine(count: Int) throws(LedgerFault) -> [UInt8] {
    guard try size() == offset + count else {
      throw .system(.unreadable, SystemError(code: EIO, attempt: "read to the end"), path: path)
    }
    return try read(at: offset, capacity: count)
  }

  /// Truncates the file to its complete lines.
  func truncateToLines() throws(LedgerFault) {
    try LedgerFault.wrapping(.unwritable, path: path, try file.truncate(to: offset))
  }

  /// Passes all lines read so far to `body`, from the start.
  func eachLine(_ body: (ScannedLine, ArraySlice<UInt8>) -> Void) throws(LedgerFault) {
    let again = LedgerFile(file, path: path, isAppendable: false)
    _ = try again.readNew { line, _, bytes in body(line, bytes) }
    guard again.offset == offset else { throw unreadable(line: again.lineCount + 1) }
  }

  /// Returns the number, counted from 1, of the line at an offset passed to `take`.
  func lineNumber(at offset: Int) throws(LedgerFault) -> Int {
    try read(at: 0, capacity: offset).count { $0 == 0x0A } + 1
  }

  /// Returns the line at an offset passed to `take`, without its newline.
  func line(at offset: Int) throws(LedgerFault) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let chunk = try read(at: offset + bytes.count, capacity: 4096)
      if let newline = chunk.firstIndex(of: 0x0A) { return bytes + chunk[..<newline] }
      if chunk.isEmpty { return bytes }
      bytes += chunk
    }
  }

  private func read(at position: Int, capacity: Int) throws(LedgerFault) -> [UInt8] {
    try LedgerFault.wrapping(.unreadable, path: path, try file.read(at: position, capacity: capacity))
  }
}
