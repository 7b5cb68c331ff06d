import JSON
import Platform

/// Keeps the ledger from growing without end: the whole file moves to `ledger-TIME.jsonl`, and a new one starts with the lines that the
/// windows of 30 days and the keys of 24 hours still need. Nothing is ever deleted.
enum LedgerRotation {
  /// A file below 32 MiB is left alone.
  static let leastBytes = 32 << 20
  /// A day more than the longest window.
  static let keptMilliseconds: Int64 = 31 * 86_400_000

  /// The first line of a new file.
  /// - Parameter rotateAt: the size above which it is rotated in its turn.
  static func firstLine(now: Int64, rotateAt: Int = leastBytes) -> [UInt8] {
    LedgerEntry.line([
      "type": "ledger", "version": 1, "created": .string(Timestamp.rfc3339(milliseconds: now)),
      "rotate_at": JSONValue(rotateAt),
    ])
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
    let archive = "ledger-" + stamp(now) + ".jsonl"
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
    let calls = Set(index.records.filter { index.steadyAge(of: $0) <= keptMilliseconds }.map(\.firstID))
    var attempts: Set<EntryID> = []
    var kept: [UInt8] = []
    try file.eachLine { bytes, line in
      switch line.kind {
      case .intent:
        guard let id = line.id, calls.contains(line.retryOf ?? id) else { return }
        attempts.insert(id)
      case .outcome:
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
