import JSON
import Testing

@testable import Rules

@Suite struct ParameterCheckTests {
  @Test(
    arguments: [
      (.money, "50", "50"), (.money, "50.50", "50.5"), (.money, "\"50.00\"", "50"), (.money, "\"0.01\"", "0.01"),
      (.integer, "7", "7"), (.integer, "1.0", "1"), (.integer, "1e3", "1000"), (.integer, "\"7\"", "7"),
      (.integer, "\"-7.0\"", "-7"), (.integer, "-0", "0"), (.integer, "1e5000", "1e5000"), (.number, "1.10", "1.10"),
      (.number, "1e400", "1e400"), (.number, "\"2.50\"", "2.50"), (.boolean, "true", "true"),
      (.boolean, "\"false\"", "false"), (.string, "\"\"", "\"\""), (.string, "\"50\"", "\"50\""),
    ] as [(ParameterType, String, String)])
  func `a value is taken in its normal form`(_ type: ParameterType, _ value: String, _ expected: String) throws {
    #expect(JSONWriter.text(try parameter("x", type).check(json(value))) == expected)
  }

  @Test(
    arguments: [
      (.money, "\"5e1\"", "is \"5e1\", which has an exponent"), (.money, "5e1", "is 5e1, which has an exponent"),
      (.money, "\" 50\"", "is \" 50\", which is not a plain decimal number"),
      (.money, "\"0x32\"", "is \"0x32\", which is not a plain decimal number"),
      (.money, "\"1,000\"", "is \"1,000\", which is not a plain decimal number"),
      (.money, "1.005", "is 1.005, which has more than two decimals"), (.money, "-5", "is -5, which has a sign"),
      (.money, "0", "is 0, which is under the minimum"), (.money, "1e999", "is 1e999, which has an exponent"),
      (.money, "true", "is true, which is not a plain decimal number"),
      (.money, "99999999999", "is 99999999999, which is over 9999999999.99"),
      (.integer, "1.5", "is 1.5, which is not a whole number"),
      (.integer, "\"1e2\"", "is \"1e2\", which is text with an exponent"),
      (.integer, "[1]", "is a list, which is not a number"),
      (.integer, "\"\"", "is \"\", which is text that is not a plain number"),
      (.number, "{}", "is an object, which is not a number"),
      (.boolean, "1", "is 1, which is neither true nor false"),
      (.boolean, "\"True\"", "is \"True\", which is neither true nor false"),
      (.string, "5", "is 5, which is not text"), (.string, "null", "is null, which is not text"),
    ] as [(ParameterType, String, String)])
  func `other values are refused`(_ type: ParameterType, _ value: String, _ problem: String) {
    let fault = #expect(throws: ArgumentFault.self) { try parameter("x", type).check(json(value)) }
    #expect(fault?.problem == problem)
  }

  @Test func `bounds are exact and named`() {
    let amount = parameter("amount", .money) {
      $0.minimum = decimal("1.00")
      $0.maximum = decimal("500.00")
    }
    let fault = #expect(throws: ArgumentFault.self) { try amount.check(9999) }
    #expect(
      fault?.description
        == "'amount' is 9999, which is over the maximum; allowed: an amount in US dollars from $1.00 to $500.00"
        + " with at most two decimals, such as 50 or 50.25"
    )
    #expect(throws: Never.self) { try amount.check(number("500.00")) }
    #expect(throws: ArgumentFault.self) { try amount.check(number("500.01")) }
  }

  @Test func `amounts out of the bounds are not samples of what is allowed`() {
    let amount = parameter("amount", .money) { $0.maximum = decimal("5.00") }
    let fault = #expect(throws: ArgumentFault.self) { try amount.check(9) }
    #expect(fault?.description.hasSuffix("from $0.01 to $5.00 with at most two decimals") == true)
  }

  @Test(
    arguments: [
      ("1", "10", nil, nil, "a number from 1 to 10"), (nil, "10", "0", nil, "a number more than 0 and at most 10"),
      ("1", nil, nil, "10", "a number from 1 to less than 10"),
      (nil, nil, "0", "1", "a number more than 0 and less than 1"),
      (nil, "10", nil, nil, "a number at most 10"), (nil, nil, nil, nil, "a number"),
    ] as [(String?, String?, String?, String?, String)])
  func `bounds in words are a sentence`(
    _ minimum: String?, _ maximum: String?, _ above: String?, _ below: String?, _ words: String
  ) {
    let ratio = parameter("ratio", .number) {
      $0.minimum = minimum.map(decimal)
      $0.maximum = maximum.map(decimal)
      $0.exclusiveMinimum = above.map(decimal)
      $0.exclusiveMaximum = below.map(decimal)
    }
    #expect(ratio.allowed == words)
  }

  @Test(arguments: [
    ("0.1", false), ("0.2", true), ("0.30", true), ("0.35", false), ("0.9", true), ("1", false),
    ("0.9000000000000000000000001", false),
  ])
  func `all number keywords hold exactly`(_ value: String, _ isAllowed: Bool) {
    let ratio = parameter("ratio", .number) {
      $0.exclusiveMinimum = decimal("0.1")
      $0.exclusiveMaximum = decimal("1")
      $0.multipleOf = decimal("0.1")
    }
    #expect(((try? ratio.check(number(value))) != nil) == isAllowed)
  }

  @Test func `lengths count code points`() {
    let note = parameter("note") {
      $0.minLength = 2
      $0.maxLength = 2
    }
    #expect(throws: Never.self) { try note.check("e\u{301}") }
    #expect(throws: Never.self) { try note.check("😀😀") }
    #expect(throws: ArgumentFault.self) { try note.check("é") }
    let short = #expect(throws: ArgumentFault.self) { try note.check("a") }
    #expect(short?.problem == "is \"a\", which has only 1 character")
    let fault = #expect(throws: ArgumentFault.self) { try note.check("abc") }
    #expect(fault?.problem == "is \"abc\", which has 3 characters")
    #expect(fault?.allowed == "text of exactly 2 characters")
  }

  @Test func `a string without max length takes 4096 code points`() {
    #expect(throws: Never.self) { try parameter("x").check(.string(String(repeating: "é", count: 4096))) }
    #expect(throws: ArgumentFault.self) { try parameter("x").check(.string(String(repeating: "a", count: 4097))) }
  }

  @Test func `enum numbers compare by value and keep the list's spelling`() throws {
    let level = parameter("level", .number) { $0.enumValues = [1, 2] }
    #expect(try level.check(number("1.0")) == 1)
    #expect(try level.check("2") == 2)
    let fault = #expect(throws: ArgumentFault.self) { try level.check(3) }
    #expect(fault?.allowed == "one of 1, 2")
  }

  @Test func `enum texts compare by bytes`() {
    let word = parameter("word") { $0.enumValues = ["\u{E9}", "low"] }
    #expect(throws: Never.self) { try word.check("\u{E9}") }
    #expect(throws: ArgumentFault.self) { try word.check("e\u{301}") }
    #expect(throws: ArgumentFault.self) { try word.check("Low") }
  }

  @Test func `a money enum is read as money`() throws {
    let amount = parameter("amount", .money) { $0.enumValues = ["5.00", 10] }
    #expect(try amount.check(5) == 5)
    #expect(try amount.check("10.00") == 10)
    #expect(JSONWriter.text(.object(amount.publishedSchema)).contains("One of 5, 10."))
  }

  @Test func `a value is shown short and without invisible characters`() {
    let fault = #expect(throws: ArgumentFault.self) {
      try parameter("x", .integer).check(.string("a\u{202E}\n\u{200B}" + String(repeating: "b", count: 1_000_000)))
    }
    #expect(fault?.problem.hasPrefix("is \"a<U+202E><U+000A><U+200B>bbb") == true)
    #expect(fault.map { $0.problem.utf8.count < 200 } == true)
  }

  @Test(arguments: ParameterType.allCases)
  func `every type has its own rules`(_ type: ParameterType) {
    #expect(!type.kind.allowed(Constraints()).isEmpty)
  }
}
