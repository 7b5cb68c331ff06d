import JSON
import Testing

@testable import Rules

@Suite struct ArgumentBinderTests {
  private let parameters = [
    parameter("amount", .money) { $0.maximum = decimal("500") }, parameter("note", required: false),
    parameter("urgency", default: "low") { $0.enumValues = ["low", "high"] },
  ]

  @Test func argumentsAreBoundInDeclaredOrderWithDefaults() throws {
    let bound = try ArgumentBinder.bind(["note": "hi", "amount": "50.00"], to: parameters)
    #expect(JSONWriter.text(.object(bound.object)) == #"{"amount":50,"note":"hi","urgency":"low"}"#)
    #expect(bound.money("amount") == Money(cents: 5000))
    #expect(bound.money("note") == nil)
    #expect(bound.idempotencyKey == nil)
  }

  @Test func absentOptionalStaysAbsent() throws {
    #expect(try ArgumentBinder.bind(["amount": 1], to: parameters)["note"] == nil)
  }

  @Test func allFaultsComeAtOnce() {
    let faults = #expect(throws: ArgumentFaults.self) {
      try ArgumentBinder.bind(
        ["urgency": "now", "ammount": 5, "note": 7, "idempotency_key": "has space"], to: parameters)
    }
    #expect(faults?.faults.map(\.argument) == ["amount", "note", "urgency", "idempotency_key", "ammount"])
    #expect(faults?.faults.first?.problem == "is missing")
  }

  @Test func misspeltNameIsSuggested() {
    let faults = #expect(throws: ArgumentFaults.self) {
      try ArgumentBinder.bind(["amount": 1, "urgancy": "low"], to: parameters)
    }
    #expect(
      faults?.faults.map(\.description) == [
        "'urgancy' is not an argument of this tool (did you mean 'urgency'?); allowed: only 'amount', 'note', 'urgency', 'idempotency_key'"
      ])
  }

  @Test func namesAreComparedByBytes() {
    // U+212A, the Kelvin sign, is canonically equivalent to K.
    let faults = #expect(throws: ArgumentFaults.self) {
      try ArgumentBinder.bind(["\u{212A}": "x"], to: [parameter("K", required: false)])
    }
    #expect(faults?.faults.map(\.problem) == ["is not an argument of this tool"])
  }

  @Test func nullIsAbsentForWhatIsNotRequired() throws {
    let bound = try ArgumentBinder.bind(
      ["amount": 1, "note": nil, "urgency": nil, "idempotency_key": nil], to: parameters)
    #expect(bound.object == ["amount": 1, "urgency": "low"])
    #expect(bound.idempotencyKey == nil)
  }

  @Test func nullIsNoValueForWhatIsRequired() {
    let faults = #expect(throws: ArgumentFaults.self) { try ArgumentBinder.bind(["amount": nil], to: parameters) }
    #expect(faults?.faults.map(\.argument) == ["amount"])
  }

  @Test(arguments: ["a", "A-Za.z0_9:-", String(repeating: "k", count: 36)])
  func idempotencyKeyIsSplitOff(_ key: String) throws {
    let bound = try ArgumentBinder.bind(["amount": 1, "idempotency_key": .string(key)], to: parameters)
    #expect(bound.idempotencyKey == key)
    #expect(bound.object.keys == ["amount", "urgency"])
  }

  @Test(arguments: ["\"\"", "\"a b\"", "\"é\"", "\"\(String(repeating: "k", count: 37))\"", "5"])
  func otherIdempotencyKeysAreRefused(_ key: String) {
    #expect(throws: ArgumentFaults.self) {
      try ArgumentBinder.bind(["amount": 1, "idempotency_key": json(key)], to: parameters)
    }
  }

  @Test func manyUnknownArgumentsAreCountedNotListed() {
    let arguments = JSONObject((0..<50_000).map { ("u\($0)", 1) })
    let faults = #expect(throws: ArgumentFaults.self) { try ArgumentBinder.bind(arguments, to: []) }
    #expect(faults?.faults.count == 21)
    #expect(faults?.faults.last?.problem == "and 49980 more arguments are unknown")
  }
}
