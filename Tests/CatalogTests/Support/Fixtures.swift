import MCP

/// Clients that several suites use.
enum Callers {
  static let claudeCode = ToolCaller(
    client: ToolCaller.Client(name: "claude-code", version: "2.1.331"), callID: "toolu_01", session: "s-1")
}

/// Configurations that several suites use.
enum Fixtures {
  /// Returns one alias with two parameters. `more` are further lines of the rule, each indented by four spaces.
  static func savings(_ more: String = "") -> String {
    """
    version: 1
    tools: {trigger_rule: {api_secrets: {ru_777: {env: RU_777}}}}
    rules:
      move_to_savings:
        rule_id: ru_12345
        api_secret: {env: SAVINGS}
        title: Move to savings
        description: Puts money aside.
        parameters:
          amount: {type: money, minimum: 1.00, maximum: 500.00, description: "How much."}
          note: {type: string, maxLength: 80, required: false}
        payload:
          amountInCents: "{{ amount | cents }}"
          note: "{{ note }}"
          source: mcp

    """ + more
  }

  static let asksAlways = savings("    confirm: always\n")
}
