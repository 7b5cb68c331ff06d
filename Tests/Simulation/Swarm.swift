/// What one schedule does much of, and what not at all. Rare combinations of a few things come up only where the rest is left out
/// ("Swarm Testing", Groce and others, ISSTA 2012).
struct Swarm {
  /// How often each kind of step comes, beside the others.
  let steps: [(weight: Int, element: Schedule.Step)]
  /// Which edits a reload makes.
  let edits: [Schedule.Edit]
  let tools: [(weight: Int, element: Tool)]
  /// Dollars.
  let amounts: [Int]
  let fees: [Int]
  let notes: [String]
  /// How many calls pass an idempotency key.
  let explicitKeyPercent: Int

  /// A tool that triggers something; `save` under the name that it has just then.
  enum Tool: String {
    case save, twin, rent, bills, generic = "trigger_rule"
  }

  private static let allTools: [(weight: Int, element: Tool)] = [
    (8, .save), (2, .twin), (3, .rent), (5, .bills), (3, .generic),
  ]

  init(_ dice: inout Dice) {
    guard dice.chance(60) else {
      steps = Schedule.Step.allCases.map { ($0.weight, $0) }
      edits = Schedule.Edit.allCases
      tools = Swarm.allTools
      (amounts, fees, notes) = ([10, 25, 60, 90], [1, 1, 80], ["a", "b"])
      explicitKeyPercent = 12
      return
    }
    steps = Schedule.Step.allCases.map { step in
      (step.isNeeded ? step.weight : step.weight * dice.pick([0, 0, 1, 1, 4, 8]), step)
    }
    edits = (0...dice.below(2)).map { _ in dice.pick(Schedule.Edit.allCases) }
    tools = [(1, dice.pick(weighted: Swarm.allTools)), (1, dice.pick(weighted: Swarm.allTools))]
    amounts = [dice.pick([10, 25, 60, 90])]
    fees = [dice.pick([1, 80])]
    notes = dice.pick([["a"], ["a", "b", "c"]])
    explicitKeyPercent = dice.pick([0, 12, 50])
  }
}
