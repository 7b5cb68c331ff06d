import Config
import JSON
import Platform

/// Decides whether a trigger may go out, and remembers what went out. It does not know how anything is sent.
///
/// The way of a call: `check` (before anybody is asked), the question to the person where `ConfirmationPolicy.asksPerson` says so, `reserve`
/// (which judges everything again and writes the intent to the disk), the request, `settle`. One guard serves all threads of a
/// process; processes that share a state folder share its limits.
package final class TriggerGuard: Sendable {
  let ledger: Ledger
  private let scrub: @Sendable (String) -> String
  /// The calls that the person let through, or is about to.
  package let approvals: Approvals

  /// - Parameter scrub: takes the known secrets out of text: a call that holds one is refused, an answer is written without.
  package init(ledger: Ledger, scrub: @escaping @Sendable (String) -> String = { $0 }) {
    self.ledger = ledger
    self.scrub = scrub
    approvals = Approvals(ledger: ledger, scrub: scrub)
  }

  /// Why no trigger goes out while the owner has paused all of them, or where that cannot be told; nil else. Looks at no other
  /// file, so that it can be asked often.
  package var pause: Refusal? {
    do throws(LedgerFault) {
      return try PauseFile.find(in: ledger.path, on: ledger.storage)?.refusal
    } catch {
      return Refusal(error)
    }
  }

  /// What `reserve` would say now. Nothing is written, made or used up.
  package func check(_ trigger: TriggerIntent) -> Forecast {
    if let refusal = CallScreen.refusal(of: trigger, scrub: scrub) { return .refused(refusal) }
    let call = RecordedCall(trigger)
    do throws(LedgerFault) {
      return try ledger.read { contents throws(LedgerFault) in
        switch try TriggerGuard.judge(trigger, call, contents) {
        case .new: .go(repeating: nil)
        case .again(let record):
          .go(repeating: try contents.repetition(of: record))
        case .duplicate(let prior): .duplicate(prior)
        case .refused(let refusal): .refused(refusal)
        }
      }
    } catch {
      return .refused(Refusal(error))
    }
  }

  /// Judges a trigger and, where it may go out, writes its intent to the disk before returning.
  /// A reservation that is never settled counts as an unknown outcome.
  /// - Parameter objection: asked once the ledger is locked: why the call must not go out any more, or nil.
  package func reserve(_ trigger: TriggerIntent, objection: () -> Refusal? = { nil }) -> Verdict {
    if let refusal = CallScreen.refusal(of: trigger, scrub: scrub) { return .refused(refusal) }
    let call = RecordedCall(trigger)
    do throws(LedgerFault) {
      return try ledger.write { contents throws(LedgerFault) in
        if let refusal = objection() { return .refused(refusal) }
        let repeated: CallRecord?
        switch try TriggerGuard.judge(trigger, call, contents) {
        case .new: repeated = nil
        case .again(let record): repeated = record
        case .duplicate(let prior): return .duplicate(prior)
        case .refused(let refusal): return .refused(refusal)
        }
        let repetition = try repeated.map { record throws(LedgerFault) in try contents.repetition(of: record) }
        guard TriggerGuard.isAsShown(trigger, repetition) else { return .refused(RepeatRefusal.changed) }
        if trigger.consent == .terminal, !Approvals.use(call.binding, payload: trigger.payload, in: contents) {
          return .refused(Approvals.missing)
        }
        return .go(try TriggerGuard.book(trigger, call, again: repeated, repetition, &contents))
      }
    } catch {
      return .refused(Refusal(error))
    }
  }

  private enum Judgement {
    case new
    case again(CallRecord)
    case duplicate(PriorOutcome)
    case refused(Refusal)
  }

  private static func judge(
    _ trigger: TriggerIntent, _ call: RecordedCall, _ contents: LedgerContents
  ) throws(LedgerFault) -> Judgement {
    if let pause = try PauseFile.find(in: contents.path, on: contents.storage) { return .refused(pause.refusal) }
    let repeated: CallRecord?
    switch try Deduplication.decide(trigger, identity: call.identity, in: contents) {
    case .new: repeated = nil
    case .again(let record): repeated = record
    case .duplicate(let record): return .duplicate(try prior(record, contents))
    case .stillRunning: return .refused(RepeatRefusal.stillRunning)
    case .keyTaken: return .refused(RepeatRefusal.keyTaken)
    }
    let check = LimitCheck(trigger: trigger, index: contents.index, repeated: repeated?.firstID, now: contents.now)
    if let refusal = check.firstRefusal() { return .refused(refusal.refusal) }
    return repeated.map { .again($0) } ?? .new
  }

  private static func prior(_ record: CallRecord, _ contents: LedgerContents) throws(LedgerFault) -> PriorOutcome {
    let intent = try contents.intent(of: record)
    let outcome = try contents.outcome(of: record)
    return PriorOutcome(
      outcome: outcome ?? CallOutcome(status: .unknown, code: "UNKNOWN", message: "no outcome was recorded"),
      idempotencyKey: intent.idempotencyKey, sentAtMilliseconds: intent.timeMilliseconds)
  }

  /// Whether what would be sent is what `check` foretold and the person was shown: the same body, and the key of an earlier
  /// attempt where that was promised. The ledger may have moved on since.
  private static func isAsShown(_ trigger: TriggerIntent, _ repetition: Repetition?) -> Bool {
    if let repetition, JSONWriter.write(repetition.payload) != JSONWriter.write(trigger.payload) { return false }
    guard let promised = trigger.repeatedKey else { return true }
    return repetition?.idempotencyKey.utf8.elementsEqual(promised.utf8) == true
  }

  /// Writes the intent.
  private static func book(
    _ trigger: TriggerIntent, _ call: RecordedCall, again record: CallRecord?, _ repetition: Repetition?,
    _ contents: inout LedgerContents
  ) throws(LedgerFault) -> Reservation {
    let key = repetition?.idempotencyKey ?? trigger.explicitKey ?? IdempotencyKey.random(contents.randomBits)
    let intent = IntentEntry(
      id: EntryID(bits: contents.randomBits()), timeMilliseconds: contents.now, server: try contents.liveSession().id,
      tool: trigger.tool,
      ruleID: trigger.ruleID, amount: trigger.amount, idempotencyKey: key, identity: call.identity,
      retryOf: record?.firstID, consent: trigger.consent, caller: trigger.caller, arguments: trigger.arguments,
      payload: trigger.payload)
    try contents.append(intent.json, durably: true)
    contents.running.insert(intent.id)
    return Reservation(
      id: intent.id, idempotencyKey: key, payload: trigger.payload, isRepeat: repetition != nil)
  }

  /// Records how the call ended. Where the disk refuses, the outcome is kept for the next chance, and until then the call
  /// counts as unknown.
  package func settle(_ reservation: Reservation, _ outcome: CallOutcome) {
    settle([reservation.id], outcome)
  }

  /// Records every call that still runs as unknown, at the end of the process.
  package func settleOpenAsUnknown() {
    settle(
      nil,
      CallOutcome(
        status: .unknown, code: "SERVER_STOPPED", message: "the server stopped before the answer came; it may have run")
    )
  }

  /// - Parameter ids: nil for all that run.
  private func settle(_ ids: [EntryID]?, _ outcome: CallOutcome) {
    let scrubbed = CallOutcome(
      status: outcome.status, code: scrub(outcome.code), message: scrub(outcome.message),
      statusCode: outcome.statusCode, requestID: outcome.requestID.map(scrub))
    ledger.settle(ids, scrubbed)
  }
}
