/// When the person is asked, and what happens where nobody can be asked.
package struct ConfirmationPolicy: Sendable, Hashable {
  package enum When: Sendable, Hashable {
    /// Left to the client's own approval, which is asked for in the tool's annotations.
    case client
    case always
    case never
    /// The host asks where the call's amount is over this.
    case above(Money)
  }

  package enum Fallback: String, Sendable, Hashable, CaseIterable {
    case terminal, refuse, allow
  }

  package var when = When.client
  package var fallback = Fallback.terminal

  package init() {}
}
