package import JSON
import Safeguards

/// What a call would do, for a person who makes it at their own terminal.
package struct CallPreview: Sendable {
  /// The rule, the arguments and what will be sent, as a question of this program shows them.
  package let message: String
  /// Whether this program asks a person about it anyhow.
  package let asksPerson: Bool
}

extension ToolCatalog {
  /// - Returns: nil if the tool triggers nothing, or the call would not be sent now: nobody is asked about such a call.
  package func preview(of name: String, _ arguments: JSONObject) -> CallPreview? {
    guard let tool = list.first(where: { $0.name == name }) as? any TriggerTool,
      let plan = try? tool.plan(arguments, isCancelled: { false }),
      case .go = services.safeguards.check(plan.intent)
    else { return nil }
    return CallPreview(
      message: ConfirmationText.message(of: plan, client: nil, isSandbox: services.isSandbox),
      asksPerson: plan.confirmation.asksPerson(amount: plan.intent.amount))
  }
}
