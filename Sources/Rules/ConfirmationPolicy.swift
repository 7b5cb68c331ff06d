/// When a person is asked by this program, and how that person is reached.
package struct ConfirmationPolicy: Sendable, Hashable {
  package enum When: Sendable, Hashable {
    /// Left to the client's own approval, which is asked for in the tool's annotations.
    case client
    case always
    case never
    /// This program asks if the call's amount is over this.
    case above(Money)
  }

  /// A way to reach the person.
  package enum Channel: String, Sendable, Hashable, CaseIterable {
    /// The client's elicitation.
    case client
    /// A window on the person's own desktop.
    case dialog
    /// `sequence-mcp approve` in the person's own terminal.
    case terminal
  }

  package var when = When.client
  /// In the order in which they are tried, each at most once; never empty.
  package var ask = Channel.allCases

  package init() {}
}
