import SourceYAML
import Testing

@testable import Config

/// Bounds and caps that no call meets, and questions that are never asked.
struct ReachCheckTests {
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
    let fixture = MarkedConfiguration(DiagnosticExample.parameter(lines))
    #expect(fixture.loaded.diagnostics.map(\.id) == ["bounds-reversed"])
    #expect(fixture.loaded.diagnostics.compactMap(\.range) == fixture.ranges)
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
      ("limits: {per_day: 50}\nconfirm: {above: ⟦60⟧}", "", "confirm-never-asks"),
      ("limits: {per_30_days: 60}\nconfirm: {above: ⟦60⟧}", "", "confirm-never-asks"),
      ("limits: {calls_per_day: 5}\nconfirm: {above: ⟦60⟧}", "limits: {per_call: 50}", "confirm-never-asks"),
      ("limits: {per_day: 0}", "", "limit-never-met"),
    ])
  func `a question above every cap, and a cap of nothing, are reported once`(lines: String, top: String, id: String) {
    let fixture = MarkedConfiguration(DiagnosticExample.amount(lines) + top + "\n")
    #expect(fixture.loaded.diagnostics.map(\.id) == [id])
    if !fixture.ranges.isEmpty { #expect(fixture.loaded.diagnostics.compactMap(\.range) == fixture.ranges) }
  }

  @Test(arguments: ["per_call: 0.50", "per_day: 0", "per_30_days: 0.99"])
  func `a cap for all rules below a rule's smallest amount is an error at the rule`(cap: String) {
    let text = DiagnosticExample.amount("limits: {calls_per_day: 5}").replacing("  save:", with: "  ⟦save⟧:")
    let fixture = MarkedConfiguration(text + "limits: {\(cap)}\n")
    #expect(fixture.loaded.diagnostics.map(\.id) == ["limit-never-met"])
    #expect(fixture.loaded.diagnostics.compactMap(\.range) == fixture.ranges)
  }

  @Test func `a question below the caps passes`() throws {
    _ = try configuration(
      DiagnosticExample.amount("limits: {per_day: 50}\nconfirm: {above: 40}") + "limits: {per_day: 55}\n")
  }
}
