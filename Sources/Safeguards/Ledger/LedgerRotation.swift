import JSON
import Platform
import Rules

/// Limits the growth of the ledger: the whole file is moved to `ledger-TIME.jsonl`, and a new one starts with the lines that
/// the windows of 30 days and the keys of 24 hours still need. Only the owner deletes lines, with `audit --prune`.
enum LedgerRotation {
  /// A file below 32 MiB is not rotated.
  static let minBytes = 32 << 20
  /// How long calls are kept in the ledger and in memory: a day longer than the longest window.
  static let keptMilliseconds = LimitKind.maxWindow + 86_400_000

  static let archivePrefix = "ledger-"

  /// Returns the time in an archive's name, or nil if the name is not an archive's.
  static func time(ofArchive name: String) -> Int64? {
    let stamp = Array(name.utf8.dropFirst(archivePrefix.utf8.count).prefix(19))
    guard name.hasPrefix(archivePrefix), name.hasSuffix(".jsonl"), stamp.count == 19 else { return nil }
    func part(_ range: Range<Int>) -> String { String(decoding: stamp[range], as: UTF8.self) }
    let date = "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))"
    return Timestamp.milliseconds(
      rfc3339: "\(date)T\(part(9..<11)):\(part(11..<13)):\(part(13..<15)).\(part(15..<18))Z")
  }

  /// Returns a time as it appears in file names: `20261122T155612034Z`.
  static func stamp(_ now: Int64) -> String {
    String(decoding: Timestamp.rfc3339(milliseconds: now).utf8.filter { !"-:.".utf8.contains($0) }, as: UTF8.self)
  }

  /// Replaces the ledger with a shorter file. At every moment the ledger's name refers to a complete ledger.
  /// - Returns: the name of the file with the older lines.
  static func rotate(
    _ file: LedgerFile, in directory: any StateDirectory, index: LedgerIndex, now: Int64
  ) throws(LedgerFault) -> String {
    let archive = archivePrefix + stamp(now) + ".jsonl"
    try LedgerFault.wrapping(
      .unwritable, path: directory.path(of: archive), try directory.link(Ledger.name, as: archive))
    do throws(LedgerFault) {
      let kept = try keptLines(file, index: index)
      // At least twice what is kept: if 30 days of lines fill the file, it must not be rotated at every line.
      let first = LedgerEntry.first(
        now: now, rotateAt: max(minBytes, kept.count * 2), generation: file.mark.generation.addingSaturated(1))
      try directory.replace(Ledger.name, with: first + kept)
    } catch {
      // Otherwise the file was replaced, but its name may not be on the disk.
      if directory.identity(of: Ledger.name) == file.identity { directory.remove(archive) }
      throw error
    }
    return archive
  }

  private static func keptLines(_ file: LedgerFile, index: LedgerIndex) throws(LedgerFault) -> [UInt8] {
    // Not by the wall clock alone: lines that look old while it runs ahead would be missing after it is corrected.
    let calls = Set(index.records.filter { !index.isOld($0) }.map(\.firstID))
    var attempts: Set<EntryID> = []
    var kept: [UInt8] = []
    try file.eachLine { line, bytes in
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

/// Deletes archives that no window and no key needs anymore.
package enum Pruning {
  /// Returns the names of the archives whose lines are all older than `before` and older than 31 days, oldest first.
  /// - Parameter before: Wall-clock milliseconds.
  package static func archives(of ledger: Ledger, before: Int64) throws(LedgerFault) -> [String] {
    try ledger.read { contents throws(LedgerFault) in
      let end = min(before, contents.now.subtractingSaturated(LedgerRotation.keptMilliseconds))
      return (contents.directory?.names(startingWith: LedgerRotation.archivePrefix) ?? []).filter {
        LedgerRotation.time(ofArchive: $0).map { $0 < end } ?? false
      }
    }
  }

  /// - Returns: the number of deleted files.
  package static func delete(_ archives: [String], of ledger: Ledger) throws(LedgerFault) -> Int {
    try ledger.write { contents throws(LedgerFault) in
      archives.count { contents.directory?.remove($0) == true }
    }
  }
}

extension Ledger {
  /// Replaces the ledger with an empty one, even if it is damaged. For a sandbox, whose money is not real. Running servers
  /// continue with the new one.
  package func reset() throws(LedgerFault) {
    try replace { directory, now throws(LedgerFault) in
      // The old file, and so its generation, may be unreadable. If it can be read, the clock may have been ahead at its start.
      let old = (try? LedgerFile(in: directory, writing: false)?.storedGeneration()) ?? 0
      let generation = max(now, old.addingSaturated(1))
      try directory.replace(Ledger.name, with: LedgerEntry.first(now: now, generation: generation))
      let prefixes = [LedgerRotation.archivePrefix, "ledger.torn-", "approval-", RefusalLog.name, RefusalLog.olderName]
      for name in prefixes.flatMap({ directory.names(startingWith: $0) }) { directory.remove(name) }
    }
  }
}
