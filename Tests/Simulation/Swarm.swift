/// What one schedule does often, and what it leaves out. Rare combinations of a few things occur only if the rest is left out
/// ("Swarm Testing", Groce and others, ISSTA 2012).
struct Swarm {
  /// How often each kind of step is chosen, relative to the others.
  var steps: [(weight: Int, element: Schedule.Step)] = Schedule.Step.allCases.map { ($0.weight, $0) }
  /// The edits that a reload makes.
  var edits = Schedule.Edit.allCases
  var tools: [(weight: Int, element: Tool)] = Swarm.allTools
  /// In dollars.
  var amounts = [10, 25, 60, 90]
  var fees = [1, 1, 80]
  var notes = ["a", "b"]
  /// The percentage of calls that pass an idempotency key.
  var explicitKeyPercent = 12
  /// Whether the bank runs half of what it is to simulate, and the caps over all rules are low.
  var runsSimulations = false
  /// How the disk fails, if it does.
  var faults: [(weight: Int, element: Schedule.DiskFault)]

  /// A tool that triggers or reads something; `save` means the name that the tool has at the time.
  enum Tool: String {
    case save, twin, rent, bills, generic = "trigger_rule"
    /// The tools of the Platform API.
    case wages, sweep, run = "get_run", simulate = "simulate_trigger"
  }

  private static let allTools: [(weight: Int, element: Tool)] = [
    (8, .save), (2, .twin), (3, .rent), (5, .bills), (3, .generic), (2, .wages), (1, .sweep),
  ]

  /// Everything, for a long run.
  static let everything = Swarm(
    faults: [(2, .process), (1, .machine), (1, .full), (1, .broken), (1, .failedRemoval)])

  private init(faults: [(weight: Int, element: Schedule.DiskFault)]) {
    self.faults = faults
    tools += [(3, .run), (1, .simulate)]
  }

  init(_ dice: inout Dice) {
    faults = [(1, .process), (1, .machine)]
    if dice.chance(30) { faults += [(1, .full), (2, .broken), (1, .failedRemoval)] }
    switch dice.below(13) {
    case 0..<4: break
    case 4..<8: draw(&dice)
    case 8: runMuch()
    case 9: simulateInVain()
    case 10: countTheOtherAmount()
    case 11: leaveMuch()
    default: approveMuch()
    }
  }

  private mutating func draw(_ dice: inout Dice) {
    for index in steps.indices where !steps[index].element.isNeeded {
      steps[index].weight *= dice.pick([0, 0, 1, 1, 4, 8])
    }
    edits = (0...dice.below(2)).map { _ in dice.pick(Schedule.Edit.allCases) }
    tools = [(1, dice.pick(weighted: Swarm.allTools)), (1, dice.pick(weighted: Swarm.allTools))]
    amounts = [dice.pick(amounts)]
    fees = [dice.pick(fees)]
    notes = dice.pick([["a"], ["a", "b", "c"]])
    explicitKeyPercent = dice.pick([0, 12, 50])
  }

  /// Tests a rule whose amount becomes another parameter between the attempts of a call.
  private mutating func countTheOtherAmount() {
    repeatSteps([.reload: 4, .again: 2, .fault: 0])
    edits = [.countedAmount]
    tools = [(1, .save)]
    (amounts, fees) = ([10], [80])
  }

  /// Tests calls that a person approves at the terminal, at several servers, on a disk that fails.
  private mutating func approveMuch() {
    repeatSteps([.approve: 4, .fault: 5, .start: 3, .reload: 0, .pause: 0, .sleep: 0, .clock: 0])
    tools = [(1, .bills)]
    (amounts, notes) = ([10], ["a"])
    faults = [(1, .process), (1, .machine), (1, .full), (1, .broken), (3, .failedRemoval)]
    explicitKeyPercent = 50
  }

  /// Callers that go away and come back with the same call.
  private mutating func leaveMuch() {
    repeatSteps([.cancel: 10, .again: 3, .pass: 2, .reload: 0, .pause: 0, .clock: 0, .fault: 0])
    tools = [(2, .save), (1, .twin)]
    (amounts, fees, notes) = ([10], [1], ["a"])
    explicitKeyPercent = 0
  }

  /// Tests runs over the Platform API, which are simulated before and read afterwards.
  private mutating func runMuch() {
    repeatSteps([.reload: 0, .approve: 0, .kill: 2, .settle: 2])
    tools = [(6, .wages), (3, .sweep), (3, .run), (1, .simulate)]
    amounts = [60, 90]
  }

  /// Tests a bank that runs what it is to simulate, of a known and of an unknown amount.
  private mutating func simulateInVain() {
    repeatSteps([.reload: 0, .approve: 0, .pause: 0, .sleep: 0, .clock: 0, .fault: 0, .crash: 0, .settle: 2])
    tools = [(2, .sweep), (1, .wages), (2, .save)]
    amounts = [60, 90]
    runsSimulations = true
  }

  private mutating func repeatSteps(_ factors: [Schedule.Step: Int]) {
    for index in steps.indices { steps[index].weight *= factors[steps[index].element, default: 1] }
  }
}
