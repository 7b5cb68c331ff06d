import Rules

/// The configuration that `init` writes: short, commented, and with careful defaults.
enum StarterConfiguration {
  /// The path of the starter's access token, relative to the configuration's directory.
  static let tokenPath = "secrets/access_token"

  /// The path of the Platform API's key, relative to the configuration's directory.
  static let keyPath = "secrets/api_key"

  /// The schema next to the configuration, for editors.
  static let schemaName = "config.schema.json"

  static let modeline = "# yaml-language-server: $schema=./\(schemaName)\n"

  /// Returns the starter for one of Sequence's APIs.
  static func text(_ api: SequenceAPIName) -> String {
    """
    # Your Sequence rules as tools for Claude and other MCP clients.
    # After every change: sequence-mcp validate-config     What a client then sees: sequence-mcp tools
    version: 1

    sequence:
    \(api == .remote ? remoteCredential : platformCredential)

    server:
      title: My money
      # What clients tell the model about this server. Without it, they get the titles of your rules.
      # instructions: Use the named tools. Accepted does not mean that money has moved yet. Never ask for secrets.
      # read_only: true          # list no tool that triggers anything

    tools:
      get_accounts: true
      # The generic tool triggers any rule by its id. A named rule, with its own caps, is safer.
      trigger_rule: false

    # For all rules together: what they may move in any 24 hours and in any 30 days, and how often they may run.
    limits:
      per_day: 1000.00
      per_30_days: 5000.00
      calls_per_day: 20

    # One tool per rule. 'sequence-mcp rule add' asks for what it needs and adds one below; by hand it looks like this:
    #
    \(api == .remote ? remoteRule : platformRule)

    """
  }

  private static let remoteCredential = """
      # For get_accounts. 'sequence-mcp secret set token' asks for it and stores it in this file, which only you can read.
      access_token: {file: \(tokenPath)}
    """

  private static let platformCredential = """
      # The one key for all rules. 'sequence-mcp secret set api-key' asks for it and stores it in this file, which only you can
      # read.
      platform:
        api_key: {file: \(keyPath)}
    """

  private static let remoteRule = """
    # rules:
    #   move_to_savings:                                     # the tool's name
    #     rule_id: YOUR_RULE_ID                              # from the rule's "Remote API" trigger in Sequence
    #     api_secret: {file: secrets/move_to_savings}        # that rule's own secret, a file of mode 600
    #     description: Runs the "Move to savings" rule. Use it when the user asks to put money aside.
    #     parameters:
    #       amount: {type: money, maximum: 500.00, description: "How much, in US dollars."}
    #     payload: {amountInCents: "{{ amount | cents }}"}   # what your rule reads; Sequence ignores the rest
    #     limits: {per_day: 1000.00, calls_per_day: 3}
    #     confirm: {above: 100.00}                           # this program asks you over that amount
    """

  private static let platformRule = """
    # rules:
    #   move_to_savings:                                     # the tool's name
    #     api: platform                                      # simulated first, followed afterwards
    #     rule_id: YOUR_RULE_ID                              # a UUID, from the rule's address in Sequence
    #     description: Runs the "Move to savings" rule. Use it when the user asks to put money aside.
    #     parameters:
    #       amount: {type: money, minimum: 1.00, maximum: 500.00, description: "How much, in US dollars."}
    #     execute_amount: amount                             # what the rule runs on
    #     limits: {per_day: 1000.00, calls_per_day: 3}       # count what moves
    #     confirm: {above: 100.00}                           # this program asks you over that amount
    """
}
