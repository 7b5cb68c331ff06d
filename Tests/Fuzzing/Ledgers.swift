import JSON
import Platform
import Safeguards
import TestSupport

extension FuzzDomain {
  /// The lines of a ledger, as a damaged disk or another program leaves them. The result is a full report, or a fault with the
  /// line.
  static let ledgers = FuzzDomain(
    "ledgers",
    examples: [head + intent + outcome, head + intent, head + intent + outcome + platform + run + settled, ""],
    snippets: [
      "null", "-1", "-9223372036854775808", "9223372036854775807", "1e999", "\"\"", "{}", "[]", "\\u0000", "\\ud800",
      "\n",
      "\u{0}", "\"status\":\"unknown\"", "\"amount_cents\":99999999999999999", "\"type\":\"outcome\"",
      "\"type\":\"clock\"",
      "\"boot_ms\":-1", "9999-12-31T23:59:59.999Z", "0000-00-00T00:00:00Z", "}\n{", ",", ":", "\"", "é",
    ]
  ) { bytes, _ in
    let ledger = Ledger(
      path: "/state", clock: ManualClock("2026-11-29T12:00:00Z"), storage: MemoryStorage(ledger: bytes))
    do throws(LedgerFault) {
      let report = try AuditReport(ledger)
      return (try? JSONParser.parse(JSONWriter.write(report.json))) == nil ? "the report is not JSON" : nil
    } catch {
      return error.description.isEmpty ? "a fault without words" : nil
    }
  }

  private static let stamp = #""boot":"e08ef9f6-fe5f-4ee1-8388-7915acad83f5","boot_ms":36956699"#

  private static let head =
    #"{"type":"ledger","version":1,"created":"2026-11-29T10:34:52.223Z","rotate_at":33554432}"# + "\n"
  private static let intent =
    #"{"type":"intent","id":"d683aa37a29dc706","time":"2026-11-29T10:34:52.223Z",\#(stamp),"#
    + #""server":"c6312c7e9cdba09f","tool":"save","api":"remote","rule_id":"ru_1","amount_cents":100,"#
    + #""idempotency_key":"1e402c8d-b3d6-4862-9a29-1d9a42d25949","identity":"aa7c75f42467abdb281fbad9f410fea0","#
    + #""client":{"name":"t","version":"1"},"consent":"none","arguments":{"amount":1},"#
    + #""payload":{"amountInCents":100},"#
    + #""payload_sha256":"e01a0dce1870479febef44cf7537da29ee56ded90ae1389171f8b990b8cd506e"}"#
    + "\n"
  private static let outcome =
    #"{"type":"outcome","intent":"d683aa37a29dc706","time":"2026-11-29T10:34:52.254Z",\#(stamp),"#
    + #""status":"accepted","code":"SUCCESS","message":"The rule was triggered","status_code":200,"#
    + #""request_id":"req_1"}"#
    + "\n"
  private static let platform =
    #"{"type":"intent","id":"5fda0ed176a9a921","time":"2026-11-29T10:35:52.259Z",\#(stamp),"#
    + #""server":"c6312c7e9cdba09f","tool":"run","api":"platform","rule_id":"550e8400-e29b-41d4-a716-446655440000","#
    + #""amount_cents":200,"idempotency_key":"k-1","identity":"eea63c8692d6c2f56148500b0a9f18b4","call":"toolu_1","#
    + #""consent":"terminal","approval_code":"K7QM-3XZP","arguments":{},"payload":{}}"#
    + "\n"
  private static let run =
    #"{"type":"run","intent":"5fda0ed176a9a921","time":"2026-11-29T10:36:52.254Z",\#(stamp),"execution_id":"e1","#
    + #""status":"COMPLETED","moved_cents":200,"transfers":[]}"#
    + "\n"
  private static let settled =
    #"{"type":"outcome","intent":"5fda0ed176a9a921","time":"2026-11-29T10:37:52.254Z",\#(stamp),"#
    + #""status":"accepted","by":"owner"}"#
    + "\n"
}

/// A state directory in memory that contains one ledger and is only read.
private final class MemoryStorage: StateStorage, StateDirectory {
  private let ledger: [UInt8]
  let path = "/state"

  init(ledger: [UInt8]) { self.ledger = ledger }

  func openDirectory(_ path: String, creating: Bool) throws(LedgerFault) -> (any StateDirectory)? { self }
  func contents(of path: String, limit: Int) throws(LedgerFault) -> [UInt8]? { nil }

  var isInPlace: Bool { true }
  func contains(_ name: String) throws(LedgerFault) -> Bool { names(startingWith: name).contains(name) }
  func identity(of name: String) -> FileIdentity? { name == "ledger.jsonl" ? MemoryFile.identity : nil }
  func names(startingWith prefix: String) -> [String] {
    ["ledger.jsonl", "ledger.lock"].filter { $0.hasPrefix(prefix) }
  }
  func openFile(_ name: String, _ access: FileAccess) throws(LedgerFault) -> (any StateFile)? {
    switch name {
    case "ledger.jsonl": MemoryFile(ledger)
    case "ledger.lock": MemoryFile(Array("ledger.jsonl exists\n".utf8))
    default: nil
    }
  }
  func remove(_ name: String) -> Bool { false }
  func rename(_ name: String, to other: String) throws(SystemError) {}
  func link(_ name: String, as other: String) throws(SystemError) {}
  func synchronize() throws(SystemError) {}
}

private final class MemoryFile: StateFile {
  static let identity = FileIdentity(device: 1, inode: 1)
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var identity: FileIdentity { MemoryFile.identity }
  func size() throws(SystemError) -> Int { bytes.count }
  func read(at offset: Int, capacity: Int) throws(SystemError) -> [UInt8] {
    offset < bytes.count ? Array(bytes[offset..<min(bytes.count, offset + capacity)]) : []
  }
  func append(_ bytes: [UInt8]) throws(SystemError) {}
  func truncate(to size: Int) throws(SystemError) {}
  func synchronize() throws(SystemError) {}
  func lock(exclusive: Bool, patienceMilliseconds: Int64) throws(SystemError) -> Bool { true }
  func unlock() {}
}
