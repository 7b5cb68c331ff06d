import JSON

/// A past bug, reintroduced at a seam: the product's code is unchanged, but its inputs are not. The simulation must find each
/// of them, or it detects nothing.
package enum Plant: String, CaseIterable, Sendable {
  /// The judge takes a gateway's refusal for one of Sequence.
  case gatewayRefusals
  /// A refused repeat of a call that may have run is reported as if nothing had ever run.
  case refusedRepeats
  /// A reload affects only calls that begin after it.
  case staleTerms
  /// Ages are computed for the time at which the call began.
  case clockOfTheCall
  /// Only the wall clock is read.
  case clockWithoutBoot
  /// The clock for the age of approvals stops while the machine sleeps.
  case clockStopsInSleep
  /// A repeat counts with the amount of its first attempt.
  case firstAmount
  /// The code of an approval is missing in the intent that used it.
  case forgottenApproval
  /// A ledger that cannot be read after a rotation reads as empty.
  case emptyAfterRotation
  /// The ledger does not record that an answer did not reach its caller.
  case undeliveredForgotten
  /// A rule id in another spelling counts as another rule.
  case spelledOtherwise
  /// Texts are truncated before secrets are removed.
  case cutBeforeScrubbed
  /// Intents are written but not flushed.
  case unflushedIntent
  /// Changes to the names of a directory are not flushed.
  case unflushedNames
  /// The program takes any 2xx status for an acceptance.
  case anyWordAccepts
  /// Each server has its own ledger, as different environments used to cause.
  case ledgerForEach
  /// Another alias of the same rule counts as another call.
  case aliasesApart
  /// A call with a key is another one than the same call that the person is asked about.
  case keysAskedApart
  /// Sequence forgets keys while the program still uses them.
  case keysForgottenSoon
  /// Runs are reported as ended with their first transfer.
  case runsCountedEarly
  /// Runs that move money are reported as simulations.
  case simulationsBelieved
  /// The list of a run is believed, even if the run counts more.
  case listsBelieved
  /// An answer about another run or another transfer is believed.
  case othersBelieved
  /// A run that has failed and will be tried again has ended.
  case retriesBelieved
  /// A simulation that could not be read counts for nothing.
  case unreadForgotten
  /// A run of money that could not be read when it was to be simulated is reported as a simulation later.
  case doubtfulBelieved
  /// A simulation whose answer was lost counts for nothing.
  case lostForgotten
  /// A simulation whose amount is not known counts as if it could move almost nothing.
  case unknownAmountForgotten
  /// A simulation that is being made counts for nothing.
  case runningForgotten
  /// A simulation whose answer was lost is repeated with a new key.
  case lostMadeAnew
  /// A simulation that was read as a real run is recorded as one that could not be read, so that a later answer settles it.
  case doubtForgotten
  /// A simulated transfer that cannot be read counts as one that the key may not read.
  case unreadDenied
  /// The transfers of a run of money that was to be simulated, which cannot be read, count as ones that the key may not read.
  case hiddenDenied
  /// A transfer that failed in a simulation counts for nothing.
  case failedForgotten
  /// The owner's statement covers every attempt at a call, even one sent after the owner was asked.
  case settledUnseen
  /// An older copy in the ledger's place passes for the ledger after a rotation.
  case olderLedgerBelieved

  /// The lie about each simulation that the bug believes, since the bank tells it too rarely.
  var lie: Lie? {
    switch self {
    case .othersBelieved: .anotherRun
    case .unreadDenied: .unreadableTransfer
    case .hiddenDenied: .hidesTransfers
    case .failedForgotten: .failsInSimulation
    default: nil
    }
  }

  /// Returns the bytes that reach the ledger in place of that line; nil for the line itself.
  func appends(_ line: [UInt8]) -> [UInt8]? {
    switch self {
    case .firstAmount where line.holds(#""retry_of":"#): Plant.replacing(#""amount_cents":"#, in: line) { _ in "1" }
    case .forgottenApproval: Plant.replacing(#""approval":""#, in: line) { _ in "2222-2222" }
    case .undeliveredForgotten: Plant.replacing(#""delivered":"#, in: line) { _ in "true" }
    case .spelledOtherwise:
      Plant.replacing(#""rule_id":""#, in: line) { $0.contains(where: \.isUppercase) ? $0 + "x" : $0 }
    case .aliasesApart where line.holds(#""tool":"twin""#):
      Plant.replacing(#""identity":""#, in: line) { String($0.reversed()) }
    case .unreadForgotten where line.holds("SIMULATION_UNREAD"):
      Plant.replacing(#""status":""#, in: line) { _ in "simulated" }
    case .lostForgotten where line.holds("the simulation got no usable answer"):
      Plant.replacing(#""status":""#, in: line) { _ in "rejected" }
    case .unknownAmountForgotten where line.holds(#""simulation":true"#) && !line.holds(#""amount_cents":"#):
      Plant.replacing(#""simulation":"#, in: line) { $0 + #","amount_cents":1"# }
    case .runningForgotten where line.holds(#""simulation":true"#):
      Plant.replacing(#""server":""#, in: line) { String($0.reversed()) }
    case .lostMadeAnew where line.holds(#""simulation":true"#):
      Plant.replacing(#""identity":""#, in: line) { String($0.reversed()) }
    case .doubtForgotten where line.holds("SIMULATION_NOT_PROVEN"):
      Plant.replacing(#""unproven":"#, in: line) { _ in #"true,"unread":true"# }
    case .firstAmount, .aliasesApart, .gatewayRefusals, .refusedRepeats, .staleTerms, .clockOfTheCall,
      .clockWithoutBoot, .clockStopsInSleep, .emptyAfterRotation, .cutBeforeScrubbed, .unflushedIntent, .unflushedNames,
      .anyWordAccepts, .ledgerForEach, .keysAskedApart, .keysForgottenSoon, .runsCountedEarly, .simulationsBelieved,
      .listsBelieved, .othersBelieved, .retriesBelieved, .unreadForgotten, .lostForgotten, .unknownAmountForgotten,
      .runningForgotten, .lostMadeAnew, .doubtfulBelieved, .doubtForgotten, .unreadDenied, .hiddenDenied,
      .failedForgotten, .settledUnseen, .olderLedgerBelieved:
      nil
    }
  }

  /// What reaches the program in the place of what the Platform API says of a run or a transfer.
  /// - Parameters:
  ///   - isTrue: Whether it is the truth.
  ///   - id: Of what was asked for.
  func believed(_ data: JSONObject, isTrue: Bool, asked id: String) -> JSONObject {
    var data = data
    if self == .listsBelieved, !isTrue, let listed = data["transferIds"]?.arrayValue {
      var ids: [JSONValue] = []
      for id in listed where id != .null && !ids.contains(id) { ids.append(id) }
      let isOver = data["status"] != "IN_PROGRESS"
      data["transferIds"] = .array(ids)
      data["transfersAttempted"] = JSONValue(ids.count)
      data["transfersCompleted"] = JSONValue(isOver ? ids.count : 0)
      data["transfersPending"] = JSONValue(isOver ? 0 : ids.count)
    }
    if self == .othersBelieved {
      data["id"] = .string(id)
      for name in ["ruleId", "ruleExecutionId"] where data[name] != nil { data[name] = .null }
    }
    if self == .retriesBelieved, !isTrue { data["nextAttemptAt"] = nil }
    if self == .failedForgotten, data["status"] == "ERROR", data["executionMode"] == "SIMULATION" {
      data["amountInCents"] = 0
    }
    return data
  }

  /// Returns the first bytes of an older copy of the ledger, as they reach the program.
  func reads(copy bytes: [UInt8]) -> [UInt8] {
    guard self == .olderLedgerBelieved else { return bytes }
    return Plant.replacing(#""generation":"#, in: bytes) { String(repeating: "9", count: $0.utf8.count) } ?? bytes
  }

  private static func replacing(_ mark: String, in line: [UInt8], by value: (String) -> String) -> [UInt8]? {
    guard let start = line.position(of: mark) else { return nil }
    let from = start + mark.utf8.count
    let old = line[from...].prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "}") }
    return line[..<from] + Array(value(String(decoding: old, as: UTF8.self)).utf8) + line[(from + old.count)...]
  }
}
