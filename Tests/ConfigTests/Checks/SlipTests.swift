import Secrets
import SourceYAML
import Testing

@testable import Config

/// One slip is reported once, as what it is, with the line to write.
struct SlipTests {
  private func diagnostics(_ text: String) -> [Diagnostic] {
    MarkedConfiguration("version: 1\n" + text).loaded.diagnostics.filter { $0.severity == .error }
  }

  @Test(
    arguments: [
      "rules:\n  save:\n  rule_id: ru_1\n  api_secret: {env: A}\n  description: d\n  limits: {calls_per_day: 1}\n",
      "limits:\nper_day: 5\ncalls_per_day: 3\n",
      "limits: {calls_per_day: 1}\nrules:\n  save:\n    rule_id: ru_1\n    api_secret: {env: A}\n    description: d\n"
        + "    parameters:\n      a:\n      type: string\n    payload: {a: \"{{ a }}\"}\n",
      "limits: {calls_per_day: 1}\nrules:\n  save:\n    rule_id: ru_1\n    api_secret: {env: A}\n    description: d\n"
        + "    parameters:\n      a:\n      type: money\n      maximum: 5\n    payload: {a: \"{{ a | cents }}\"}\n",
      "limits: {calls_per_day: 1}\nrules:\n  save:\n    rule_id: ru_1\n    api_secret: {env: A}\n    description: d\n"
        + "    payload:\n    rounds: 5\n",
      "limits: {calls_per_day: 1}\nrules:\n  save:\n    rule_id: ru_1\n    api_secret: {env: A}\n    description: d\n"
        + "    confirm:\n    when: always\n",
      "tools:\n  trigger_rule:\n  api_secrets: {ru_1: {env: A}}\n",
    ])
  func `the keys of a mapping in the column of its own key are one error`(text: String) {
    let found = MarkedConfiguration("version: 1\n" + text).loaded.diagnostics
    #expect(found.map(\.id) == ["not-indented"])
    #expect(found.first?.help?.hasPrefix("put two more spaces before ") == true)
  }

  @Test func `a key beside its misspelling is not missing, too`() {
    let found = diagnostics("rules:\n  save:\n    rule_ids: ru_1\n    api_secret: {env: A}\n    description: d\n")
    #expect(found.map(\.message) == ["unknown key 'rule_ids' in rule 'save'"])
  }

  @Test(
    arguments: [
      ("unknown-key", DiagnosticExample.rule("").replacing("api_secret", with: "⟦api_secert⟧")),
      ("unknown-key", DiagnosticExample.rule("parameters: {a: {⟦typ⟧: string}}\npayload: {a: \"{{ a }}\"}")),
      ("unknown-key", DiagnosticExample.amount("confirm: {⟦over⟧: 5}")),
      (
        "unknown-key",
        DiagnosticExample.amount("examples:\n  - arguments: {amount: 5}\n    ⟦paylaod⟧: {amountInCents: 500}")
      ),
      (
        "yaml-unknown-anchor",
        "version: 1\nlimits: {calls_per_day: 2}\nrules:\n  save:\n    <<: ⟦*r⟧\n    title: Save\n"
      ),
      ("yaml-bad-merge", "version: 1\nlimits: {calls_per_day: 2}\nrules:\n  save:\n    <<: ⟦5⟧\n    title: Save\n"),
      ("bad-alias", "version: 1\nrules:\n  ⟦1⟧: {}\n"),
      ("yaml-non-string-key", "version: 1\nrules:\n  ⟦true⟧: {}\n"),
      (
        "bad-parameter-name",
        DiagnosticExample.rule(
          "parameters: {⟦how-much⟧: {type: money, maximum: 5}}\npayload: {c: \"{{ how-much | cents }}\"}")
      ),
      (
        "bad-money",
        DiagnosticExample.rule("parameters: {a: {type: money, maximum: ⟦-5⟧}}\npayload: {c: \"{{ a | cents }}\"}")
      ),
      (
        "template-filter-type",
        DiagnosticExample.rule(
          "parameters: {a: {type: number}}\npayload: {c: \"{{ a | ⟦cents⟧ }}\"}\nlimits: {per_day: 5, per_30_days: 9}\n"
            + "confirm: {above: 2}")
      ),
      ("limit-without-amount", DiagnosticExample.rule("limits: {⟦per_day⟧: 5, per_30_days: 9}\nconfirm: {above: 2}")),
      ("unknown-key", "version: 1\ntools: {trigger_rule: {confirm: {⟦above⟧: 5}}}\n"),
      ("limit-never-met", DiagnosticExample.amount("limits: {per_call: ⟦0.50⟧}\nconfirm: {above: 2}")),
      (
        "unknown-key",
        DiagnosticExample.amount("limits: {per_day: 100}\nconfirm: {above: 5}").replacing(
          "parameters", with: "⟦paramters⟧")
      ),
      ("unknown-key", DiagnosticExample.amount("limits: {per_day: 100}").replacing("payload:", with: "⟦paylaod⟧:")),
      (
        "unknown-key",
        DiagnosticExample.platformAmount("execute_amount: amount").replacing("execute_amount", with: "⟦execute_amont⟧")
      ),
      ("unknown-key", DiagnosticExample.platformAmount("execute_amount: amount").replacing("api:", with: "⟦apii⟧:")),
      ("unknown-key", DiagnosticExample.platform("⟦api_secert⟧: {env: A}")),
      (
        "not-indented",
        DiagnosticExample.rule(
          "⟦parameters⟧:\namount: {type: money, maximum: 5}\npayload: {c: \"{{ amount | cents }}\"}\nlimits: {per_day: 5}"
        )
      ),
      (
        "unknown-value",
        DiagnosticExample.platformAmount("execute_amount: amount").replacing("api: platform", with: "api: ⟦plattform⟧")
      ),
      (
        "wrong-type",
        DiagnosticExample.platformAmount("execute_amount: amount").replacing("api: platform", with: "api: ⟦null⟧")
      ),
      ("wrong-type", DiagnosticExample.parameter("enum: [⟦null⟧, high]")),
      ("wrong-type", DiagnosticExample.parameter("enum: [⟦true⟧, 1]")),
      ("not-indented", DiagnosticExample.rule("title: Save\n⟦limits⟧: {per_day: 100}").replacing("    ⟦", with: "  ⟦")),
      ("not-indented", DiagnosticExample.rule("title: Save\n⟦confirm⟧: always").replacing("    ⟦", with: "  ⟦")),
      ("not-indented", DiagnosticExample.rule("title: Save\n⟦payload⟧: {a: 1}").replacing("    ⟦", with: "  ⟦")),
      ("not-indented", DiagnosticExample.rule("title: Save\n⟦enabled⟧: false").replacing("    ⟦", with: "  ⟦")),
      (
        "not-indented",
        DiagnosticExample.rule("parameters:\n  a:\n    type: money\n  ⟦maximum⟧: 5\npayload: {c: \"{{ a | cents }}\"}")
      ),
      ("yaml-non-string-key", "version: 1\n⟦true⟧: 2\n"),
      ("missing-key", DiagnosticExample.amount("examples:\n  - ⟦{amount: 50}⟧")),
      (
        "bad-parameter-name", DiagnosticExample.rule("parameters: {⟦a-b⟧: {type: string}}\npayload: {x: \"{{ a-b }}\"}")
      ),
      (
        "bad-parameter-name", DiagnosticExample.rule("parameters: {⟦a b⟧: {type: string}}\npayload: {x: \"{{ a b }}\"}")
      ),
      ("look-alike-character", "version: 1\nlimits: ⟦｛⟧calls_per_day: 3｝\n"),
    ])
  func `one slip is one error`(id: String, marked: String) {
    let fixture = MarkedConfiguration(marked)
    let errors = fixture.loaded.diagnostics.filter { $0.severity == .error }
    #expect(errors.map(\.id) == [id], "\(errors.map(\.message))")
    #expect(errors.compactMap(\.range) == fixture.ranges)
  }

  @Test(arguments: [
    ("per_day", "unknown-key", DiagnosticExample.amount("limits: {per_day⟦:⟧500}")),
    ("api_secret", "unknown-key", DiagnosticExample.rule("").replacing("api_secret: {", with: "api_secret⟦:⟧{")),
    ("env", "unknown-key", DiagnosticExample.rule("").replacing("{env: SAVE", with: "{env⟦:⟧SAVE")),
    ("amount", "wrong-type", DiagnosticExample.rule("parameters: {amount⟦:⟧money}")),
    ("amount", "wrong-type", DiagnosticExample.rule("parameters:\n  amount⟦:⟧{type: money}")),
    ("a", "payload-not-mapping", DiagnosticExample.rule("payload:\n  a⟦:⟧\"b\"")),
    ("rule_id", "wrong-type", DiagnosticExample.rules("save:\n  rule_id⟦:⟧ru_1")),
    ("rule_id", "wrong-type", DiagnosticExample.rules("save:\n  rule_id⟦:⟧ru_1\n  title:Save")),
  ])
  func `a missing blank after a colon is one error, at the colon`(key: String, id: String, marked: String) {
    let fixture = MarkedConfiguration(marked)
    let errors = fixture.loaded.diagnostics.filter { $0.severity == .error }
    #expect(errors.map(\.id) == [id])
    #expect(errors.map(\.message) == ["there is no space after the colon of '\(key)'"])
    #expect(errors.map(\.help) == ["add a space after the colon"])
    #expect(errors.compactMap(\.range) == fixture.ranges)
  }

  @Test func `a secret in a line that is not indented is not shown`() {
    let text = DiagnosticExample.rule("title: Save").replacing("    api_secret: {env: SAVE_SECRET}\n", with: "")
      .replacing("    title: Save\n", with: "  api_secret: hunter2hunter2\n")
    let fixture = MarkedConfiguration(text)
    let report = DiagnosticReport(
      fileNames: ["config.yaml"], sources: fixture.loaded.source.map { [$0] } ?? [],
      diagnostics: fixture.loaded.diagnostics)
    #expect(report.diagnostics.map(\.id) == ["not-indented"])
    #expect(!report.render(.text).contains("hunter2"))
  }

  @Test func `the payload that a failed example shows is one that it can expect`() {
    let rule = "payload: {at: \"{{ $now }}\", u: \"{{ $uuid }}\"}\nexamples:\n  - arguments: {}\n    payload: "
    #expect(MarkedConfiguration(DiagnosticExample.rule(rule + "{at: $now, u: $uuid}")).loaded.diagnostics == [])
    let found = MarkedConfiguration(DiagnosticExample.rule(rule + "{at: $now, u: x}")).loaded.diagnostics
    #expect(found.map(\.message) == ["the payload differs at '/u': expected \"x\", got \"$uuid\""])
  }

  @Test func `a secret right after the colon is not shown`() {
    let fixture = MarkedConfiguration(
      DiagnosticExample.rule("").replacing("{env: SAVE_SECRET}", with: "{env:hunter2hunter2}"))
    let report = DiagnosticReport(
      fileNames: ["config.yaml"], sources: fixture.loaded.source.map { [$0] } ?? [],
      diagnostics: fixture.loaded.diagnostics)
    #expect(report.diagnostics.count == 1)
    #expect(!report.render(.text).contains("hunter2"))
  }

  @Test func `the id of a rule in place of its secret is told as that`() {
    let loaded = MarkedConfiguration(DiagnosticExample.rule(id: "ru_77aa_ru_77aa_1")).loaded
    let resolver = SecretResolver(environment: ["SAVE_SECRET": "ru_77aa_ru_77aa_1"], scrubber: SecretScrubber())
    let errors = loaded.checkSecrets(resolver).filter { $0.severity == .error }
    #expect(errors.map(\.message) == ["the rule's id and its secret are the same text"])
  }

  @Test func `a secret with two locations is one error, and neither is looked for`() {
    let fixture = MarkedConfiguration(
      DiagnosticExample.rule("").replacing("{env: SAVE_SECRET}", with: "{file: /none, ⟦env⟧: NONE}"))
    let loaded = fixture.loaded
    let resolver = SecretResolver(environment: [:], scrubber: SecretScrubber())
    let errors = (loaded.diagnostics + loaded.checkSecrets(resolver)).filter { $0.severity == .error }
    #expect(errors.map(\.id) == ["conflicting-keys"])
    #expect(errors.compactMap(\.range) == fixture.ranges)
  }

  @Test func `two aliases of one rule have one secret, which is not an error`() {
    let text = DiagnosticExample.rules(
      ["save", "save_more"].map { "\($0):\n  rule_id: ru_1\n  api_secret: {env: A}\n  description: d\n" }.joined())
    let found = MarkedConfiguration(text).loaded.diagnostics
    #expect(found.map(\.message) == ["'save_more' triggers the same Sequence rule as 'save'"])
  }

  @Test(arguments: [
    "parameters: {note: {type: string}}\npayload: {label: \"{{{{ note }}\", note: \"{{ note }}\"}",
    "parameters: {b: {type: string}}\npayload: {html: \"<b>total</b>\", b: \"{{ b }}\"}",
    "title: Never ask for bearer tokens",
  ])
  func `what only looks like a placeholder or a secret passes`(lines: String) {
    #expect(MarkedConfiguration(DiagnosticExample.rule(lines)).loaded.diagnostics.map(\.message) == [])
  }

  @Test func `a client's settings in place of the configuration are one error`() {
    let fixture = MarkedConfiguration("{⟦\"mcpServers\"⟧: {\"money\": {\"command\": \"sequence-mcp\"}}}")
    fixture.expectIDs(["unknown-key"])
  }

  @Test(
    arguments: [
      ("file:///home/ann/s", "write the path that follows 'file://'"), ("\"'/home/ann/s'\"", "leave them out"),
      ("C:\\Users\\ann\\s", "WSL has the drive C: at /mnt/c"), ("\"C:/Users/ann/s\"", "WSL has the drive C: at /mnt/c"),
      ("\"/home/ann/s \"", "leave it out"), ("secrets\\save", "write '/' between names"),
    ])
  func `an implausible path is an error that says so`(text: String, help: String) {
    for line in ["state_dir: ⟦\(text)⟧", "sequence: {access_token: {file: ⟦\(text)⟧}}"] {
      let fixture = MarkedConfiguration("version: 1\n\(line)\n")
      #expect(fixture.loaded.diagnostics.map(\.id) == ["bad-path"])
      #expect(fixture.loaded.diagnostics.map(\.help) == [help])
      #expect(fixture.loaded.diagnostics.compactMap(\.range) == fixture.ranges)
    }
  }

  @Test func `a fault of a filter is not reported again as a key in the wrong unit`() {
    let found = MarkedConfiguration(
      DiagnosticExample.rule(
        "parameters: {a: {type: money, maximum: 5}}\npayload: {cents: \"{{ a | cent }}\"}\nlimits: {calls_per_day: 1}")
    ).loaded.diagnostics
    #expect(found.map(\.id) == ["template-unknown-filter"])
  }

  @Test(arguments: [(1_100, 0), (2_048, 0), (2_049, 1)])
  func `a description is as long as its characters`(count: Int, findings: Int) {
    let text = DiagnosticExample.rule("").replacing("Puts money aside.", with: String(repeating: "é", count: count))
    #expect(MarkedConfiguration(text).loaded.diagnostics.count { $0.id == "long-description" } == findings)
  }

  @Test func `a missing key shows the line to add`() {
    let found = diagnostics("rules:\n  save:\n    rule_id: ru_1\n    description: d\n")
    #expect(
      found.map(\.help) == ["add the line: api_secret: {file: secrets/save}; only a rule with api: platform needs none"]
    )
  }

  @Test func `a list in the place of a mapping shows the lines to write`() {
    let found = diagnostics("rules:\n  - save\n")
    #expect(
      found.map(\.help) == [
        "write each as its name with its keys below, without '- ':\nrules:\n  save:\n"
          + "    rule_id: YOUR_RULE_ID   # from the rule in Sequence"
      ])
  }

  @Test(
    arguments: [("[amount]", "amount"), ("[{amount: {type: money}}, {note: {type: string}}]", "parameter_name")])
  func `a list in place of the parameters is one error, even if the payload uses them`(list: String, name: String) {
    let text = DiagnosticExample.rule("parameters: \(list)\npayload: {cents: \"{{ amount | cents }}\"}")
    let found = MarkedConfiguration(text).loaded.diagnostics
    #expect(found.map(\.id) == ["wrong-type"])
    #expect(found.first?.help?.hasSuffix("parameters:\n  \(name):\n    type: money") == true)
  }

  @Test(
    arguments: [
      (
        "<<<<<<< HEAD\n  per_day: 100\n=======\n  per_day: 200\n>>>>>>> other\n",
        "the file has an unresolved merge conflict"
      ),
      (
        "<<<<<<< HEAD\n  per_day: 100\n||||||| base\n=======\n  per_day: 200\n>>>>>>> other\n",
        "the file has an unresolved merge conflict"
      ),
      ("<<<<<<< HEAD\n  per_day: 100\n", "the file has a leftover merge conflict marker"),
      ("=======\n  per_day: 100\n", "the file has a leftover merge conflict marker"),
      ("  per_day: 100\n>>>>>>> other\n", "the file has a leftover merge conflict marker"),
    ])
  func `a merge conflict is reported once, and so is a single leftover marker`(lines: String, what: String) {
    let found = diagnostics("limits:\n\(lines)rulez: \"\n")
    #expect(found.map(\.id) == ["merge-conflict"])
    #expect(found.first?.message == what)
  }

  @Test func `each bad word of 'ask' is reported`() {
    let fixture = MarkedConfiguration(
      DiagnosticExample.amount("confirm: {above: 5, ask: [⟦window⟧, client, ⟦clint⟧, ⟦client⟧]}"))
    fixture.expectIDs(["unknown-value", "unknown-value", "unknown-value"])
  }

  @Test func `a fault of one example does not hide the failure of another`() {
    let fixture = MarkedConfiguration(
      DiagnosticExample.amount(
        """
        examples:
          - arguments: {amount: 50}
            ⟦paylaod⟧: {amountInCents: 5000}
          - arguments: {amount: 50}
            payload: {amountInCents: ⟦50⟧}
          - arguments: {amount: 50}
            payload: {amountInCents: 5000}
        """))
    fixture.expectIDs(["unknown-key", "example-failed"])
  }

  @Test func `a fault of the rule itself hides its examples' failures`() {
    let fixture = MarkedConfiguration(
      DiagnosticExample.amount("⟦titel⟧: x\nexamples:\n  - arguments: {amount: 50}\n    payload: {amountInCents: 50}"))
    #expect(fixture.loaded.diagnostics.compactMap(\.range) == fixture.ranges)
  }

  @Test(arguments: ["ru_777,", "ru_777;", "ru_777#mine", "ru_777?x=1", "ru_777..."])
  func `text after a rule id is a warning`(id: String) {
    let found = MarkedConfiguration(DiagnosticExample.rule("").replacing("ru_1", with: "⟦\(id)⟧")).loaded.diagnostics
    #expect(found.map(\.id) == ["bad-rule-id"] && found.map(\.severity) == [.warning])
  }

  @Test(
    arguments: [
      "execute_amount: 25.00", "execute_amount: 25.00\n    follow: 30s",
      "parameters: {a: {type: money, minimum: 1.00, maximum: 5}}\n    execute_amount: a",
    ])
  func `a rule with keys of the Platform API alone lacks only the name of that API`(lines: String) {
    let found = diagnostics(
      "rules:\n  save:\n    rule_id: 2eb8aa08-aa98-11ea-b4aa-73b441d16380\n    description: d\n    \(lines)\n")
    #expect(found.map(\.help) == ["add the line: api: platform"])
  }

  @Test(
    arguments: [
      ("https://app.getsequence.io/rules/ru_1", "bad-rule-id", "write the id alone: ru_1"),
      ("/rules/ru_1/trigger", "bad-rule-id", "write the id alone: ru_1"),
      ("ru/1", "bad-rule-id", "write the id alone, without '/'"),
      ("<rule-id>", "rule-id-placeholder", "copy the id from the rule in Sequence"),
      ("YOUR_RULE_ID_HERE", "rule-id-placeholder", "copy the id from the rule in Sequence"),
    ])
  func `a rule id is the id alone`(id: String, diagnosticID: String, help: String) {
    let found = diagnostics("rules:\n  save:\n    rule_id: \"\(id)\"\n    api_secret: {env: A}\n    description: d\n")
    #expect(found.map(\.id) == [diagnosticID])
    #expect(found.map(\.help) == [help])
  }

  @Test(arguments: ["$now", "$uuid", "$today", "{$now}", "${now}", "for ${ uuid }"])
  func `a built-in value without its braces is an error, even if an example expects it`(text: String) {
    MarkedConfiguration(
      DiagnosticExample.rule(
        "payload: {at: ⟦\"\(text)\"⟧}\nexamples:\n  - {arguments: {}, payload: {at: \"\(text)\"}}")
    ).expectIDs(["template-spelling"])
  }

  @Test func `a parameter with the name of a built-in value is meant before it`() {
    let found = MarkedConfiguration(
      DiagnosticExample.rule("parameters: {today: {type: string}}\npayload: {a: \"${today}\", b: \"{{ today }}\"}")
    ).loaded.diagnostics
    #expect(found.map(\.help) == ["write \"{{ today }}\""])
    #expect(found.map(\.severity) == [.warning])
  }

  @Test(arguments: ["$nowhere", "a $today", "$", "{{ $now }}"])
  func `other text with a dollar sign is sent as it is`(text: String) {
    #expect(
      MarkedConfiguration(DiagnosticExample.note("a: \"\(text)\"\n  note: \"{{ note }}\"")).loaded.diagnostics == [])
  }

  @Test func `the text around placeholders and the keys count for a call's size`() {
    let long = String(repeating: "a", count: 70_000)
    MarkedConfiguration(
      DiagnosticExample.note("t: ok\n  u: ⟦\"\(long) {{ note }}\"⟧")
    ).expectIDs(["value-out-of-range"])
    let keys = (0..<800).map { "  k\($0)\(long.prefix(100)): ok\n" }.joined()
    let found = MarkedConfiguration(DiagnosticExample.note("note: \"{{ note }}\"\n\(keys)")).loaded.diagnostics
    #expect(found.map(\.id) == ["value-out-of-range"])
  }

  @Test func `a merge key in quotes is one error`() {
    let fixture = MarkedConfiguration(
      "version: 1\nx-base: &base {api_secret: {env: A}, description: d}\nlimits: {calls_per_day: 3}\nrules:\n"
        + "  save:\n    ⟦\"<<\"⟧: *base\n    rule_id: ru_1\n")
    fixture.expectIDs(["unknown-key"])
    #expect(fixture.loaded.diagnostics.map(\.help) == ["write << without quotes: only then it merges"])
  }

  @Test func `two ids of one rule below 'api_secrets' are a warning`() {
    MarkedConfiguration("version: 1\ntools: {trigger_rule: {api_secrets: {ru_9: {env: A}, ⟦RU_9⟧: {env: B}}}}\n")
      .expectIDs(["shared-rule-id"])
  }

  @Test func `a rule with limits but no cap is told what to add to them`() {
    let found = MarkedConfiguration(
      "version: 1\nrules:\n  a: {rule_id: ru_1, api_secret: {env: A}, description: d, limits: {amount: 25}}\n"
    ).loaded.diagnostics
    #expect(found.map(\.help) == ["add per_day: 500.00 to its limits, or confirm: always"])
  }

  @Test func `the access token as the API key is told to make a key`() {
    let found = MarkedConfiguration(
      "version: 1\nsequence: {access_token: {file: t}, platform: {api_key: {file: t}}}\n"
    ).loaded.diagnostics
    #expect(found.map(\.help) == ["create an API key in Sequence"])
  }

  @Test func `a merge key may have its tag`() throws {
    _ = try configuration(DiagnosticExample.rule("!!merge <<: {title: Save}"))
  }

  @Test func `a payload that leaves no room for a call is an error`() {
    let text = String(repeating: "x", count: 61_441)
    MarkedConfiguration(DiagnosticExample.rule("payload: {note: ⟦\(text)⟧}")).expectIDs(["value-out-of-range"])
  }

  @Test func `a disabled rule may have a cap that no call can meet`() throws {
    _ = try configuration(DiagnosticExample.amount("enabled: false\nlimits: {per_day: 0}"))
  }
}
