import Platform

extension Ledger {
  /// Starts the ledger again, with nothing in it: for a sandbox, whose money is not real. Servers that run on it go on with the new one.
  package func reset() throws(LedgerFault) {
    try write { contents throws(LedgerFault) in
      guard let directory = contents.directory else { return }
      try directory.replace(Ledger.name, with: LedgerRotation.firstLine(now: contents.now))
      let prefixes = [LedgerRotation.archivePrefix, "ledger.torn-", "approval-", RefusalLog.name, RefusalLog.olderName]
      for name in prefixes.flatMap({ directory.names(startingWith: $0) }) { directory.remove(name) }
    }
  }
}
