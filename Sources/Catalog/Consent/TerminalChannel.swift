import MCP
import Safeguards

/// `sequence-mcp approve` in the person's own terminal: the call is refused with a code, and accepted once when it is repeated
/// after the person's yes. Needs neither client support nor time, so it always works.
struct TerminalChannel: ConsentChannel {
  func ask(_ flow: ConsentFlow, then: @escaping @Sendable (ConsentAnswer) -> ToolReply) -> ToolReply {
    let plan = flow.plan
    switch flow.services.process.safeguards.approvals.request(
      plan.intent, title: plan.title, notes: ConfirmationText.notes(of: plan))
    {
    case .success(let pending):
      return then(.no(.needsApproval(code: pending.code, hasKey: plan.intent.explicitKey != nil)))
    case .failure(let refusal): return then(.no(.refused(refusal)))
    }
  }
}
