import JSON

/// Pending and granted approvals for the terminal channel.
///
/// Each is a file `approval-CODE.json` of the state directory, so that `sequence-mcp approve` in another process finds it. It is bound
/// to one call and to the configuration at the time, and holds once: 15 minutes until it is approved, 5 minutes from then.
package final class Approvals: Sendable {
  package static let pendingMilliseconds: Int64 = 15 * 60_000
  package static let approvedMilliseconds: Int64 = 5 * 60_000
  /// How many codes may wait for one tool: a model that asks again and again must not fill the disk.
  static let limit = 8

  /// The longest approval file, in bytes: the call of a longer one could not be recorded.
  private static let fileLimit = 2 * CallScreen.limit

  private let ledger: Ledger
  private let scrub: @Sendable (String) -> String

  init(ledger: Ledger, scrub: @escaping @Sendable (String) -> String) {
    self.ledger = ledger
    self.scrub = scrub
  }

  /// Puts a call before the person, or finds it there already.
  /// - Parameters:
  ///   - title: the rule's title, for the person.
  ///   - notes: what else the person must know, in sentences.
  /// - Returns: what a later `approve` must name, or why there can be none.
  package func request(_ trigger: TriggerIntent, title: String?, notes: [String] = []) -> Result<
    PendingApproval, Refusal
  > {
    if let refusal = CallScreen.refusal(of: trigger, scrub: scrub) { return .failure(refusal) }
    let binding = SameCall.binding(of: trigger)
    do throws(LedgerFault) {
      return try ledger.write { contents throws(LedgerFault) in
        guard let directory = contents.directory else { return .failure(Approvals.missing) }
        let (holding, over) = Approvals.all(in: directory, contents)
        for name in over { directory.remove(name) }
        let waiting = holding.filter { !$0.isApproved }
        if let found = waiting.first(where: { $0.lets(trigger, binding) }) { return .success(found) }
        guard waiting.count(where: { $0.tool == trigger.tool }) < Approvals.limit else {
          return .failure(Approvals.tooMany)
        }
        let approval = PendingApproval(
          code: ApprovalCode.random(contents.randomBits), tool: trigger.tool, title: title.map(scrub),
          ruleID: trigger.ruleID,
          clientName: trigger.caller.recorded(scrub).clientName, amount: trigger.amount,
          shownTotal: trigger.shown?.total, arguments: trigger.arguments,
          payload: trigger.payload, transfers: trigger.transferLines, notes: notes.map(scrub), binding: binding.hex,
          created: contents.stamp)
        try directory.replace(approval.fileName, with: LedgerEntry.line(approval.json))
        return .success(approval)
      }
    } catch {
      ledger.report(error)
      return .failure(Refusal(error))
    }
  }

  /// Everything that waits for the person's approval, oldest first.
  package func waiting() throws(LedgerFault) -> [PendingApproval] {
    try ledger.read { contents throws(LedgerFault) in
      guard let directory = contents.directory else { return [] }
      return Approvals.all(in: directory, contents).holding.filter { !$0.isApproved }
        .sorted { $0.created.timeMilliseconds < $1.created.timeMilliseconds }
    }
  }

  /// The call that waits under a code, written in any case, with or without its dash; nil if there is none anymore.
  package func pending(code: String) throws(LedgerFault) -> PendingApproval? {
    try ledger.read { contents throws(LedgerFault) in
      guard let directory = contents.directory, let code = ApprovalCode.normalized(code) else { return nil }
      return Approvals.all(in: directory, contents).holding.first { $0.code == code }
    }
  }

  /// Keeps a code from expiring while a person reads it, until what this returns is released; nil if it does not wait anymore.
  package func hold(code: String) throws(LedgerFault) -> HeldCode? {
    // Alone, so that the lock cannot meet a probe for it (`isShown`).
    try ledger.write { contents throws(LedgerFault) in
      guard let directory = contents.directory, let code = ApprovalCode.normalized(code),
        let approval = Approvals.all(in: directory, contents).holding.first(where: { $0.code == code }),
        let file = try directory.openFile(approval.fileName, .reading)
      else { return nil }
      // Another terminal that shows the same code holds it as well.
      _ = try? file.lock(exclusive: true, patienceMilliseconds: 0)
      return HeldCode(file: file)
    }
  }

  /// A code that is being shown. The lock ends with its process, too.
  package final class HeldCode: Sendable {
    private let file: any StateFile

    fileprivate init(file: any StateFile) { self.file = file }

    package func release() { file.unlock() }
  }

  /// Lets the call of that code through once, within the next 5 minutes.
  /// - Returns: false if nothing waits under the code, or the person has approved it already.
  package func approve(code: String) throws(LedgerFault) -> Bool {
    try ledger.write { contents throws(LedgerFault) in
      guard let directory = contents.directory, let code = ApprovalCode.normalized(code),
        var approval = Approvals.all(in: directory, contents).holding.first(where: { $0.code == code }),
        !approval.isApproved
      else { return false }
      approval.approved = contents.stamp
      try directory.replace(approval.fileName, with: LedgerEntry.line(approval.json))
      return true
    }
  }

  /// The approval of exactly this call, if the person has given it; its payload is what they saw, and what must be sent.
  /// `TriggerGuard.reserve` with `.terminal` uses it up.
  package func approved(_ trigger: TriggerIntent) -> PendingApproval? {
    let binding = SameCall.binding(of: trigger)
    return try? ledger.read { contents throws(LedgerFault) in
      contents.directory.flatMap { directory in
        Approvals.all(in: directory, contents).holding.first { $0.isApproved && $0.lets(trigger, binding) }
      }
    }
  }

  /// The approval that lets a call through, under the ledger's lock.
  /// - Parameter trigger: what will be sent, whose body must be what the person saw, and its amount at most that.
  static func granted(_ binding: Digest, _ trigger: TriggerIntent, in contents: LedgerContents) -> PendingApproval? {
    contents.directory.flatMap { directory in
      all(in: directory, contents).holding.first {
        $0.isApproved && $0.binding == binding.hex && $0.shows(trigger.payload) && $0.covers(trigger)
      }
    }
  }

  /// Removes an approval whose code is in the ledger: should the file come back after a crash, it counts for nothing.
  static func remove(_ approval: PendingApproval, in contents: LedgerContents) {
    contents.directory?.remove(approval.fileName)
  }

  /// Removes the codes of a call that goes out on a yes by another channel: one question, one yes, one call.
  static func void(_ binding: Digest, in contents: LedgerContents) {
    guard let directory = contents.directory else { return }
    for name in directory.names(startingWith: "approval-") where read(name, in: directory)?.binding == binding.hex {
      directory.remove(name)
    }
  }

  static let missing = Refusal(
    code: "APPROVAL_MISSING",
    message: "Nothing was sent: the person's approval of this call has expired, or was used already.",
    help: "Make the call again to get a new code for the person.", isRetryable: true)

  private static let tooMany = Refusal(
    code: "TOO_MANY_APPROVALS",
    message: "Nothing was sent: \(limit) calls of this tool wait for the person's approval already.",
    help: "Wait until the person has answered, or until the codes have expired after 15 minutes.", isRetryable: true)

  /// Every approval that still holds, and the names of the files whose approvals do not.
  private static func all(
    in directory: any StateDirectory, _ contents: LedgerContents
  ) -> (holding: [PendingApproval], over: [String]) {
    var holding: [PendingApproval] = []
    var over: [String] = []
    for name in directory.names(startingWith: "approval-") {
      if let approval = read(name, in: directory), !contents.index.approvalCodes.contains(approval.code),
        approval.holds(contents.stamp) || !approval.isApproved && isShown(name, in: directory)
      {
        holding.append(approval)
      } else {
        over.append(name)
      }
    }
    return (holding, over)
  }

  private static func isShown(_ name: String, in directory: any StateDirectory) -> Bool {
    guard let file = try? directory.openFile(name, .reading),
      let isFree = try? file.lock(exclusive: false, patienceMilliseconds: 0)
    else { return false }
    if isFree { file.unlock() }
    return !isFree
  }

  private static func read(_ name: String, in directory: any StateDirectory) -> PendingApproval? {
    guard let file = try? directory.openFile(name, .reading), let size = try? file.size(), size <= fileLimit,
      let bytes = try? file.read(at: 0, capacity: size),
      let value = try? JSONParser.parse(bytes, depthLimit: LedgerEntry.depthLimit),
      let approval = PendingApproval(value), approval.fileName == name
    else { return nil }
    return approval
  }
}
