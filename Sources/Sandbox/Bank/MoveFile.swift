import CSystem
import JSON
package import Platform

/// `moves.jsonl` of a sandbox: the moves of all processes that use it since its last reset. Balances are their sum. Each access
/// is exclusive, under a lock on a file next to it.
package final class MoveFile {
  private static let name = "moves.jsonl"
  private static let lockName = "moves.lock"

  private let directory: String
  /// How much of the file is read at once.
  private let partBytes: Int
  private var path: String { FilePath.join(directory, MoveFile.name) }
  /// The file that was read last, kept open so that its inode number cannot be reused.
  private var descriptor: Int32 = -1
  private var status: FileStatus?
  /// The offset of the end of the lines that the bank has applied.
  private var offset = 0

  /// - Parameter directory: Created at the first access.
  package init(directory: String, partBytes: Int = 64 << 20) {
    self.directory = directory
    self.partBytes = partBytes
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Brings the bank up to date, runs `body` exclusively, and writes the moves that it made.
  /// - Throws: `SystemError`; the bank then matches the file, if that could be read.
  func access<Result>(
    _ bank: inout SandboxBank, _ body: (inout SandboxBank) -> Result
  ) throws(SystemError) -> Result {
    try FilePath.makeDirectories(directory, mode: 0o700)
    let lock = try MoveFile.locked(in: directory)
    defer { close(lock) }
    try catchUp(&bank)
    let before = bank
    let result = body(&bank)
    let lines: [UInt8] = bank.moves.dropFirst(before.moves.count).flatMap { JSONWriter.write($0.stored) + [0x0A] }
    guard !lines.isEmpty else { return result }
    do throws(SystemError) {
      try FileDescriptor.writeAll(lines, to: descriptor)
      offset += lines.count
      return result
    } catch {
      ftruncate(descriptor, off_t(offset))
      bank = before
      throw SystemError(code: error.code, attempt: "write \(path)")
    }
  }

  /// Runs `body` with the bank up to date. Creates no file, and uses the bank unchanged if there is none or if it cannot be
  /// read.
  func read<Result>(_ bank: inout SandboxBank, _ body: (inout SandboxBank) -> Result) -> Result {
    guard FilePath.exists(path), let result = try? access(&bank, body) else { return body(&bank) }
    return result
  }

  /// Deletes all moves. Processes that use the sandbox notice it at their next access.
  package static func reset(in directory: String) throws(SystemError) {
    guard FilePath.exists(FilePath.join(directory, name)) else { return }
    let lock = try locked(in: directory)
    defer { close(lock) }
    try File.replace(FilePath.join(directory, name), with: [], like: nil)
  }

  /// - Returns: the open file; closing it releases the lock.
  private static func locked(in directory: String) throws(SystemError) -> Int32 {
    let path = FilePath.join(directory, lockName)
    let file = system_open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw .last("open \(path)") }
    do throws(SystemError) {
      _ = try FileDescriptor.lock(file)
    } catch {
      close(file)
      throw SystemError(code: error.code, attempt: "lock \(path)")
    }
    return file
  }

  private func catchUp(_ bank: inout SandboxBank) throws(SystemError) {
    var isOpen = false
    if descriptor >= 0, let status, let current = try? FileStatus(ofLink: path) {
      isOpen = current.identity == status.identity
    }
    if !isOpen {
      if descriptor >= 0 { close(descriptor) }
      descriptor = system_open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard descriptor >= 0 else { throw .last("open \(path)") }
      status = try FileStatus(descriptor: descriptor)
      bank.reset()
      offset = 0
    }
    var hasMore = true
    while hasMore {
      guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else { throw .last("read \(path)") }
      let bytes = try FileDescriptor.readAll(descriptor, limit: partBytes)
      hasMore = bytes.count > partBytes
      let whole = bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
      guard whole > 0 || !hasMore else { throw SystemError(code: EFBIG, attempt: "read a line of \(path)") }
      // A line torn by a crash is not a move.
      if !hasMore, whole < bytes.count { ftruncate(descriptor, off_t(offset + whole)) }
      for line in bytes[..<whole].split(separator: 0x0A) {
        if let move = (try? JSONParser.parse(line)).flatMap({ SandboxMove(stored: $0) }) { bank.restore(move) }
      }
      offset += whole
    }
  }
}
