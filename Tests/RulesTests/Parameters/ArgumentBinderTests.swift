import JSON
import Testing

@testable import Rules

@Suite struct ArgumentBinderTests {
  private let parameters = [
    parameter("amount", .money) { $0.maximum = decimal("500") }, parameter("note", required: false),
    parameter("urgency", default: "low") { $0.enumValues = ["low", "high"] },
  ]

  @Test func `arguments are bound in declared order with defaults`() throws {
    let bound = try ArgumentBinder.bind(["note": "hi", "amount": "50.00"], to: parameters)
    #expect(JSONWriter.text(.object(bound.object)) == #"{"amount":50,"note":"hi","urgency":"low"}"#)
    #expect(bound.money("amount") == Money(cents: 5000))
    #expect(bound.money("note") == nil)
    #expect(bound.idempotencyKey == nil)
  }

  @Test func `an absent optional argument stays absent`() throws {
    #expect(try ArgumentBinder.bind(["amount": 1], to: parameters)["note"] == nil)
  }

  @Test func `all faults come at once`() {
    let faults = #expect(throws: ArgumentFaults.self) {
      try ArgumentBinder.bind(
        ["urgency": "now", "ammount": 5, "note": 7, "idempotency_key": "has space"], to: parameters)
    }
    #expect(faults?.faults.map(\.argument) == ["amount", "note", "urgency", "idempotency_key", "ammount"])
    #expect(faults?.faults.first?.problem == "is missing")
  }

  @Test func `a misspelt name is suggested`() {
    let faults = #expect(throws: ArgumentFaults.self) {
      try ArgumentBinder.bind(["amount": 1, "urgancy": "low"], to: parameters)
    }
    #expect(
      faults?.faults.map(\.description) == [
        "'urgancy' is not an argument of this tool (did you mean 'urgency'?);"
          + " allowed: only 'amount', 'note', 'urgency', 'idempotency_key'"
      ])
  }

  @Test func `names are compared by bytes`() {
    // U+212A, the Kelvin sign, is canonically equivalent to K.
    let faults = #expect(throws: ArgumentFaults.self) {
      try ArgumentBinder.bind(["\u{212A}": "x"], to: [parameter("K", required: false)])
    }
    #expect(faults?.faults.map(\.problem) == ["is not an argument of this tool"])
  }

  @Test func `null is absent for an optional argument`() throws {
    let bound = try ArgumentBinder.bind(
      ["amount": 1, "note": nil, "urgency": nil, "idempotency_key": nil], to: parameters)
    #expect(bound.object == ["amount": 1, "urgency": "low"])
    #expect(bound.idempotencyKey == nil)
  }

  @Test func `null is not a value for a required argument`() {
    let faults = #expect(throws: ArgumentFaults.self) { try ArgumentBinder.bind(["amount": nil], to: parameters) }
    #expect(faults?.faults.map(\.argument) == ["amount"])
  }

  @Test(arguments: ["a", "A-Za.z0_9:-", String(repeating: "k", count: 36)])
  func `the idempotency key is split off`(_ key: String) throws {
    let bound = try ArgumentBinder.bind(["amount": 1, "idempotency_key": .string(key)], to: parameters)
    #expect(bound.idempotencyKey == key)
    #expect(bound.object.keys == ["amount", "urgency"])
  }

  @Test(arguments: ["\"\"", "\"a b\"", "\"é\"", "\"\(String(repeating: "k", count: 37))\"", "5"])
  func `other idempotency keys are refused`(_ key: String) {
    #expect(throws: ArgumentFaults.self) {
      try ArgumentBinder.bind(["amount": 1, "idempotency_key": json(key)], to: parameters)
    }
  }

  @Test func `many unknown arguments are counted, not listed`() {
    let arguments = JSONObject((0..<50_000).map { ("u\($0)", 1) })
    let faults = #expect(throws: ArgumentFaults.self) { try ArgumentBinder.bind(arguments, to: []) }
    #expect(faults?.faults.count == 21)
    let last = "49980 more arguments are unknown; allowed: only the arguments listed above"
    #expect(faults?.faults.last?.description == last)
  }

  @Test func `the names of the declared arguments are listed once`() {
    let declared = (0..<40).map { parameter("declared_parameter_\($0)", required: false) }
    let arguments = JSONObject((0..<25).map { ("u\($0)", 1) })
    let faults = #expect(throws: ArgumentFaults.self) { try ArgumentBinder.bind(arguments, to: declared) }
    #expect(
      faults?.faults.map { $0.allowed.contains("declared_parameter_39") } == [true] + Array(repeating: false, count: 20)
    )
  }
}
