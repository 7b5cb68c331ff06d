import JSON
import Testing

@testable import Rules

@Suite struct ParameterSchemaTests {
  @Test func `the schema of a tool is complete`() {
    let amount = {
      var amount = parameter("amount", .money) { $0.maximum = decimal("500.00") }
      amount.description = "How much."
      return amount
    }()
    let schema = ParameterSchema.inputSchema(for: [amount, parameter("note", required: false)])
    let key = JSONWriter.text(.object(IdempotencyKey.publishedSchema))
    #expect(
      JSONWriter.text(.object(schema))
        == #"{"type":"object","properties":{"amount":{"type":"number","description":"How much. US dollars, with at most two "#
        + #"decimals.","minimum":0.01,"maximum":500.00},"note":{"type":"string","description":"At most 4096 characters."},"#
        + #""idempotency_key":\#(key)},"required":["amount"],"additionalProperties":false}"#
    )
  }

  @Test func `a tool without parameters requires nothing`() {
    #expect(ParameterSchema.inputSchema(for: [])["required"] == nil)
  }

  @Test func `a tool without arguments has no properties`() {
    let schema = ParameterSchema.inputSchema(for: [], takesIdempotencyKey: false)
    #expect(schema == ["type": "object", "additionalProperties": false])
  }

  @Test(arguments: [
    ("How much", "How much. At most 4096 characters."), ("How much.", "How much. At most 4096 characters."),
    ("Which?", "Which? At most 4096 characters."), ("How much.\n", "How much. At most 4096 characters."),
    ("How\nmuch \n", "How\nmuch. At most 4096 characters."), ("为什么。", "为什么。 At most 4096 characters."),
  ])
  func `sentences follow the owner's words`(_ description: String, _ published: String) {
    var parameter = parameter("x")
    parameter.description = description
    #expect(parameter.publishedSchema["description"] == .string(published))
  }

  @Test func `the currency is not said twice`() {
    var amount = parameter("amount", .money)
    amount.description = "How much, in US dollars."
    #expect(amount.publishedSchema["description"] == "How much, in US dollars. At most two decimals.")
  }

  @Test(arguments: [
    (
      parameter("x", .money),
      #"{"type":"number","description":"US dollars, with at most two decimals.","minimum":0.01,"maximum":9999999999.99}"#
    ),
    (parameter("x", .boolean, default: true), #"{"type":"boolean","default":true}"#),
    (
      parameter("x", default: "low") { $0.enumValues = ["low", "high"] },
      #"{"type":"string","enum":["low","high"],"default":"low"}"#
    ),
    (
      parameter("x", .integer) {
        $0.exclusiveMinimum = decimal("0")
        $0.multipleOf = decimal("5")
      }, #"{"type":"integer","exclusiveMinimum":0,"multipleOf":5}"#
    ),
    (
      parameter("x") {
        $0.minLength = 1
        $0.maxLength = 9
        $0.pattern = try! Pattern("a|b")
        $0.format = .dateTime
      }, #"{"type":"string","format":"date-time","minLength":1,"maxLength":9,"pattern":"^(a|b)$"}"#
    ),
    (parameter("x") { $0.format = .date }, #"{"type":"string","format":"date"}"#),
    (parameter("x") { $0.format = .dateTime }, #"{"type":"string","format":"date-time"}"#),
    (parameter("x") { $0.format = .email }, #"{"type":"string","format":"email"}"#),
    (parameter("x") { $0.format = .uuid }, #"{"type":"string","format":"uuid"}"#),
    (
      parameter("x") {
        $0.minLength = 2000
        $0.maxLength = 3000
        $0.pattern = try! Pattern("\\p{L}+")
      },
      #"{"type":"string","description":"At least 2000 characters. At most 3000 characters. "#
        + #"Must match the regular expression ^(?:\\p{L}+)$ (ECMA-262, flag u)."}"#
    ),
    (
      parameter("x") {
        $0.maxLength = 1999
      }, #"{"type":"string","maxLength":1999}"#
    ),
    (parameter("x") { $0.enumValues = ["", "a"] }, #"{"type":"string","description":"One of \"\", \"a\"."}"#),
    (
      parameter("x", .integer) {
        $0.minimum = decimal("0")
        $0.enumValues = [5, 1, 10]
      }, #"{"type":"integer","description":"One of 5, 1, 10.","minimum":1,"maximum":10}"#
    ),
    (parameter("x", .boolean) { $0.enumValues = [true] }, #"{"type":"boolean","description":"One of true."}"#),
  ])
  func `everything enforced is published or described`(_ parameter: Parameter, _ expected: String) {
    #expect(JSONWriter.text(.object(parameter.publishedSchema)) == expected)
  }
}
