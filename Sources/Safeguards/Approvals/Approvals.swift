import JSON
import Rules

/// Pending and granted approvals for the terminal channel.
///
/// Each is a file `approval-CODE.json` in the state directory, so that `sequence-mcp approve` in another process finds it. It
/// is bound to one call and to the configuration at the time, and is valid once: 15 minutes until it is approved, then 5
/// minutes.
package final class Approvals: Sendable {
  static let pendingMilliseconds: Int64 = 15 * 60_000
  /// The maximum number of pending codes per tool: a model that asks again and again must not fill the disk.
  static let limit = 8

  /// The maximum size of an approval file, in bytes. The call of a larger one could not be recorded.
  private static let fileLimit = 2 * CallScreen.lineLimit

  private let ledger: Ledger
  private let scrub: @Sendable (String) -> String

  init(ledger: Ledger, scrub: @escaping @Sendable (String) -> String) {
    self.ledger = ledger
    self.scrub = scrub
  }

  /// Creates a pending approval for a call, or returns the existing one.
  /// - Parameters:
  ///   - title: The rule's title, for the person.
  ///   - notes: Sentences with anything else the person must know.
  /// - Returns: the pending approval, or the refusal if there can be none.
  package func request(
    _ trigger: TriggerIntent, title: String?, notes: [String] = []
  ) -> Result<PendingApproval, Refusal> {
    if let refusal = CallScreen.refusal(of: trigger, scrub: scrub) { return .failure(refusal) }
    let binding = SameCall.binding(of: trigger)
    do throws(LedgerFault) {
      return try ledger.write { contents throws(LedgerFault) in
        guard let directory = contents.directory else { return .failure(Approvals.missing) }
        let (valid, expired) = Approvals.all(in: directory, contents)
        for name in expired { directory.remove(name) }
        let waiting = valid.filter { !$0.isApproved }
        if let found = waiting.first(where: { $0.permits(trigger, binding) }) { return .success(found) }
        guard waiting.count(where: { $0.tool == trigger.tool }) < Approvals.limit else {
          return .failure(Approvals.tooMany)
        }
        let approval = PendingApproval(
          code: ApprovalCode.random(contents.randomBits), tool: trigger.tool, title: title.map(scrub),
          ruleID: trigger.ruleID,
          clientName: trigger.caller.recorded(scrub).clientName, amount: trigger.amount,
          shownTotal: trigger.shown?.total, arguments: trigger.arguments,
          payload: trigger.payload, transfers: trigger.transferLines, notes: notes.map(scrub), binding: binding.hex,
          call: QuestionRegister.name(of: trigger), identity: SameCall(trigger).identity.description,
          created: contents.stamp)
        try directory.replace(approval.fileName, with: LedgerEntry.line(approval.json))
        return .success(approval)
      }
    } catch {
      ledger.report(error)
      return .failure(Refusal(error))
    }
  }

  /// Returns all pending approvals, oldest first.
  package func waiting() throws(LedgerFault) -> [PendingApproval] { try valid().filter { !$0.isApproved } }

  /// Returns all approvals that are still valid, pending or not used yet, oldest first.
  package func valid() throws(LedgerFault) -> [PendingApproval] {
    try ledger.read { contents throws(LedgerFault) in
      Approvals.valid(in: contents).sorted { $0.created.timeMilliseconds < $1.created.timeMilliseconds }
    }
  }

  /// Returns the approval with a code, written in any case, with or without its dash; nil if there is none.
  package func pending(code: String) throws(LedgerFault) -> PendingApproval? {
    try ledger.read { contents throws(LedgerFault) in Approvals.find(code, in: contents)?.approval }
  }

  /// Keeps a code from expiring while a person reads it, until the returned file is unlocked or released. Returns nil if it is
  /// no longer valid.
  package func hold(code: String) throws(LedgerFault) -> (any StateFile)? {
    // A write, so that this lock cannot collide with a probe for it (`isShown`).
    try ledger.write { contents throws(LedgerFault) in
      guard let (directory, approval) = Approvals.find(code, in: contents),
        let file = try directory.openFile(approval.fileName, .reading)
      else { return nil }
      // Another terminal that shows the same code may already hold it.
      _ = try? file.lock(exclusive: true, patienceMilliseconds: 0)
      return file
    }
  }

  /// Approves the call with that code once, within the next 5 minutes.
  /// - Returns: false if no call is pending under the code, or if the person has already approved it.
  package func approve(code: String) throws(LedgerFault) -> Bool {
    try ledger.write { contents throws(LedgerFault) in
      guard let (directory, found) = Approvals.find(code, in: contents), !found.isApproved else { return false }
      var approval = found
      approval.approved = contents.stamp
      try directory.replace(approval.fileName, with: LedgerEntry.line(approval.json))
      return true
    }
  }

  /// Deletes the approval with that code, pending or not used yet, and those of the same call under other aliases: the person
  /// said no.
  /// - Returns: false if there is none.
  package func withdraw(code: String) throws(LedgerFault) -> Bool {
    try ledger.write { contents throws(LedgerFault) in
      guard let (directory, approval) = Approvals.find(code, in: contents) else { return false }
      for refused in Approvals.valid(in: contents) where refused.call == approval.call {
        guard directory.remove(refused.fileName) else {
          throw LedgerFault(
            .unwritable, path: directory.path(of: refused.fileName), problem: "it could not be removed",
            help: "see that its directory can be written, and say no again: until then the code is valid")
        }
      }
      try directory.flushNames()
      return true
    }
  }

  /// Returns the approval of exactly this call, if the person has given it. Its payload is what they saw, and what must be
  /// sent. `TriggerGuard.reserve` with `.terminal` consumes it.
  package func approved(_ trigger: TriggerIntent) -> PendingApproval? {
    let binding = SameCall.binding(of: trigger)
    do throws(LedgerFault) {
      return try ledger.read { contents throws(LedgerFault) in
        Approvals.valid(in: contents).first { $0.isApproved && $0.permits(trigger, binding) }
      }
    } catch {
      ledger.report(error)
      return nil
    }
  }

  /// Returns the approval that permits a call, under the ledger's lock.
  /// - Parameter trigger: The trigger to be sent. Its body must be what the person saw, and its amount at most that.
  static func granted(_ binding: Digest, _ trigger: TriggerIntent, in contents: LedgerContents) -> PendingApproval? {
    valid(in: contents).first {
      $0.isApproved && $0.binding == binding.hex && $0.hasPayload(trigger.payload) && $0.coversAmounts(of: trigger)
    }
  }

  /// Removes the codes of a call that is sent, under any alias: one question, one yes, one call.
  /// - Parameter underAnyKey: For a call that nobody was asked about.
  static func void(_ trigger: TriggerIntent, underAnyKey: Bool, in contents: LedgerContents) {
    guard let directory = contents.directory else { return }
    let (call, identity) = (QuestionRegister.name(of: trigger), SameCall(trigger).identity.description)
    for name in directory.names(startingWith: "approval-") {
      guard let approval = try? read(name, in: directory) else { continue }
      if underAnyKey ? approval.identity == identity : approval.call == call { directory.remove(name) }
    }
  }

  package static let missing = Refusal(
    code: .approvalMissing,
    reason: "the person's approval of this call has expired or was already used.",
    help: "Make the call again to get a new code for the person.", isRetryable: true)

  package static let tooMany = Refusal(
    code: .tooManyApprovals,
    reason: "\(limit) calls of this tool are already waiting for the person's approval.",
    help: "Wait until the person has answered, or until the codes have expired after 15 minutes.", isRetryable: true)

  private static func valid(in contents: LedgerContents) -> [PendingApproval] {
    contents.directory.map { all(in: $0, contents).valid } ?? []
  }

  private static func find(
    _ code: String, in contents: LedgerContents
  ) -> (directory: any StateDirectory, approval: PendingApproval)? {
    guard let directory = contents.directory, let code = ApprovalCode.normalized(code),
      let approval = valid(in: contents).first(where: { $0.code == code })
    else { return nil }
    return (directory, approval)
  }

  /// Returns every approval that is still valid, and the names of the files whose approvals are not.
  private static func all(
    in directory: any StateDirectory, _ contents: LedgerContents
  ) -> (valid: [PendingApproval], expired: [String]) {
    var valid: [PendingApproval] = []
    var expired: [String] = []
    for name in directory.names(startingWith: "approval-") {
      do throws(LedgerFault) {
        if let approval = try read(name, in: directory), !contents.index.approvalCodes.contains(approval.code),
          approval.isValid(at: contents.stamp) || !approval.isApproved && isShown(name, in: directory)
        {
          valid.append(approval)
        } else {
          expired.append(name)
        }
      } catch {
        // It cannot be read now, and may still be valid later.
        continue
      }
    }
    return (valid, expired)
  }

  private static func isShown(_ name: String, in directory: any StateDirectory) -> Bool {
    guard let file = try? directory.openFile(name, .reading),
      let isFree = try? file.lock(exclusive: false, patienceMilliseconds: 0)
    else { return false }
    if isFree { file.unlock() }
    return !isFree
  }

  /// - Returns: nil if the file does not exist or is malformed.
  private static func read(_ name: String, in directory: any StateDirectory) throws(LedgerFault) -> PendingApproval? {
    guard let bytes = try directory.contents(of: name, limit: fileLimit),
      let value = try? JSONParser.parse(bytes, depthLimit: LedgerEntry.depthLimit),
      let approval = PendingApproval(value), approval.fileName == name
    else { return nil }
    return approval
  }
}
