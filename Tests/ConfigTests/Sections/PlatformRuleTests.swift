import JSON
import Rules
import Secrets
import SourceYAML
import Testing

@testable import Config

/// Rules of the Platform API: their keys, and the errors that would otherwise be found at Sequence.
struct PlatformRuleTests {
  @Test func `keys are read with their defaults`() throws {
    let plain = try configuration(DiagnosticExample.platform("title: Save")).rules[0]
    #expect(plain.api == .platform && plain.apiSecret == nil && plain.executeAmount == .none)
    #expect(plain.simulate == .always && plain.followSeconds == 20)
    let full = try configuration(
      DiagnosticExample.platformAmount("execute_amount: amount\nsimulate: never\nconfirm: never\nfollow: 0s")
    ).rules[0]
    #expect(full.executeAmount == .parameter("amount") && full.limits.amount == .parameter("amount"))
    #expect(full.simulate == .never && full.followSeconds == 0)
    #expect(
      try configuration(DiagnosticExample.platform("execute_amount: 25.00")).rules[0].executeAmount
        == .fixed(Money(cents: 2500)))
  }

  @Test func `the key has a default and an address`() throws {
    #expect(
      try configuration("version: 1").sequence.platform.apiKey == SecretReference(.environment, "SEQUENCE_API_KEY"))
    #expect(
      try configuration("version: 1").sequence.platform.baseURL == "https://api.getsequence.io/platform/v1")
    let written = try configuration("version: 1\nsequence: {platform: {api_key: {env: KEY}}}").sequence.platform
    #expect(written.apiKey == SecretReference(.environment, "KEY") && written.namesAPIKey)
  }

  @Test(arguments: [
    ("⟦api_secret⟧: {env: SAVE_SECRET}", "key-not-for-api"), ("⟦payload⟧: {a: 1}", "key-not-for-api"),
    ("execute_amount: ⟦0⟧", "execute-amount-too-small"), ("execute_amount: ⟦0.99⟧", "execute-amount-too-small"),
    (
      "parameters: {sum: {type: money, minimum: 0.5, maximum: 9}}\nexecute_amount: ⟦sum⟧", "execute-amount-too-small"
    ),
    ("parameters: {sum: {type: money, maximum: 9}}\nexecute_amount: ⟦sum⟧", "execute-amount-too-small"),
    (
      "parameters: {sum: {type: money, minimum: 1, maximum: 9, required: false}}\nexecute_amount: ⟦sum⟧",
      "bad-execute-amount"
    ),
    ("execute_amount: ⟦sum⟧", "bad-execute-amount"),
    ("parameters: {⟦sum⟧: {type: money, minimum: 1, maximum: 9}}", "parameter-not-sent"),
    ("parameters: {⟦note⟧: {type: string}}\nexecute_amount: 5", "parameter-not-sent"),
    ("execute_amount: 5\nlimits: {⟦amount⟧: 6}", "conflicting-keys"), ("follow: ⟦121s⟧", "value-out-of-range"),
    ("simulate: ⟦never⟧", "simulation-needed"), ("simulate: ⟦sometimes⟧", "unknown-value"),
    ("execute_amount: 5\nsimulate: ⟦never⟧\nconfirm: always", "confirm-unsimulated"),
  ])
  func `what cannot be is reported at its place`(lines: String, id: String) {
    MarkedConfiguration(DiagnosticExample.platform(lines)).expectIDs([id])
  }

  @Test(arguments: [
    ("minimum: 0.5, maximum: 9", "raise the parameter's minimum to 1.00"),
    ("maximum: 9", "add minimum: 1.00 to the parameter"),
    ("exclusiveMinimum: 0.5, maximum: 9", "add minimum: 1.00 to the parameter"),
    ("enum: [0.5, 9]", "remove the amounts under 1.00 from the parameter's 'enum'"),
  ])
  func `the help for a small amount names the line to change`(bounds: String, help: String) {
    let lines = "parameters: {sum: {type: money, \(bounds)}}\nexecute_amount: sum"
    #expect(MarkedConfiguration(DiagnosticExample.platform(lines)).loaded.diagnostics.map(\.help) == [help])
  }

  @Test func `an amount of another type is told its type`() {
    let lines = "parameters: {amount: {type: integer}}\nexecute_amount: amount"
    let found = MarkedConfiguration(DiagnosticExample.platform(lines)).loaded.diagnostics
    #expect(found.map(\.id) == ["bad-execute-amount"])
    #expect(found.map(\.help) == ["give the parameter type: money, or write a fixed amount"])
  }

  @Test(arguments: ["execute_amount: 5", "simulate: always", "follow: 5s"])
  func `a key of the Platform API means nothing to the remote one`(line: String) {
    let fixture = MarkedConfiguration(DiagnosticExample.rule(line))
    #expect(fixture.loaded.diagnostics.map(\.id) == ["key-not-for-api"])
  }

  @Test func `money limits need no amount if a simulation shows it`() {
    for lines in ["limits: {per_day: 100}", "confirm: {above: 50}", "limits: {amount: 25, per_day: 100}"] {
      #expect(MarkedConfiguration(DiagnosticExample.platform(lines)).loaded.diagnostics.map(\.message) == [])
    }
    let global = DiagnosticExample.platform("title: Save").replacing(
      "limits: {calls_per_day: 20}", with: "limits: {per_day: 100}")
    #expect(MarkedConfiguration(global).loaded.diagnostics.map(\.message) == [])
  }

  @Test func `the base URL and the key are checked like those of the Remote API`() {
    for (line, id) in [
      ("base_url: ⟦http://api.getsequence.io/platform/v1⟧", "base-url-not-https"),
      ("api_key: ⟦sk_live_not-a-real-key⟧", "inline-secret"),
    ] {
      MarkedConfiguration("version: 1\nsequence:\n  platform:\n    \(line)\n").expectIDs([id])
    }
  }

  @Test func `the body is the amount in cents`() throws {
    let rule = try configuration(DiagnosticExample.platformAmount("execute_amount: amount")).rules[0]
    let bound = try ArgumentBinder.bind(["amount": "12.50"], to: rule.parameters)
    #expect(rule.body(bound, RenderContext(alias: "save", nowMilliseconds: 0)) == ["executeAmount": 1250])
    let free = try configuration(DiagnosticExample.platform("limits: {amount: 25, per_day: 100}")).rules[0]
    #expect(free.body(BoundArguments(), RenderContext(alias: "save", nowMilliseconds: 0)) == [:])
  }

  @Test func `a reload that changes the API or drops the simulation is a risk`() throws {
    let before = try configuration(DiagnosticExample.platform("execute_amount: 25\nconfirm: never"))
    let after = try configuration(DiagnosticExample.platform("execute_amount: 25\nconfirm: never\nsimulate: never"))
    #expect(ConfigurationChange.risks(from: before, to: after) == ["rule 'save': its runs are no longer simulated"])
    let moved = try configuration(
      "version: 1\nsequence: {platform: {base_url: https://elsewhere.example/v1}}")
    #expect(
      ConfigurationChange.risks(from: try configuration("version: 1"), to: moved)
        == [
          "sequence.platform.base_url was changed from 'https://api.getsequence.io/platform/v1' to 'https://elsewhere.example/v1'"
        ])
  }
}
