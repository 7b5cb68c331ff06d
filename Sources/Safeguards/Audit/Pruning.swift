import Platform

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
