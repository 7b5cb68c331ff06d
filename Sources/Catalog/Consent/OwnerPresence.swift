import Rules
import Safeguards

/// Whether the owner makes the calls, at a terminal of their own, or a client does.
package enum OwnerPresence: Sendable, Hashable {
  /// A client makes the calls; each rule's channels reach the person.
  case elsewhere
  /// The owner answers here, so answers are not timed and every question is asked here.
  /// - asksAlways: also asks about triggers that their rules would not ask about.
  case present(asksAlways: Bool)
  /// The owner makes the calls, and there is no terminal to ask at.
  case unreachable

  var isPresent: Bool {
    switch self {
    case .present: true
    case .elsewhere, .unreachable: false
    }
  }
}

/// What happens before a call is sent.
enum ConsentNeed: Sendable, Hashable {
  case notAsked
  /// A person is asked through the channels of this policy.
  case asked(ConfirmationPolicy)
  /// A person would have to be asked, and nobody can be.
  case impossible
}

extension OwnerPresence {
  /// - Parameter amount: nil if it is not known.
  func need(of policy: ConfirmationPolicy, amount: Money?) -> ConsentNeed {
    let asksPerson = policy.asksPerson(amount: amount)
    switch self {
    case .elsewhere: return asksPerson ? .asked(policy) : .notAsked
    case .unreachable: return asksPerson ? .impossible : .notAsked
    case .present(let asksAlways):
      guard asksPerson || asksAlways else { return .notAsked }
      // The protocol's own question is the one that reaches this terminal.
      var here = policy
      here.ask = [.client]
      return .asked(here)
    }
  }
}

extension ToolFailure {
  /// The owner runs `call` in a script.
  static let needsTerminal = ToolFailure(
    status: "rejected", code: "CONFIRMATION_UNAVAILABLE",
    message: "This call needs your confirmation, and there is no terminal to ask you at. Nothing was sent.",
    help: "Run it at a terminal.", isRetryable: false)
}
