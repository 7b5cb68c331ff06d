import Testing

@testable import Rules

@Suite struct RuleIDTests {
  @Test func `the published pattern accepts the characters of a valid id, and no others`() throws {
    let pattern = try #require(RuleID.pattern)
    for value in (0...0x17F).compactMap(Unicode.Scalar.init) where value != "." {
      let text = String(Character(value))
      #expect(pattern.matches(text) == RuleID.isValid(text), "\(value.value)")
    }
    #expect(!pattern.matches(""))
    #expect(pattern.matches("0193f1a2-7b3c-4d5e-8f90-123456789abc"))
  }

  @Test(
    arguments: [("ru_A-1", "RU_a1", true, true), ("ru_1", "{ru-1}", true, false), ("...", "....", false, false)])
  func `an id has many spellings, and the ledger counts fewer of them as one rule`(
    one: String, other: String, isSpelling: Bool, isCountedAsOne: Bool
  ) {
    #expect(RuleID.isSpelling(one, of: other) == isSpelling)
    #expect((RuleID.normalized(one) == RuleID.normalized(other)) == isCountedAsOne)
  }

  @Test(
    arguments: [
      ("ru_1", nil), ("https://app.getsequence.io/rules/ru_1", .address(id: "ru_1")),
      ("https://app.getsequence.io/", .address(id: nil)), ("rules/ru_1/trigger", .path(id: "ru_1")),
      ("a/b", .path(id: nil)),
      ("YOUR_RULE_ID", .placeholder), ("ru 1", .malformed), ("", .malformed), ("..", .malformed),
    ] as [(String, RuleID.Fault?)])
  func `a text that is not an id is told apart by what it is`(text: String, fault: RuleID.Fault?) {
    #expect(RuleID.fault(of: text) == fault)
  }
}
