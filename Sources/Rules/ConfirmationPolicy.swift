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
    /// An elicitation through the client.
    case client
    /// A window on the person's desktop.
    case dialog
    /// `sequence-mcp approve` in the person's terminal.
    case terminal
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
