import Testing

@testable import Rules

@Suite struct RuleTests {
  @Test(arguments: [
    ("move_to_savings", "Move to savings"), ("payRent-now", "PayRent now"), ("x", "X"), ("a__b", "A b"),
  ])
  func `a title is made from the alias`(alias: String, title: String) {
    #expect(Rule.title(for: alias) == title)
  }
}
