import JSON

/// The truth, kept in the simplest way possible: what Sequence ran, when by the true time, and what each caller was told. It is
/// compared with the behavior of the program after every step.
// `@unchecked Sendable`: see `SimulatedMachine`.
final class ReferenceModel: @unchecked Sendable {
  typealias Moment = SimulatedMachine.Moment

  /// One idempotency key and what was sent under it.
  final class Key {
    let name: String
    let identity: String
    let rule: String
    let isPlatform: Bool
    let isSimulation: Bool
    let first: Moment
    /// When the program used it first. That is earlier if a clock deceived the program into sending it after Sequence had
    /// forgotten it.
    var firstUse: Moment
    /// When its last attempt was recorded, to the nearest moment known.
    var last: Moment
    var lastOrder = 0
    /// The true time of the last try under it.
    var lastTry: Int64 = 0
    /// How often it was sent.
    var sendings = 0
    /// The last sending before it ran: its time, tool and configuration.
    var sent: Moment
    var order = 0
    var tool = ""
    var choice: ConfigurationChoice?
    /// The process of its last attempt.
    var process: SimulatedProcess?
    var ran: Moment?
    /// The largest amount of its attempts.
    var cents: Int64 = 0
    /// What that was before attempts raised it after it ran, and how much had been sent by then: earlier calls count that.
    var centsBefore: [(cents: Int64, order: Int)] = []
    var callsInFlight = 0
    /// Whether the ledger has an outcome.
    var isSettled = false
    /// The status that the last caller received.
    var told: String?
    var isUndelivered = false
    /// Whether the owner settled it. What becomes known later does not make it younger.
    var isTold = false
    /// What the owner said that it moved, and how much had been sent by then: later calls count that.
    var ownersWord: (cents: Int64, order: Int)?
    /// What was simulated before its first attempt.
    var simulation: SimulatedPlatform.Run?
    /// What the simulated transfers came to, as far as the program must know it.
    var shownCents: Int64 = 0
    /// The body of a simulation, and what it counts by if its answer is lost.
    let body: [UInt8]
    var simulatedCents: Int64 = 0
    /// Whether it is a simulation whose answer was lost, of which nothing has become known since.
    var isLost = false

    init(_ request: SimulatedSequence.Request, identity: String, at moment: Moment) {
      name = request.key
      self.identity = identity
      rule = ConfigurationChoice.canonical(request.rule)
      isPlatform = request.isPlatform
      isSimulation = request.isSimulation
      body = JSONWriter.write(request.body)
      first = moment
      firstUse = moment
      last = moment
      sent = moment
    }

    /// What it counts by, for what was sent as the `order`th.
    func cents(for order: Int) -> Int64 {
      if let ownersWord, order > ownersWord.order { return ownersWord.cents }
      return centsBefore.first { order < $0.order }?.cents ?? cents
    }

    /// Returns the moment from which a window counts it, for the request that was sent as the `order`th.
    func counted(for order: Int) -> Moment {
      // A later retry does not make it younger for that request.
      if lastOrder > order { return first }
      return callsInFlight > 0 || isSettled ? ran ?? last : last
    }
  }

  let machine: SimulatedMachine
  private let knownOpen: Set<Violation.Kind>
  private(set) var keys: [Key] = []
  private(set) var byName: [String: Key] = [:]
  /// The keys of simulations that could not be read or said to be real runs, until the owner has settled them.
  var doubtful: Set<String> = []
  /// The ids of the transfers that any call could read. The others may be denied to the key, which then proves nothing.
  var seenTransfers: Set<String> = []
  var sendCount = 0
  private(set) var lastExplicit: [String: Int64] = [:]
  /// The calls that have asked the person, each with what identifies it.
  private var asked: [(call: SimulatedCall, identity: String)] = []
  private var grants: [(identity: String, at: Moment, isUsed: Bool)] = []
  private(set) var violations: [Violation] = []

  init(machine: SimulatedMachine, knownOpen: Set<Violation.Kind>) {
    self.machine = machine
    self.knownOpen = knownOpen
  }

  func report(_ kind: Violation.Kind, _ detail: String) {
    if !knownOpen.contains(kind) { violations.append(Violation(kind: kind, detail: detail)) }
  }

  /// Returns what identifies a call: the rule and what is sent, except times.
  static func identity(_ call: SimulatedCall, rule: String) -> String {
    let shown = call.arguments.members.filter { $0.key != "api_secret" && $0.key != "rule_id" }
    return ConfigurationChoice.canonical(rule) + JSONWriter.text(.object(JSONObject(shown)))
  }

  /// Whether less than that much time has passed between two moments, by what the program can know. Across a restart of the
  /// machine it only has the wall clock, which proves nothing if it was wrong at the last line before or the first one after.
  private func isWithin(_ milliseconds: Int64, _ start: Moment, _ end: Moment) -> Bool {
    guard start.boot == end.boot || start.unsureRestarts == end.unsureRestarts else { return false }
    return end.now - start.now < milliseconds
  }

  /// Whether Sequence certainly still knows a key. If somebody set the wall clock, the program assumes the greater age.
  func isKeyFresh(_ key: Key, _ moment: Moment) -> Bool {
    key.firstUse.settings == moment.settings && isWithin(23 * 3_600_000, key.firstUse, moment)
  }

  // MARK: Sending

  /// Checks and records a request that a server is about to send.
  func sends(_ call: SimulatedCall, _ sent: SimulatedSequence.Request, _ world: World) {
    let choice = call.server.choice
    sendCount += 1
    if !ReferenceModel.holdsIntent(sent.key, world.disk) {
      report(.sentWithoutIntent, "\(call) sent \(sent.key), whose intent a crash now would lose")
    }
    if world.disk.names["paused"] != nil { report(.sentWhilePaused, "\(call) was sent") }
    let isServed = choice.triggers.contains {
      $0.tool == call.triggeredTool && ($0.rule == nil || $0.rule == sent.rule)
    }
    if !isServed {
      report(.sentUnderOldConfiguration, "\(call) of \(call.tool) went to \(sent.rule) under \(choice)")
    }
    let moment = machine.moment
    // A simulation is not an attempt of the call that it simulates.
    let identity = sent.isSimulation ? "simulation \(sent.key)" : ReferenceModel.identity(call, rule: sent.rule)
    if call.explicitKey != nil { lastExplicit[identity] = moment.now }
    checkDoubtful(world)
    if sent.isPlatform, doubtful.contains(where: { ReferenceModel.isUnproven($0, world.disk) }) {
      report(.sentAfterUnproven, "\(call) was sent")
    }
    if !sent.isSimulation { checkConsent(call, identity, moment, world) }
    var known = byName[sent.key]
    // A caller may reuse its key once nobody remembers the first call.
    if let first = known, first.identity != identity || moment.now - first.first.now >= 23 * 3_600_000 {
      if first.identity != identity, isKeyFresh(first, moment) {
        report(.keyOfAnotherCall, "\(call) sent \(sent.key), which another call has")
      }
      known = nil
    }
    let key = known ?? Key(sent, identity: identity, at: moment)
    if sent.isSimulation { simulates(call, key, isNew: known == nil, moment, world) }
    if known == nil {
      if let earlier = byName[sent.key], earlier.identity == identity, !SimulatedCall.chosenKeys.contains(sent.key) {
        key.firstUse = earlier.firstUse
      }
      key.simulation = call.simulated
      // After a simulation that could not be read nothing is sent, unless the key may not read transfers.
      let isAllShown = !sent.isSimulation && world.platform.readsTransfers
      key.shownCents = call.simulated.map { isAllShown ? $0.shownCents : $0.shownCents(of: call.readTransfers) } ?? 0
      keys.append(key)
      byName[sent.key] = key
    }
    if !call.keys.contains(sent.key) {
      if call.keys.isEmpty, key.first != moment { world.statistics.repeatsUnderTheFirstKey += 1 }
      call.keys.append(sent.key)
      key.callsInFlight += 1
      key.last = moment
      key.lastOrder = sendCount
      key.process = call.server.process
      key.isSettled = false
    }
    key.lastTry = moment.now
    key.sendings += 1
    // After a certain refusal, it counts as never sent.
    if key.told == "rejected", key.ran == nil { (key.told, key.cents) = (nil, 0) }
    // Sequence runs it when it first arrives; later attempts change nothing.
    if key.ran == nil { (key.sent, key.order, key.tool, key.choice) = (moment, sendCount, call.triggeredTool, choice) }
    if call.tool != "trigger_rule", !sent.isPlatform {
      let cents = max(key.cents, call.cents(countsFee: choice.countsFee))
      if key.ran != nil, cents > key.cents { key.centsBefore.append((key.cents, sendCount)) }
      key.cents = cents
    }
  }

  /// Records that a call asks the person.
  func keepQuestion(_ call: SimulatedCall) {
    let rule = call.server.choice.triggers.first { $0.tool == call.tool }?.rule
    if let rule { asked.append((call, ReferenceModel.identity(call, rule: rule))) }
  }

  private func checkConsent(_ call: SimulatedCall, _ identity: String, _ moment: Moment, _ world: World) {
    // A yes would run it again. A call with a key of its own may be asked about while the same one is being sent, and so may
    // one that the person has agreed to as well.
    let waiting = asked.first { other, known in
      known == identity && other.state == .asking && !other.server.process.isOver && other.explicitKey == nil
    }
    if let waiting, !call.isConfirmed, !call.isApproved, !world.disk.hasGivenBackOtherBytes {
      report(.sentWhileAsked, "\(call) was sent while the person was asked about the same one, \(waiting.call)")
    }
    if call.tool == "rent" || call.tool == "sweep", !call.isConfirmed {
      report(.sentWithoutConsent, "\(call) was sent without a yes")
    }
    if call.tool == "sweep" { checkShown(call) }
    guard call.tool == "bills", !call.isApproved else { return }
    call.isApproved = true
    let found = grants.firstIndex { grant in
      !grant.isUsed && grant.identity == identity && isWithin(5 * 60_000, grant.at, moment)
    }
    guard let found else {
      let past = grants.filter { $0.identity == identity }
      return report(
        .sentWithoutConsent,
        "\(call) was sent, approvals of it: \(past.map { "\(moment.now - $0.at.now) ms ago\($0.isUsed ? ", used" : "")" })"
      )
    }
    grants[found].isUsed = true
  }

  /// Records that the person approves a call at the terminal.
  func grants(_ call: SimulatedCall) {
    grants.append((ReferenceModel.identity(call, rule: "ru_bills"), machine.moment, false))
  }

  /// Whether a complete intent under that key is on the disk itself.
  private static func holdsIntent(_ key: String, _ disk: SimulatedDisk) -> Bool {
    let mark = Array(#""idempotency_key":"\#(key)""#.utf8)
    return disk.names.keys.contains { name in
      guard name.hasPrefix("ledger"), name.hasSuffix(".jsonl"), let bytes = disk.flushedFile(name)?.flushed,
        let start = bytes.lastPosition(of: mark)
      else { return false }
      return bytes.position(of: [0x0A], from: start) != nil
    }
  }

  // MARK: Running

  /// Checks and records that Sequence runs a request.
  /// - Parameter movedCents: The amount that it moves in the end; nil for the requested amount.
  func runs(_ sent: SimulatedSequence.Request, _ call: SimulatedCall, movedCents: Int64? = nil) {
    guard let key = byName[sent.key] else { return }
    if key.ran != nil {
      // Nobody can recall what a machine sent before it slept for hours.
      if machine.now - key.lastTry < 3_600_000 { report(.ranTwice, "\(key.name) ran once more") }
      return
    }
    key.ran = machine.moment
    if let movedCents { key.cents = counted(movedCents, key, call) }
    checkTwice(key, call, machine.moment)
    // Later requests had to count it, too.
    for later in keys where later.ran != nil && !later.isSimulation && (later === key || later.order >= key.order) {
      checkCaps(later)
    }
  }

  /// Checks a run against the caps that were served when it was sent, together with all that was sent before and ran.
  func checkCaps(_ key: Key) {
    guard let choice = key.choice else { return }
    // Sequence has forgotten earlier runs under the same key, since a day has passed.
    let earlier = keys.filter { $0.name != key.name && $0.ran != nil && $0.order < key.order }
    check(choice.caps(of: key.tool), key, earlier.filter { $0.rule == key.rule }, "of \(key.tool)")
    check(choice.allCaps, key, earlier, "over all rules")
  }

  private func check(_ caps: ConfigurationChoice.Caps, _ key: Key, _ earlier: [Key], _ owner: String) {
    func runs(in milliseconds: Int64) -> [Key] {
      earlier.filter { isWithin(milliseconds, $0.counted(for: key.order), key.sent) }
    }
    func hold(_ name: String, _ cap: Int64?, _ used: Int64) {
      guard let cap, used > cap else { return }
      report(.overACap, "\(name) \(owner) is \(cap), and Sequence ran \(used) with \(key.name)")
    }
    let day = runs(in: 86_400_000)
    hold("calls_per_day", caps.callsPerDay, Int64(day.count) + 1)
    // A call without an amount uses up no amount cap, no matter how low the cap is now.
    if key.cents > 0 {
      hold("per_call", caps.perCall, key.cents)
      hold("per_day", caps.perDay, day.reduce(key.cents) { $0 + $1.cents(for: key.order) })
      let month = runs(in: 30 * 86_400_000)
      hold("per_30_days", caps.per30Days, month.reduce(key.cents) { $0 + $1.cents(for: key.order) })
    }
    if let seconds = caps.cooldownSeconds, let other = runs(in: seconds * 1000).last {
      report(
        .withinACooldown,
        "\(key.name) was sent \(key.sent.now - other.counted(for: key.order).now) ms after \(other.name),"
          + " the cooldown \(owner) is \(seconds) s"
      )
    }
  }

  /// Checks that a call without its own key does not run again what may have run, or was accepted just now.
  private func checkTwice(_ key: Key, _ call: SimulatedCall, _ moment: Moment) {
    // A key that a caller chose means that the repeat was intended, so it does not repeat earlier calls.
    guard call.explicitKey == nil, !SimulatedCall.chosenKeys.contains(key.name) else { return }
    let earlier = keys.prefix { $0 !== key }.filter {
      $0.identity == key.identity && $0.ran != nil && !($0.isPlatform && $0.cents == 0)
    }
    // An accepted run in between, under a key that the caller chose, does not answer an older one.
    if let prior = earlier.last(where: {
      ($0.told == nil || $0.told == "unknown" || $0.isUndelivered) && isKeyFresh($0, moment)
    }) {
      report(
        .ranTwice,
        "\(key.name) ran as \(prior.name) did, of which the caller was told '\(prior.told ?? "nothing")'"
          + (prior.isUndelivered ? " and never heard" : "")
      )
    } else if let prior = earlier.last, let ran = prior.ran, (lastExplicit[key.identity] ?? .min) <= prior.first.now,
      prior.told == "accepted", !prior.isTold, call.tool != "trigger_rule", prior.isSettled,
      isWithin(120_000, ran, moment)
    {
      report(.ranTwice, "\(key.name) ran \(moment.now - ran.now) ms after the same call was accepted as \(prior.name)")
    }
  }

  // MARK: Crashes

  /// Records that what a process had in flight will never be answered.
  func ends(_ process: SimulatedProcess, _ calls: [SimulatedCall], _ world: World) {
    for call in calls where call.server.process === process && call.state != .over {
      for key in call.keys.compactMap({ byName[$0] }) {
        key.callsInFlight -= 1
        if key.isSimulation { stops(call, simulation: key, world) }
      }
    }
  }

  /// Records that outcomes are lost that were not on the disk.
  func crashed(_ disk: SimulatedDisk, hasFaults: Bool) {
    // What could not be flushed may be lost.
    for key in keys where key.isLost && hasFaults && !ReferenceModel.isLost(key.name, disk) { forget(key) }
    for key in keys { key.isSettled = !key.isTold && ReferenceModel.outcome(of: key.name, disk) != nil }
  }
}
