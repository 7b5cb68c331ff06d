import Platform

/// One argument that a tool does not take: which, what is wrong with it, and what is allowed.
package struct ArgumentFault: Error, Sendable, Hashable, CustomStringConvertible {
  package let argument: String
  /// To complete "'amount' ...": `is 9999, which is over the maximum`.
  package let problem: String
  /// What is taken in its place: `an amount in US dollars from 1 to 500`.
  package let allowed: String

  package init(argument: String, problem: String, allowed: String) {
    self.argument = argument
    self.problem = problem
    self.allowed = allowed
  }

  /// One sentence: `'amount' is 9999, which is over the maximum; allowed: ...`.
  package var description: String { "'\(VisibleText.escaped(argument, limit: 60))' \(problem); allowed: \(allowed)" }
}

/// All faults of one call, in the order of its arguments, then the missing ones.
package struct ArgumentFaults: Error, Sendable, Hashable {
  package let faults: [ArgumentFault]

  package init(_ faults: [ArgumentFault]) { self.faults = faults }
}
