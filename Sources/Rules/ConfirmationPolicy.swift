/// The policy for when this program asks a person to confirm a call, and through which channels.
package struct ConfirmationPolicy: Sendable, Hashable {
  /// The calls that a person is asked about.
  package enum When: Sendable, Hashable {
    /// Left to the client's own approval, which the tool's annotations request.
    case client
    case always
    case never
    /// If the call's amount is over this.
    case above(Money)
  }

  /// A way to reach the person.
  package enum Channel: String, Sendable, Hashable, CaseIterable {
    case client, dialog, terminal

    /// What the person sees, for the documentation of the key `ask`.
    package var meaning: String {
      switch self {
      case .client: "a form in the client"
      case .dialog: "a window on the desktop"
      case .terminal: "a code for `sequence-mcp approve`"
      }
    }
  }

  package var when = When.client
  /// In the order they are tried, without duplicates; never empty.
  package var ask = Channel.allCases

  package init() {}

  /// Whether this server itself must ask the person before a call of that amount.
  /// - Parameter amount: Nil if unknown. Then `above` also asks.
  package func asksPerson(amount: Money?) -> Bool {
    switch when {
    case .client, .never: false
    case .always: true
    case .above(let limit): amount.map { $0 > limit } ?? true
    }
  }
}
