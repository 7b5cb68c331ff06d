import JSON
import Platform
package import Rules
import Synchronization

/// The calls that this program refused, in `refused.jsonl` next to the ledger, never with their arguments. Best effort: nothing
/// depends on it, and a model that is refused a thousand times must not fill the disk.
package final class RefusalLog: Sendable {
  static let name = "refused.jsonl"
  /// The previous file. Replaced when `name` grows over `fileBytes`.
  static let olderName = "refused.1.jsonl"
  static let fileBytes = 1 << 20
  static let linesPerMinute = 100
  /// For guesses of a secret, beside the others, so that other refusals cannot keep them out.
  static let guessesPerMinute = 10
  /// In code points.
  private static let nameLength = 256

  private let ledger: Ledger
  private let scrub: @Sendable (String) -> String
  /// The current minute on the monotonic clock, and the number of lines in it.
  private let minute = Mutex<(number: Int64, lines: Int, guesses: Int)>((0, 0, 0))

  init(ledger: Ledger, scrub: @escaping @Sendable (String) -> String) {
    self.ledger = ledger
    self.scrub = scrub
  }

  /// Records a call.
  /// - Parameter passedOver: The channels that failed to reach anyone, each with its reason.
  package func record(tool: String, code: String, amount: Money?, caller: Caller, passedOver: [String] = []) {
    let number = ledger.clock.monotonicNanoseconds() / 60_000_000_000
    let isAdmitted = minute.withLock { minute in
      if minute.number != number { minute = (number, 0, 0) }
      if code == CallCode.secretInArguments.rawValue {
        minute.guesses += 1
        return minute.guesses <= RefusalLog.guessesPerMinute
      }
      minute.lines += 1
      return minute.lines <= RefusalLog.linesPerMinute
    }
    guard isAdmitted else { return }
    func shown(_ text: String) -> JSONValue { .string(VisibleText.line(scrub(text), limit: RefusalLog.nameLength)) }
    var line: JSONObject = [
      "time": .string(Timestamp.rfc3339(milliseconds: ledger.clock.wallMilliseconds())), "tool": shown(tool),
      "code": shown(code),
    ]
    line.append("amount_cents", cents: amount)
    line.append("client", text: caller.recorded(scrub).clientName)
    line.append("passed_over", texts: passedOver)
    try? append(LedgerEntry.line(.object(line)))
  }

  private func append(_ line: [UInt8]) throws {
    guard let directory = try ledger.openDirectory() else { return }
    var file = try directory.openFile(RefusalLog.name, .appending)
    if let size = try file?.size(), size + line.count > RefusalLog.fileBytes {
      try directory.rename(RefusalLog.name, to: RefusalLog.olderName)
      file = nil
    }
    try (file ?? directory.openFile(RefusalLog.name, .new))?.append(line)
  }

  /// Returns the calls in both files, oldest first, and the reason a file cannot be read. Unreadable lines are skipped.
  static func read(in directory: any StateDirectory) -> (calls: [AuditRow], fault: LedgerFault?) {
    var calls: [AuditRow] = []
    var fault: LedgerFault?
    for name in [olderName, name] {
      do throws(LedgerFault) {
        guard let file = try directory.openFile(name, .reading) else { continue }
        let bytes = try LedgerFault.wrapping(
          .unreadable, path: directory.path(of: name), try file.read(at: 0, capacity: fileBytes))
        calls += bytes.split(separator: 0x0A).compactMap { AuditRow(refusedCall: $0) }
      } catch {
        fault = error
      }
    }
    return (calls, fault)
  }
}
