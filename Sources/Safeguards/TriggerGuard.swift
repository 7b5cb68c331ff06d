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

  /// - Parameter scrub: takes secrets out of text, before it is written down or digested.
  package init(ledger: Ledger, scrub: @escaping @Sendable (String) -> String = { $0 }) {
    self.ledger = ledger
    self.scrub = scrub
    approvals = Approvals(ledger: ledger, scrub: scrub)
  }

  /// What `reserve` would say now. Nothing is written, made or used up.
  package func check(_ trigger: TriggerIntent) -> Forecast {
    let call = RecordedCall(trigger, scrub: scrub)
    do throws(LedgerFault) {
      return try ledger.read { contents throws(LedgerFault) in
        switch try TriggerGuard.judge(trigger, call, contents) {
        case .new: .go(repeating: nil)
        case .again(let record):
          .go(repeating: TriggerGuard.repetition(of: try contents.intent(of: record), trigger, call))
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
  package func reserve(_ trigger: TriggerIntent) -> Verdict {
    let call = RecordedCall(trigger, scrub: scrub)
    do throws(LedgerFault) {
      return try ledger.write { contents throws(LedgerFault) in
        let repeated: CallRecord?
        switch try TriggerGuard.judge(trigger, call, contents) {
        case .new: repeated = nil
        case .again(let record): repeated = record
        case .duplicate(let prior): return .duplicate(prior)
        case .refused(let refusal): return .refused(refusal)
        }
        if trigger.consent == .terminal, !Approvals.use(call.binding, in: contents) {
          return .refused(Approvals.missing)
        }
        return .go(try TriggerGuard.book(trigger, call, again: repeated, &contents))
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
    if let directory = contents.directory, let text = try PauseFile.text(in: directory) {
      return .refused(PauseFile.refusal(text, in: directory))
    }
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

  /// A body that held a secret was not written down whole, so the new call's own is sent.
  private static func repetition(of first: IntentEntry, _ trigger: TriggerIntent, _ call: RecordedCall) -> Repetition {
    Repetition(
      idempotencyKey: first.idempotencyKey, payload: call.isPayloadWhole ? first.payload : trigger.payload)
  }

  /// Writes the intent.
  private static func book(
    _ trigger: TriggerIntent, _ call: RecordedCall, again record: CallRecord?, _ contents: inout LedgerContents
  ) throws(LedgerFault) -> Reservation {
    let repetition = try record.map { record throws(LedgerFault) -> Repetition in
      TriggerGuard.repetition(of: try contents.intent(of: record), trigger, call)
    }
    let key = repetition?.idempotencyKey ?? trigger.explicitKey ?? IdempotencyKey.random()
    let intent = IntentEntry(
      id: .random(), timeMilliseconds: contents.now, server: try contents.liveSession().id, tool: trigger.tool,
      ruleID: trigger.ruleID, amount: trigger.amount, idempotencyKey: key, identity: call.identity,
      retryOf: record?.firstID, consent: trigger.consent, arguments: call.arguments,
      payload: call.isPayloadWhole ? repetition?.payload ?? call.payload : call.payload)
    try contents.append(intent.json, durably: true)
    contents.running.insert(intent.id)
    return Reservation(
      id: intent.id, idempotencyKey: key, payload: repetition?.payload ?? trigger.payload,
      isRepeat: repetition != nil)
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
