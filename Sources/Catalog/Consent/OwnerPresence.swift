import Rules

/// Whether the calls come from the owner, at a terminal, or from a client.
package enum OwnerPresence: Sendable, Hashable {
  /// A client makes the calls; each rule's channels reach the person.
  case elsewhere
  /// The owner answers at this terminal, so answers are not timed and every question is asked here.
  /// - asksAlways: whether to ask even if the rule's policy does not require it.
  case present(asksAlways: Bool)
  /// The owner makes the calls, and there is no terminal to ask at.
  case unreachable

  var isPresent: Bool { if case .present = self { true } else { false } }
}

/// Whether a person must be asked before a call is sent.
enum ConsentNeed: Sendable, Hashable {
  case notAsked
  /// A person must be asked through the channels of this policy.
  case asked(ConfirmationPolicy)
  /// A person must be asked, and nobody can be.
  case impossible
}

extension OwnerPresence {
  /// - Parameter amount: Nil if unknown.
  func need(of policy: ConfirmationPolicy, amount: Money?) -> ConsentNeed {
    let asksPerson = policy.asksPerson(amount: amount)
    switch self {
    case .elsewhere: return asksPerson ? .asked(policy) : .notAsked
    case .unreachable: return asksPerson ? .impossible : .notAsked
    case .present(let asksAlways):
      guard asksPerson || asksAlways else { return .notAsked }
      // Only the elicitation question reaches this terminal.
      var here = policy
      here.ask = [.client]
      return .asked(here)
    }
  }
}
