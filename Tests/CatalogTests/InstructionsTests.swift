import Catalog
import Testing

@Suite struct InstructionsTests {
  private static func rules(_ count: Int, _ title: String) -> String {
    (1...count).map { "  r\($0): {rule_id: ru_\($0), api_secret: {env: A}, description: D., title: \(title) \($0)}\n" }
      .joined()
  }

  @Test func `they name the tools and the rules`() throws {
    let text = try #require(
      try World(ToolCatalogTests.several.replacing("server", with: "x-server")).catalog.instructions)
    #expect(
      text == """
        Tools for the user's own bank accounts and money at Sequence (getsequence.io). get_accounts lists accounts, pods and \
        balances. trigger_rule runs other rules by their id. Every other tool runs one of the user's rules: Zebra, An ant. \
        Run a rule only when the user asks for it. Tell the user the status of each call: accepted does not mean that money \
        has moved yet. Never ask for secrets.
        """)
  }

  @Test func `they say what each tool is for that is not a rule's`() throws {
    let yaml = PlatformFixtures.rule("Profit first", top: "tools: {get_limits: true}")
    let text = try #require(try PlatformFixtures.world(yaml, BankTransport()).catalog.instructions)
    #expect(
      text == """
        Tools for the user's own bank accounts and money at Sequence (getsequence.io). get_accounts lists accounts, pods and \
        balances. get_limits reports what is left of the owner's limits. get_run reports the outcome of a run. trigger_rule \
        runs other rules by their id. simulate_trigger simulates a rule and moves nothing. Every other tool runs one of the \
        user's rules: Run it. Run a rule only when the user asks for it. Tell the user the status of each call: accepted does \
        not mean that money has moved yet. Never ask for secrets.
        """)
    #expect(text.unicodeScalars.count <= 600)
  }

  @Test(arguments: [
    ("Move to savings", 3, "Move to savings 1, Move to savings 2, Move to savings 3."),
    ("Move to savings", 200, " more. Run a rule"),
    (String(repeating: "x", count: 500), 2, "runs one of the user's rules. Run a rule"),
    (String(repeating: "x", count: 500), 1, "runs one of the user's rules. Run a rule"),
  ])
  func `the titles that fit are named`(_ title: String, _ count: Int, _ end: String) throws {
    let text = try #require(try World("version: 1\nrules:\n" + Self.rules(count, title)).catalog.instructions)
    #expect(text.unicodeScalars.count <= 600)
    #expect(text.contains(end), "\(text)")
  }

  @Test(arguments: [
    ("server: {instructions: My own.}", "My own."), ("server: {instructions: none}", nil),
    ("tools: {get_accounts: false, trigger_rule: false}", nil),
    (
      "tools: {}",
      """
      Tools for the user's own bank accounts and money at Sequence (getsequence.io). get_accounts lists accounts, pods and \
      balances. trigger_rule runs other rules by their id. Run a rule only when the user asks for it. Tell the user the \
      status of each call: accepted does not mean that money has moved yet. Never ask for secrets.
      """
    ),
    (
      "server: {read_only: true}",
      """
      Tools for the user's own bank accounts and money at Sequence (getsequence.io). get_accounts lists accounts, pods and \
      balances. They only read.
      """
    ),
  ])
  func `the owner's words replace them`(_ line: String, _ text: String?) throws {
    #expect(try World("version: 1\n" + line).catalog.instructions == text)
  }
}
