import SourceYAML
import Testing

@testable import Config

/// Bounds of a parameter that no value meets.
struct BoundsCheckTests {
  @Test(
    arguments: [
      "type: integer\nminimum: 1.5\nmaximum: ⟦1.7⟧", "type: integer\nexclusiveMinimum: 1\nexclusiveMaximum: ⟦2⟧",
      "type: integer\nmultipleOf: 7\nminimum: 1\nmaximum: ⟦5⟧",
      "type: number\nmultipleOf: 0.5\nminimum: 0.1\nmaximum: ⟦0.4⟧",
      "type: integer\nminimum: -1.7\nmaximum: ⟦-1.5⟧", "type: integer\nmultipleOf: 2.5\nminimum: 6\nmaximum: ⟦9⟧",
      "type: money\nexclusiveMinimum: 2.99\nexclusiveMaximum: ⟦3⟧", "type: money\nmultipleOf: 100\nmaximum: ⟦99⟧",
      "type: string\nminLength: ⟦4097⟧",
    ])
  func `bounds without a value between them are an error`(lines: String) {
    MarkedConfiguration(DiagnosticExample.parameter(lines)).expectIDs(["bounds-reversed"])
  }

  @Test(
    arguments: [
      "type: integer\nminimum: 1.5\nmaximum: 2", "type: integer\nexclusiveMinimum: 1\nmaximum: 2",
      "type: integer\nmultipleOf: 5\nminimum: 1\nmaximum: 5", "type: number\nminimum: 0.1\nmaximum: 0.15",
      "type: number\nmultipleOf: 0.1\nminimum: 0.3\nmaximum: 0.3", "type: integer\nminimum: -1.5\nmaximum: -1",
      "type: money\nexclusiveMinimum: 2.99\nmaximum: 3",
      "type: integer\nminimum: -1e18\nmaximum: 1e30\nmultipleOf: 1e17",
      "type: string\nminLength: 4097\nmaxLength: 4097", "type: string\nminLength: 4096",
      "type: number\nmultipleOf: 0.0000001\nminimum: 1\nmaximum: 1",
    ])
  func `bounds with a value between them pass`(lines: String) throws {
    _ = try configuration(DiagnosticExample.parameter(lines))
  }

  @Test(
    arguments: [
      (
        "type: number\nmultipleOf: 0.5\nminimum: 0.1\nmaximum: ⟦0.4⟧",
        "there is no multiple of 0.5 from minimum 0.1 to maximum 0.4"
      ),
      (
        "type: money\nmultipleOf: 100\nmaximum: ⟦99⟧",
        "there is no multiple of 100 from the default minimum 0.01 to maximum 99"
      ),
      ("type: integer\nminimum: 10\nmaximum: ⟦5⟧", "minimum 10 is over maximum 5"),
    ])
  func `the message names both bounds`(lines: String, message: String) {
    expectFindings([("bounds-reversed", message)], in: DiagnosticExample.parameter(lines))
  }
}
