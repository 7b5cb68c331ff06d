import SourceYAML
import Testing

@testable import Config

/// Caps of merged limits that the limits in their place lack.
struct LostCapsCheckTests {
  private func file(_ top: String, _ lines: String) -> String {
    "\(top)\n" + DiagnosticExample.rule(lines)
  }

  @Test func `a cap that the rule's own limits do not repeat is a warning at them`() {
    expectFindings(
      [("lost-caps", "'limits' replaces the merged 'limits' as a whole, and drops its 'calls_per_day', 'cooldown'")],
      in: file(
        "x-base: &base {limits: {calls_per_30_days: 9, calls_per_day: 3, cooldown: 1m}}",
        "<<: *base\n⟦limits⟧: {calls_per_30_days: 5}"))
  }

  @Test func `of two merged limits the later one is lost at the merge key`() {
    expectFindings(
      [("lost-caps", "'limits' replaces the merged 'limits' as a whole, and drops its 'cooldown'")],
      in: file(
        "x-a: &a {limits: {calls_per_day: 3}}\nx-b: &b {limits: {calls_per_day: 2, cooldown: 1m}}", "⟦<<⟧: [*a, *b]"))
  }

  @Test(arguments: [
    ("{when: always}", "write ask: [terminal, client] beside its other keys, too"),
    ("always", "write confirm: {when: always, ask: [terminal, client]}"),
  ])
  func `the help repeats the merged channels`(confirm: String, help: String) {
    let found = MarkedConfiguration(
      file("x-base: &base {confirm: {when: always, ask: [terminal, client]}}", "<<: *base\nconfirm: \(confirm)")
    ).loaded.diagnostics
    #expect(found.map(\.help) == [help])
  }

  @Test(arguments: ["{when: always}", "always"])
  func `the channels that the rule's own confirmation does not repeat are a warning at it`(confirm: String) {
    expectFindings(
      [("lost-caps", "'confirm' replaces the merged 'confirm' as a whole, and drops its 'ask'")],
      in: file("x-base: &base {confirm: {when: always, ask: [terminal]}}", "<<: *base\n⟦confirm⟧: \(confirm)"))
  }

  @Test(
    arguments: [
      ("x-base: &base {confirm: {when: always, ask: [terminal]}}", "<<: *base\nconfirm: never"),
      ("x-base: &base {confirm: {when: always, ask: [terminal]}}", "<<: *base\nconfirm: {when: always, ask: [client]}"),
      (
        "x-base: &base {confirm: {when: always, ask: [client, dialog, terminal]}}", "<<: *base\nconfirm: always"
      ),
      ("x-base: &base {limits: {calls_per_day: 3}}", "<<: *base\nlimits: {calls_per_day: 5, cooldown: 1m}"),
      ("x-caps: &caps {calls_per_day: 3}", "limits: {<<: *caps, cooldown: 1m}"),
      ("x-p: &p {limits: {per_day: 1, b: 2}}", "payload: {<<: *p, limits: {a: 2}}"),
      ("x-p: &p {source: {a: 1, b: 2}}", "payload: {<<: *p, source: {a: 2}}"),
    ])
  func `a merge that loses no cap passes`(top: String, lines: String) {
    #expect(MarkedConfiguration(file(top, lines)).loaded.diagnostics.map(\.message) == [])
  }
}
