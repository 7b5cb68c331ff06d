import JSON
import Platform

/// Keeps the ledger from growing without end: the whole file moves to `ledger-TIME.jsonl`, and a new one starts with the lines that the
/// windows of 30 days and the keys of 24 hours still need. Only the owner deletes, with
/// `audit --prune`.
enum LedgerRotation {
  /// A file below 32 MiB is left alone.
  static let leastBytes = 32 << 20
  /// The first line of a new file.
  /// - Parameter rotateAt: the size above which it is rotated in its turn.
  static func firstLine(now: Int64, rotateAt: Int = leastBytes) -> [UInt8] {
    LedgerEntry.line([
      "type": "ledger", "version": 1, "created": .string(Timestamp.rfc3339(milliseconds: now)),
      "rotate_at": JSONValue(rotateAt),
    ])
  }

  static let archivePrefix = "ledger-"

  /// When a file with that name was made; nil if it is not one of older lines.
  static func time(ofArchive name: String) -> Int64? {
    let stamp = Array(name.utf8.dropFirst(archivePrefix.utf8.count).prefix(19))
    guard name.hasPrefix(archivePrefix), name.hasSuffix(".jsonl"), stamp.count == 19 else { return nil }
    func part(_ range: Range<Int>) -> String { String(decoding: stamp[range], as: UTF8.self) }
    let date = "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))"
    return Timestamp.milliseconds(
      rfc3339: "\(date)T\(part(9..<11)):\(part(11..<13)):\(part(13..<15)).\(part(15..<18))Z")
  }

  /// A moment as file names hold it: `20261122T155612034Z`.
  static func stamp(_ now: Int64) -> String {
    String(decoding: Timestamp.rfc3339(milliseconds: now).utf8.filter { !"-:.".utf8.contains($0) }, as: UTF8.self)
  }

  /// Puts a shorter file in place. At every moment the ledger's name leads to a whole ledger.
  /// - Returns: the name of the file with the older lines.
  static func rotate(
    _ file: LedgerFile, in directory: any StateDirectory, index: LedgerIndex, now: Int64
  ) throws(LedgerFault) -> String {
    let kept = try keptLines(file, index: index)
    // Twice what is kept: where 30 days fill the file, it must not be rotated at every line.
    let first = firstLine(now: now, rotateAt: max(leastBytes, kept.count * 2))
    let archive = archivePrefix + stamp(now) + ".jsonl"
    do throws(SystemError) {
      try directory.link(Ledger.name, as: archive)
    } catch {
      throw .system(.unwritable, error, path: directory.path(of: archive))
    }
    try directory.replace(Ledger.name, with: first + kept)
    return archive
  }

  private static func keptLines(_ file: LedgerFile, index: LedgerIndex) throws(LedgerFault) -> [UInt8] {
    // Not by the clock alone: lines that it takes for old while it runs ahead would be missing once it is put right.
    let calls = Set(index.records.filter { !index.isOld($0) }.map(\.firstID))
    var attempts: Set<EntryID> = []
    var kept: [UInt8] = []
    try file.eachLine { bytes in
      guard let line = bytes.withUnsafeBufferPointer({ ScannedLine($0) }) else { return }
      switch line.kind {
      case .intent:
        guard let id = line.id, calls.contains(line.retryOf ?? id) else { return }
        attempts.insert(id)
      case .attempt, .outcome, .run:
        guard let id = line.id, attempts.contains(id) else { return }
      case .clock: break
      case .ledger, nil: return
      }
      kept.append(contentsOf: bytes)
      kept.append(0x0A)
    }
    return kept
  }
}

/// Deletes files of older lines that no window and no key needs anymore.
package enum Pruning {
  /// A file of lines that a rotation moved away.
  package struct Archive: Sendable, Hashable {
    package let name: String
    /// When its last line was moved away, in wall-clock milliseconds.
    package let rotatedAtMilliseconds: Int64
  }

  /// The files whose lines are all older than `before` and than 31 days, oldest first.
  /// - Parameter before: wall-clock milliseconds.
  package static func archives(of ledger: Ledger, before: Int64) throws(LedgerFault) -> [Archive] {
    try ledger.read { contents throws(LedgerFault) in
      let end = min(before, contents.now.subtractingSaturated(LedgerIndex.keptMilliseconds))
      return (contents.directory?.names(startingWith: LedgerRotation.archivePrefix) ?? []).compactMap { name in
        LedgerRotation.time(ofArchive: name).map { Archive(name: name, rotatedAtMilliseconds: $0) }
      }.filter { $0.rotatedAtMilliseconds < end }
    }
  }

  /// - Returns: how many files were deleted.
  package static func delete(_ archives: [Archive], of ledger: Ledger) throws(LedgerFault) -> Int {
    try ledger.write { contents throws(LedgerFault) in
      archives.count { contents.directory?.remove($0.name) == true }
    }
  }
}

extension Ledger {
  /// Starts the ledger again, with nothing in it: for a sandbox, whose money is not real. A damaged one is replaced, too. Servers that
  /// run on it go on with the new one.
  package func reset() throws(LedgerFault) {
    try replace { directory, now throws(LedgerFault) in
      try directory.replace(Ledger.name, with: LedgerRotation.firstLine(now: now))
      let prefixes = [LedgerRotation.archivePrefix, "ledger.torn-", "approval-", RefusalLog.name, RefusalLog.olderName]
      for name in prefixes.flatMap({ directory.names(startingWith: $0) }) { directory.remove(name) }
    }
  }
}
