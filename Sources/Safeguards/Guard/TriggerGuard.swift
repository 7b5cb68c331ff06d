import JSON
import Platform
import Rules
import Synchronization

/// Decides whether a trigger may be sent, and records what was sent. It does not know how anything is sent.
///
/// The sequence for a call: `check` (before anyone is asked), the question to the person if `ConfirmationPolicy.asksPerson`
/// requires it, `reserve` (which checks everything again and writes the intent to the disk), `recheck` before each try,
/// `quickRecheck` until its first byte leaves, the request, `record`. One guard serves all threads of a process; processes that
/// share a state directory share its limits.
package final class TriggerGuard: Sendable {
  let ledger: Ledger
  let scrub: @Sendable (String) -> String
  /// The pending and granted approvals for the terminal channel.
  package let approvals: Approvals
  /// The open questions about calls.
  package let questions: QuestionRegister
  /// The calls that this program refused.
  package let refusals: RefusalLog
  /// The keys of this process's calls of unknown outcome, used when the ledger cannot be read; oldest first.
  private let unknownKeys = Mutex<[(call: SameCall, key: String)]>([])
  /// The maximum number of `unknownKeys`.
  static let unknownKeyLimit = 256

  /// - Parameter scrub: Removes the known secrets from text: a call that contains one is refused, an answer is recorded without
  ///   it.
  package init(ledger: Ledger, scrub: @escaping @Sendable (String) -> String = { $0 }) {
    self.ledger = ledger
    self.scrub = scrub
    approvals = Approvals(ledger: ledger, scrub: scrub)
    questions = QuestionRegister(ledger: ledger)
    refusals = RefusalLog(ledger: ledger, scrub: scrub)
  }

  /// Notes the ledger's directory (see `Ledger.noteExisting`). Call it when the server begins to serve.
  package func noteExistingLedger() { ledger.noteExisting() }

  /// Identifies what the ledger holds of live calls; nil if that is not known, or while this process sends a call.
  package var liveMark: LiveMark? { (try? ledger.read(\.liveMark)) ?? nil }

  /// The refusal of every trigger while the owner has paused all of them, or if that cannot be determined; nil otherwise. Reads
  /// no other file, so it can be checked often.
  package var pause: Refusal? {
    do throws(LedgerFault) {
      return try PauseFile.find(in: ledger.path, on: ledger.storage)?.refusal(scrub)
    } catch {
      return refusal(error)
    }
  }

  /// Returns what `reserve` would return now. Creates and consumes nothing, and writes nothing but, except in a dry run, the
  /// time if the wall clock was back after a reboot: from then on it is counted, even if each call is refused or repeats an
  /// earlier one.
  /// - Parameter simulatesFirst: Whether a simulation goes before the run. If it repeats one whose answer was lost, that one
  ///   does not count: it is settled before the run is reserved.
  package func check(_ trigger: TriggerIntent, simulatesFirst: Bool = false) -> Forecast {
    if let screened = CallScreen.refusal(of: trigger, scrub: scrub) {
      return .refused(screened, repeatedKey: unknownKey(of: trigger))
    }
    let call = SameCall(trigger)
    do throws(LedgerFault) {
      let (forecast, isTimeUnknown) = try ledger.read { contents throws(LedgerFault) in
        (try judge(trigger, call, contents, simulatesFirst: simulatesFirst), contents.isTimeUnknown)
      }
      if isTimeUnknown { ledger.noteTime() }
      return forecast
    } catch {
      return .refused(refusal(error), repeatedKey: knownKey(trigger, call))
    }
  }

  /// Returns the idempotency key of the same call's attempt of unknown outcome according to the current ledger, or nil if there
  /// is none. Another call may have been sent while a question was open.
  package func unknownKey(of trigger: TriggerIntent) -> String? {
    let call = SameCall(trigger)
    do throws(LedgerFault) {
      return try ledger.read { contents throws(LedgerFault) in
        let record = try Deduplication.decide(trigger, call, in: contents).unknown
        return try record.map { record throws(LedgerFault) in try contents.repetition(of: record).idempotencyKey }
      }
    } catch {
      return knownKey(trigger, call)
    }
  }

  /// Checks a trigger and, if it may be sent, writes its intent to the disk before returning. A reservation whose
  /// outcome is never recorded counts as an unknown outcome.
  /// - Parameter objection: Called while the ledger is locked; returns the reason the call must no longer be sent, or nil.
  package func reserve(_ trigger: TriggerIntent, objection: () -> Refusal? = { nil }) -> Verdict {
    let call = SameCall(trigger)
    // Nothing of such a call may reach the disk, not even the directory for its intent.
    if let screened = CallScreen.refusal(of: trigger, scrub: scrub) {
      return .refused(screened, repeatedKey: knownKey(trigger, call))
    }
    var repeatedKey: String?
    do throws(LedgerFault) {
      return try ledger.write { contents throws(LedgerFault) in
        switch try judge(trigger, call, contents) {
        case .duplicate(let prior): return .duplicate(prior)
        case .refused(let refusal, let key): return .refused(refusal, repeatedKey: key ?? trigger.repeatedKey)
        case .go(let repetition, let earlier):
          repeatedKey = repetition?.idempotencyKey ?? trigger.repeatedKey
          if let refusal = objection() { return .refused(refusal, repeatedKey: repeatedKey) }
          guard TriggerGuard.isAsShown(trigger, repetition, earlier) else {
            return .refused(.callChanged, repeatedKey: repeatedKey)
          }
          switch try TriggerGuard.approval(of: trigger, in: contents) {
          case .failure(let refusal): return .refused(refusal, repeatedKey: repeatedKey)
          case .success(let approval): return .go(try book(trigger, call, repetition, approval, &contents))
          }
        }
      }
    } catch {
      return .refused(refusal(error), repeatedKey: repeatedKey ?? knownKey(trigger, call))
    }
  }

  /// Checks a reserved call again, right before each try to send it: pause, limits and cooldown, which other servers, the owner
  /// or a clock may have changed. Records that it is still being sent, so that its age counts from the last try.
  /// - Parameter objection: As for `reserve`.
  /// - Returns: the refusal, or nil if the call may be sent.
  package func recheck(
    _ reservation: Reservation, _ trigger: TriggerIntent, objection: () -> Refusal? = { nil }
  ) -> Refusal? {
    do throws(LedgerFault) {
      return try ledger.write { contents throws(LedgerFault) in
        if let refusal = objection() { return refusal }
        if let pause = try PauseFile.find(in: contents.path, on: contents.storage) { return pause.refusal(scrub) }
        guard let record = contents.index.record(of: reservation.id) else { return .callChanged }
        if let refusal = TriggerGuard.unproven(trigger, contents) { return refusal }
        // The machine may have slept between two tries.
        if contents.index.maxKeyAge(of: record) >= Deduplication.keyMilliseconds { return .keyExpired }
        if let refusal = LimitCheck(trigger: trigger, index: contents.index, repeated: [record]).firstRefusal() {
          return refusal
        }
        if contents.index.time.age(of: record.latest) >= TriggerGuard.freshMilliseconds {
          try contents.append(LedgerEntry.attempt(reservation.id, contents.stamp), durably: true)
        }
        return nil
      }
    } catch {
      return refusal(error)
    }
  }

  /// Checks a reserved call again without reading the ledger, so it is cheap enough to call often: the pause, and the age of
  /// its key, since the machine may have slept.
  /// - Returns: the refusal, or nil if the call may be sent.
  package func quickRecheck(_ reservation: Reservation) -> Refusal? {
    reservation.keyEnd.isReached(by: ledger.clock) ? .keyExpired : pause
  }

  /// Returns the refusal while the trigger's base URL has an unproven simulation.
  private static func unproven(_ trigger: TriggerIntent, _ contents: LedgerContents) -> Refusal? {
    guard trigger.api == .platform, let service = trigger.service else { return nil }
    return contents.index.block(over: service).map { $0 == .unread ? .simulationNotRead : .simulationNotProven }
  }

  /// A try this soon after the latest line about its call needs no line.
  private static let freshMilliseconds: Int64 = 1000

  /// - Parameter simulatesFirst: As for `check`.
  private func judge(
    _ trigger: TriggerIntent, _ call: SameCall, _ contents: LedgerContents, simulatesFirst: Bool = false
  ) throws(LedgerFault) -> Forecast {
    let decision =
      trigger.isSimulation
      ? Deduplication.decide(simulation: call, in: contents.index)
      : try Deduplication.decide(trigger, call, in: contents)
    let repeated = decision.unknown
    let repetition = try repeated.map { record throws(LedgerFault) in try contents.repetition(of: record) }
    func refused(_ refusal: Refusal) -> Forecast { .refused(refusal, repeatedKey: repetition?.idempotencyKey) }
    // The caller has not received the first outcome, so no refusal may replace it.
    if case .duplicate(let record) = decision, !record.isDelivered { return .duplicate(try contents.prior(of: record)) }
    if let pause = try PauseFile.find(in: contents.path, on: contents.storage) { return refused(pause.refusal(scrub)) }
    if case .duplicate(let record) = decision { return .duplicate(try contents.prior(of: record)) }
    if let refusal = decision.refusal(trigger, contents.index) ?? TriggerGuard.unproven(trigger, contents) {
      return refused(refusal)
    }
    var counted = [repeated].compactMap(\.self)
    if simulatesFirst {
      let first = Deduplication.decide(simulation: SameCall(trigger.simulation), in: contents.index)
      if case .stillRunning = first { return refused(.simulationRunning) }
      counted += [first.unknown].compactMap(\.self)
    }
    let check = LimitCheck(trigger: trigger, index: contents.index, repeated: counted)
    if let refusal = check.firstRefusal() { return refused(refusal) }
    let doubled = if case .new(let record) = decision { record } else { Deduplication.elsewhere(call, contents.index) }
    let earlier = try doubled.map { record throws(LedgerFault) in try contents.earlier(record, than: call) }
    return .go(repeating: repetition, earlier: earlier)
  }

  /// Whether the request is what `check` forecast and the person was shown: the same body, the key of an earlier attempt if
  /// that was promised, and no other call that it may double. The ledger may have changed since.
  private static func isAsShown(
    _ trigger: TriggerIntent, _ repetition: Repetition?, _ earlier: EarlierCall?
  ) -> Bool {
    if let repetition, JSONWriter.write(repetition.payload) != JSONWriter.write(trigger.payload) { return false }
    if trigger.consent.channel != nil, trigger.earlier?.idempotencyKey != earlier?.idempotencyKey { return false }
    guard let promised = trigger.repeatedKey else { return true }
    return repetition?.idempotencyKey.hasSameBytes(as: promised) == true
  }

  /// Uses up the person's yes. A call that nobody is asked about waits for the answer to a question about the same one.
  /// - Returns: the approval of a call that the terminal asks about; nil for any other.
  private static func approval(
    of trigger: TriggerIntent, in contents: LedgerContents
  ) throws(LedgerFault) -> Result<PendingApproval?, Refusal> {
    if let question = trigger.question {
      guard try QuestionRegister.use(question, in: contents) else { return .failure(QuestionRegister.replaced) }
    } else if !trigger.isSimulation, try QuestionRegister.isAsked(trigger, underAnyKey: true, in: contents) {
      return .failure(.stillAsked)
    }
    guard trigger.consent.channel == .terminal else { return .success(nil) }
    let granted = Approvals.granted(SameCall.binding(of: trigger), trigger, in: contents)
    return granted.map { .success($0) } ?? .failure(Approvals.missing)
  }

  /// Writes the intent and returns the reservation.
  private func book(
    _ trigger: TriggerIntent, _ call: SameCall, _ repetition: Repetition?, _ approval: PendingApproval?,
    _ contents: inout LedgerContents
  ) throws(LedgerFault) -> Reservation {
    let record = repetition?.record
    let keyAge = record.map { contents.index.time.certainMaxAge(of: $0.first) } ?? 0
    let key =
      repetition?.idempotencyKey ?? (trigger.isSimulation ? nil : trigger.explicitKey)
      ?? UUIDText.random(contents.randomBits)
    let id = EntryID(bits: contents.randomBits())
    var recorded = trigger
    recorded.caller = trigger.caller.recorded(scrub)
    if let approval { recorded.consent = trigger.consent.given(by: approval) }
    let intent = LedgerEntry.intent(
      recorded, call, id: id, stamp: contents.stamp, server: try contents.liveSession().id, idempotencyKey: key,
      retryOf: record?.firstID)
    try contents.append(intent, durably: true)
    contents.running[id] = OutcomeEntry(intent: id, outcome: .serverStopped)
    // Its code is in the ledger: if the file reappears after a crash, it is not valid.
    if let approval { contents.directory?.remove(approval.fileName) }
    // A yes to another question about the call, under any alias, would let it through twice.
    let isAsked = trigger.question != nil || trigger.consent.channel != nil
    QuestionRegister.void(trigger, underAnyKey: !isAsked, in: contents)
    Approvals.void(trigger, underAnyKey: !isAsked, in: contents)
    return Reservation(
      id: id, call: call, idempotencyKey: key, payload: trigger.payload,
      isRepeat: repetition != nil, keyAgeMilliseconds: keyAge,
      keyEnd: ClockMoment(ledger.clock).adding(
        milliseconds: Deduplication.keyMilliseconds.subtractingSaturated(
          record.map(contents.index.maxKeyAge) ?? 0)))
  }

  /// Records the outcome of the call. If the write fails, the outcome is kept for the next opportunity, and until then the call
  /// counts as unknown.
  /// - Parameters:
  ///   - isDelivered: False if the caller has gone and cannot receive the answer.
  ///   - doubt: What is not known about a simulation; one that is unread counts as a live run until `recordReread` says
  ///     what a later read found.
  package func record(
    _ outcome: CallOutcome, of reservation: Reservation, isDelivered: Bool = true, doubt: SimulationDoubt = .none
  ) {
    unknownKeys.withLock { keys in
      if outcome.status == .rejected, reservation.isRepeat { return }
      keys.removeAll { $0.call.isSame(as: reservation.call) }
      guard outcome.status == .unknown else { return }
      keys.append((reservation.call, reservation.idempotencyKey))
      if keys.count > TriggerGuard.unknownKeyLimit { keys.removeFirst() }
    }
    ledger.record(
      OutcomeEntry(intent: reservation.id, outcome: scrubbed(outcome), isDelivered: isDelivered, doubt: doubt))
  }

  /// Records whether the answer to an accepted call, already recorded, reaches the caller.
  package func recordDelivery(_ outcome: CallOutcome, of reservation: Reservation, isDelivered: Bool) {
    guard outcome.status == .accepted else { return }
    ledger.record(OutcomeEntry(intent: reservation.id, outcome: scrubbed(outcome), isDelivered: isDelivered))
  }

  /// Sets the outcome of a simulation that Sequence took, in case the server stops before its run was read: the next one reads
  /// it then.
  package func prepareUnread(_ reservation: Reservation, _ outcome: CallOutcome, blocksService: Bool) {
    let doubt = SimulationDoubt.unread(blocksService: blocksService)
    ledger.prepare(OutcomeEntry(intent: reservation.id, outcome: scrubbed(outcome), doubt: doubt))
  }

  /// Records every running call as unknown, at the end of the process.
  package func recordOpenAsUnknown() { ledger.recordRunning() }

  /// Returns a caller as shown to people and in logs: without secrets and hidden characters, each text at most 128 bytes.
  package func shown(_ caller: Caller) -> Caller { caller.recorded(scrub) }

  /// Whether the text contains a known secret.
  package func containsSecret(_ text: String) -> Bool { !scrub(text).hasSameBytes(as: text) }

  private func scrubbed(_ outcome: CallOutcome) -> CallOutcome {
    CallOutcome(
      status: outcome.status, codeText: scrub(outcome.code), message: scrub(outcome.message),
      statusCode: outcome.statusCode, requestID: outcome.requestID.map(scrub),
      executionID: outcome.executionID.map(scrub))
  }

  private func refusal(_ fault: LedgerFault) -> Refusal {
    ledger.report(fault)
    return Refusal(fault)
  }

  /// Returns the key of an earlier attempt, if it is known without the ledger.
  private func knownKey(_ trigger: TriggerIntent, _ call: SameCall) -> String? {
    trigger.repeatedKey ?? unknownKeys.withLock { keys in keys.first { $0.call.isSame(as: call) }?.key }
  }
}

/// With the same mark, no process has sent a live call since, or learned of its outcome; nor of a simulation in doubt.
package struct LiveMark: Sendable, Hashable {
  /// That of the ledger's file.
  let generation: Int64
  /// The number of lines about such calls.
  let lines: Int
}
