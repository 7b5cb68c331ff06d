import Testing

@testable import Rules

@Suite struct RuleIDTests {
  @Test("the published pattern accepts the characters of a valid id, and no others")
  func patternAgreesWithIsValid() throws {
    let pattern = try #require(RuleID.pattern)
    for value in (0...0x17F).compactMap(Unicode.Scalar.init) where value != "." {
      let text = String(Character(value))
      #expect(pattern.matches(text) == RuleID.isValid(text), "\(value.value)")
    }
    #expect(!pattern.matches(""))
    #expect(pattern.matches("0193f1a2-7b3c-4d5e-8f90-123456789abc"))
  }
}
