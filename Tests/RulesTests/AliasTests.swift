import Testing

@testable import Rules

@Suite struct AliasTests {
  @Test(
    arguments: [
      ("move_to_savings", nil), ("A-1", nil), (String(repeating: "a", count: 64), nil),
      (String(repeating: "a", count: 65), .tooLong), ("", .malformed), ("1a", .malformed), ("_a", .malformed),
      ("save now", .malformed), ("é", .malformed), (String(repeating: "a", count: 65) + ".", .malformed),
    ] as [(String, Alias.Fault?)])
  func `an alias is a letter, then letters, digits and two marks`(text: String, fault: Alias.Fault?) {
    #expect(Alias.fault(of: text) == fault)
  }

  @Test(arguments: [("Move to savings", "move_to_savings"), ("  50/30 – rule!", "50_30_rule"), ("é", "")])
  func `a name is spelled in the characters of an alias`(name: String, spelling: String) {
    #expect(Alias.spelling(of: name) == spelling)
  }
}
