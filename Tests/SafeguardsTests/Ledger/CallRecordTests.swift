import Testing

@testable import Safeguards

struct CallRecordTests {
  private static let first = EntryID(bits: 1)
  private static let latest = EntryID(bits: 2)

  /// Returns the record of a call with a first and a latest attempt; with a single one, both are the same.
  private static func record(
    _ status: CallOutcome.Status?, isRepeated: Bool = false, isSimulation: Bool = false,
    doubt: SimulationDoubt = .none
  ) -> CallRecord {
    var record = CallRecord(
      firstID: isRepeated ? first : latest, tool: 0, rule: 0, identity: ShortDigest(high: 0, low: 0), service: 0,
      keyHash: 0, first: LedgerTime().moment, intentOffset: 0, latestOffset: 0, isSimulation: isSimulation,
      amountCents: 100, latestID: latest, latest: LedgerTime().moment, server: EntryID(bits: 3))
    record.status = status
    record.mayHaveRun = isRepeated
    record.doubt = doubt
    return record
  }

  private typealias Row = (
    before: CallRecord, reported: CallOutcome.Status, attempt: EntryID, isByOwner: Bool, after: CallOutcome.Status?
  )

  private static let single: [Row] = [
    (record(nil), .accepted, latest, false, .accepted), (record(.unknown), .accepted, latest, true, .accepted),
    (record(.rejected), .accepted, latest, true, .accepted),
    (record(nil), .rejected, latest, false, .rejected), (record(.unknown), .rejected, latest, true, .rejected),
    (record(.accepted), .rejected, latest, false, nil), (record(.accepted), .rejected, latest, true, nil),
    (record(nil), .unknown, latest, false, .unknown), (record(.unknown), .unknown, latest, false, .unknown),
    (record(.accepted), .unknown, latest, false, nil), (record(.rejected), .unknown, latest, false, nil),
    (record(nil), .simulated, latest, false, nil), (record(.unknown), .simulated, latest, false, nil),
  ]

  private static let repeated: [Row] = [
    // The first attempt may have run, regardless of how the latest one ended.
    (record(nil, isRepeated: true), .rejected, latest, false, .unknown),
    (record(nil, isRepeated: true), .rejected, first, false, nil),
    (record(nil, isRepeated: true), .unknown, first, false, nil),
    (record(nil, isRepeated: true), .accepted, first, false, .accepted),
    (record(.unknown, isRepeated: true), .rejected, latest, true, .rejected),
    // The owner has said that it did not run.
    (record(.rejected, isRepeated: true), .rejected, latest, false, nil),
  ]

  private static let simulations: [Row] = [
    (record(nil, isSimulation: true), .simulated, latest, false, .simulated),
    (record(.unknown, isSimulation: true, doubt: .lost), .simulated, latest, false, .simulated),
    (
      record(.unknown, isSimulation: true, doubt: .unread(blocksService: true)), .simulated, latest, false, .simulated
    ),
    (record(.unknown, isSimulation: true, doubt: .unproven(blocksService: true)), .simulated, latest, false, nil),
    (record(nil, isRepeated: true, isSimulation: true, doubt: .lost), .simulated, first, false, nil),
    (record(.accepted, isSimulation: true), .simulated, latest, false, nil),
    (record(.simulated, isSimulation: true), .unknown, latest, false, nil),
    (record(.simulated, isSimulation: true), .accepted, latest, false, .accepted),
  ]

  @Test func `an outcome changes the status as the table says`() {
    for (number, row) in (Self.single + Self.repeated + Self.simulations).enumerated() {
      let after = row.before.status(after: row.reported, of: row.attempt, isByOwner: row.isByOwner)
      #expect(after == row.after, "row \(number): \(row.reported) after \(String(describing: row.before.status))")
    }
  }
}
