import JSON
import Rules
import Secrets
import SourceYAML
import Testing

@testable import Config

/// A text in place of a secret reference is shown nowhere.
struct SecretReadingTests {
  private static func file(_ secret: String) -> String {
    "version: 1\nlimits: {calls_per_day: 9}\nrules:\n  save:\n    description: Puts money aside.\n    rule_id: ru_1\n"
      + "    api_secret: \(secret)\n"
  }

  @Test(arguments: [
    "not-a-real-secret-1", "\"not-a-real-secret-1\"", "{value: not-a-real-secret-1}", "{vaule: not-a-real-secret-1}",
    "{env: \"not a real-secret-1\"}", "[not-a-real-secret-1]", "|\n      not-a-real-secret-1", "{not-a-real-secret-1}",
    "{env: A, secret: not-a-real-secret-1}", "'not-a-real-secret-1",
    "{file: {path: not-a-real-secret-1}}", "{file: [x, not-a-real-secret-1]}", "{env: [not-a-real-secret-1]}",
    "{credential: [{a: not-a-real-secret-1}]}", "{command: {run: not-a-real-secret-1}}",
    "{command: [[not-a-real-secret-1]]}", "{command: [get, {a: [not-a-real-secret-1]}]}",
    "{command: [get], cache: {a: not-a-real-secret-1}}", "\n      file:\n        path: not-a-real-secret-1",
  ])
  func `a secret in the file is never printed back`(secret: String) throws {
    let loaded = MarkedConfiguration(Self.file(secret)).loaded
    #expect(loaded.hasErrors)
    let source = try #require(loaded.source)
    let report = DiagnosticReport(fileNames: [source.name], sources: [source], diagnostics: loaded.diagnostics)
    for format in DiagnosticReport.Format.allCases {
      #expect(!report.render(format).contains("real-secret-1"))
    }
  }

  /// Files with a secret in each place, which begins with a character that means something to YAML.
  @Test(arguments: [
    "*@", "!@", "!!@", "#@", "&@", "|@", ">@", "%@", "[@", "{@", "\"@", "'@", "`@", "\"\"@", "''@", "| @", "!a @",
    "&a @: x",
    "*@: x", "!@: x", "a@: x", "{{@", "{{@}}", "{env: A} @", "{env: *@}", "{env: !@ A}", "{env: &@ A}", "{file: @: x}",
    "{env: A @: x}", "{file: a: @: x}", "{env: A, x: *@}", "{command: [a], cache: @}", "{@: 1, @: 2}", "{*@ : x}",
    "{<<: *@}",
    "\"a\" @", "? *@", "{env:@}", "[a, *@]", "x: *@",
  ])
  func `a secret that means something to YAML is never printed back`(value: String) throws {
    let places = [
      "sequence:\n  access_token: ~", "sequence: {access_token: ~}", "sequence:\n  access_token:\n    ~",
      "sequence:\n  access_token:\n    env: ~", "sequence:\n  access_token:\n  - a\n  - ~",
      "sequence:\n  platform:\n    api_key: ~", "sequence: {platform: {api_key: ~}}",
      "rules:\n  r:\n    api_secret: ~\n    confirm: always", "rules: {r: {api_secret: ~, confirm: always}}",
      "tools:\n  trigger_rule:\n    api_secrets:\n      ru_1: ~", "tools:\n  trigger_rule:\n    api_secrets: {ru_1: ~}",
      "tools:\n  trigger_rule:\n    api_secrets:\n      ru_1:\n        env: ~", "secrets:\n  r: ~",
    ]
    for place in places {
      let text = value.replacing("@", with: "Ab1-not-a-real-9")
      let source = SourceFile(name: "f", bytes: Array("version: 1\n\(place.replacing("~", with: text))\n".utf8))
      let loaded = ConfigurationLoader(environment: [:]).check(source: source, directory: "/")
      let report = DiagnosticReport(
        fileNames: [source.name], sources: [try #require(loaded.source)], diagnostics: loaded.diagnostics)
      for format in DiagnosticReport.Format.allCases {
        let output = report.render(format)
        #expect(!output.contains("not-a-real"), "\(output)")
      }
    }
  }

  @Test(arguments: ["{env: ⟦*a⟧}", "⟦*a⟧"])
  func `an alias of nothing is one error`(value: String) {
    let found = [("yaml-unknown-anchor", "unknown anchor")]
    expectFindings(found, in: Self.file(value))
    expectFindings(found, in: "version: 1\ntools: {trigger_rule: {api_secrets: {ru_1: \(value)}}}\n")
  }

  /// Whole files in which the secret is in the wrong place.
  @Test(arguments: [
    file("{env: sk_live_NotARealSecret1}"), file("{env: 1234567890123}"), file("{file: sk_live_NotARealSecret1}"),
    file("{credential: sk_live_NotARealSecret1}"), file("{env: NotARealSecretNotAReal1}"),
    file("{credential: a, foo: sk_live_NotARealSecret1}"), file("{env: A}\n    secret: NotAReal"),
    file("{env: A}\n    api_secert: NotAReal"), file("{env: A}\n    api_secert: [NotAReal]"),
    file("{env: A}\n    title: 1 # sk_live_NotARealSecret1"), file("{env: A}\n    sk_live_NotARealSecret1: 1"),
    file("{env: A}\n    payload: {token: sk_live_NotARealSecret1}\n    title: {sk_live_NotARealSecret1}"),
    file("{env: A}\n    payload: {a: \"{{ sk_live_NotARealSecret1 }}\"}"),
    file("{file: 1234567a-5e1f-4c2d-9b3a-0123456789ab}"),
    "version: 1\nsequence: {access_token NotAReal}\n", "version: 1\nsequence: {access_token=NotAReal}\n",
    "version: 1\nsequence:\n  access_token NotAReal\n  timeout: 5s\n",
    "version: 1\nsequence:\n  timeout: 5s\n  access_token; NotAReal\n",
    file("{env: A}\n    confirm: sk_live_NotARealSecret1"), file("{env: A}\n    confirm: Bearer NotARealSecret"),
    "version: 1\nrules:\n  pay: NotAReal\n", "version: 1\nsequence: {access_tokn: NotAReal}\n",
    "version: 1\nsequence: {access_token: {value: NotAReal}}\n", "version: sk_live_NotARealSecret1\n",
    "version: 1\ntools: {trigger_rule: {api_secrets: {sk_live_NotARealSecret1: {env: 1}}}}\n",
    "version: 1\ntools: {trigger_rule: {api_secrets: {sk_live_NotARealSecret1: x, ru_2: [NotAReal]}}}\n",
    "version: 1\ntools: {trigger_rule: {api_secrets: [ru_7, NotAReal]}}\n",
    "version: 1\ntools:\n  trigger_rule:\n    api_secrets:\n    - ru_7: NotAReal\n",
    "version: 1\ntools: {trigger_rule: {api_secrets: {ru_7: {file: {path: NotAReal}}}}}\n",
    "version: 1\ntools: {trigger_rule: {api_secret: {ru_7: NotAReal}}}\n",
    "version: 1\nsecrets: {r1: NotAReal}\n", "version: 1\nplatform: {key: NotAReal}\n",
    "version: 1\nsequence: {platform: {key: NotAReal}}\n", "version: 1\nplatform: {a: [{api_key: NotAReal}]}\n",
    file("{env: A}\n    api_secert: {a: NotAReal}"), file("{env: A}\n    api_secret: [x, NotAReal]"),
    file("{file: x, file: {path: NotAReal}}"),
    file("{env: A}\n    payload: {a: {api_key: *NotAReal}}"), file("{env: A}\n    payload: {a: {api_key: !NotAReal}}"),
    "version: 1\nsk_live_NotARealSecret1: &sk_live_NotARealSecret1 {a: b\n",
    "version: 1\nrules:\n  sk_live_NotARealSecret1: {rule_id: ru_1}\n",
    "version: 1\nserver: {title: *sk_live_NotARealSecret1, title: !sk_live_NotARealSecret1 a}\n",
  ])
  func `a secret in the wrong place is never printed back`(text: String) throws {
    let loaded = MarkedConfiguration(text).loaded
    #expect(loaded.hasErrors)
    let source = try #require(loaded.source)
    let report = DiagnosticReport(fileNames: [source.name], sources: [source], diagnostics: loaded.diagnostics)
    for format in DiagnosticReport.Format.allCases {
      let output = report.render(format)
      #expect(!output.contains("NotAReal") && !output.contains("123456"), "\(output)")
    }
  }

  @Test(arguments: [
    "sequence:\n  access_token:\n  NotAReal: x", "sequence:\n  access_token:\n  ? NotAReal",
    "sequence:\n  access_token:\nNotAReal: x",
    "rules:\n  a:\n    rule_id: r\n    description: d\n    api_secret:\n  NotAReal: x",
    "rules:\n  a:\n    rule_id: r\n    description: d\n    api_secret:\nNotAReal: x",
  ])
  func `a key below an empty secret may be the secret`(lines: String) {
    let found = MarkedConfiguration("version: 1\n\(lines)\n").loaded.diagnostics
    #expect(found.contains { $0.id == "inline-secret" })
    #expect(!found.contains { "\($0.message)\($0.help ?? "")".contains("NotAReal") })
  }

  @Test(arguments: ["timeot: 5s", "api_secret: {env: A}", "state_dir: /x"])
  func `a known key below an empty secret is none`(line: String) {
    let found = MarkedConfiguration("version: 1\nsequence:\n  access_token:\n  \(line)\n").loaded.diagnostics
    #expect(found.map(\.id) == ["wrong-type", "unknown-key"])
  }

  @Test(arguments: [
    ("env", "write the NAME of the environment variable"),
    ("file", "write the PATH of the file that contains the secret, with ./ before it if that is its name"),
    ("credential", "write the NAME of the credential"),
  ])
  func `a secret in the place of its name says what belongs there`(kind: String, help: String) {
    let fixture = MarkedConfiguration(Self.file("{\(kind): ⟦sk_live_NotARealSecret1⟧}"))
    let diagnostics = fixture.loaded.diagnostics
    #expect(diagnostics.map(\.id) == ["inline-secret"])
    #expect(diagnostics.map(\.message) == ["'\(kind)' contains what looks like the secret itself"])
    #expect(diagnostics.map(\.help) == [help + "; if the file was ever shared, make a new secret"])
    #expect(diagnostics.compactMap(\.range) == fixture.ranges)
  }

  @Test(arguments: [
    "{env: MOVE_TO_SAVINGS_SECRET}", "{env: MOVE_TO_SAVINGS_2_SECRET_2026}", "{file: secrets/move_to_savings}",
    "{file: ./sk_live_NotARealSecret1}", "{file: /run/0a1b2c3d4e5f60718293a4b5c6d7e8f9/save}", "{credential: save.key}",
  ])
  func `an ordinary name is not taken for a secret`(text: String) throws {
    _ = try configuration(Self.file(text))
  }

  @Test func `a bare secret says how to move it out`() {
    expectFindings(
      [("inline-secret", "'api_secret' is in the file itself; it must name where the secret is kept")],
      in: Self.file("⟦not-a-real-secret-1⟧"))
  }

  @Test(arguments: [
    ("{env: A, ⟦cach⟧: 10m}", "did you mean 'cache'?"),
    ("{command: [/bin/true], ⟦cach⟧: 10m}", "did you mean 'cache'?"),
    ("{file: a, ⟦mode⟧: 600}", "remove it; the keys here are 'env', 'file', 'credential', 'command' or 'cache'"),
    ("{file: a, ⟦required⟧: true}", "remove it; the keys here are 'env', 'file', 'credential', 'command' or 'cache'"),
  ])
  func `a setting beside a reference is an unknown key`(text: String, help: String) {
    let fixture = MarkedConfiguration(Self.file(text))
    fixture.expectIDs(["unknown-key"])
    #expect(fixture.loaded.diagnostics.map(\.help) == [help])
  }

  @Test(arguments: ["{file: a, mode: NotAReal}", "{file: a, NotAReal: 600}", "{mode: 600}", "{file: a, key1: 12345}"])
  func `any other entry of a reference may be the secret`(text: String) {
    let found = MarkedConfiguration(Self.file(text)).loaded.diagnostics
    #expect(found.map(\.id) == ["inline-secret"])
  }

  @Test func `two places for one secret are an error`() {
    MarkedConfiguration(Self.file("{env: A, ⟦file⟧: b}")).expectIDs(["conflicting-keys"])
  }

  @Test(arguments: [
    ("{env: NAME}", SecretReference(.environment, "NAME")),
    ("{file: a}", SecretReference(.file, "/home/ann/.config/a")),
    ("{file: ~/a}", SecretReference(.file, "/home/ann/a")), ("{credential: a}", SecretReference(.credential, "a")),
  ])
  func `each kind of reference is read`(text: String, reference: SecretReference) throws {
    #expect(try configuration(Self.file(text)).rules.map(\.apiSecret) == [reference])
  }

  /// What every source must have.
  @Test(arguments: SecretSource.all)
  func `each source is read, written, published and resolved`(source: SecretSource) throws {
    let value: JSONValue =
      switch source.value {
      case .text(let text): .string(text.isPath ? "/none/a" : "a")
      case .program: ["/none/a"]
      }
    let written: JSONValue = .object([source.key: value])
    let reference = try #require(configuration(Self.file(JSONWriter.text(written))).rules.first?.apiSecret)
    #expect(reference.source == source)
    #expect(ValueReader.secretReference.encode(reference) == written)
    let forms = try #require(SecretReferenceReader.schema["oneOf"]?.arrayValue)
    #expect(forms.filter { $0["required"] == [.string(source.key)] }.count == 1)
    let pasted = JSONWriter.text(.object([source.key: "sk_live_NotARealSecret1"]))
    #expect(MarkedConfiguration(Self.file(pasted)).loaded.hasErrors)
    #expect(throws: SecretFault.self) {
      try SecretResolver(environment: [:], scrubber: SecretScrubber()).resolve(reference)
    }
  }

  private func secretFindings(_ text: String) -> [Diagnostic] {
    MarkedConfiguration(text).loaded.checkSecrets(SecretResolver(environment: [:], scrubber: SecretScrubber()))
  }

  @Test func `a token's reference that cannot be read is one error`() {
    #expect(secretFindings("version: 1\nsequence: {access_token: {env: sk_live_NotARealSecret1}}\n").isEmpty)
  }

  @Test func `a default token is reported without a place`() {
    let diagnostics = secretFindings(Self.file("{env: SAVE_SECRET}"))
    #expect(diagnostics.map { $0.range?.start.line } == [7, nil])
  }

  private func findings(_ text: String, _ environment: [String: String]) -> [String] {
    let resolver = SecretResolver(environment: environment, scrubber: SecretScrubber())
    return MarkedConfiguration(text).loaded.checkSecrets(resolver)
      .map { "\($0.severity) \($0.id) \($0.range?.start.line ?? 0)" }
  }

  /// `{1}` is the reference of the rule's secret.
  @Test(arguments: [
    "rule_id: ⟦not-a-real-secret-1⟧\n    api_secret: {1}\n    description: d",
    "rule_id: ru_1\n    api_secret: {1}\n    description: Asks with ⟦not-a-real-secret-1⟧ for it.",
    "rule_id: ru_1\n    api_secret: {1}\n    description: d\n    payload: {key: \"⟦not-a-real-secret-1⟧\"}",
    "rule_id: ru_1 # ⟦not-a-real-secret-1⟧\n    api_secret: {1}\n    description: d",
  ])
  func `a copy of a secret in the file is an error at its place, and is not shown`(lines: String) throws {
    let fixture = MarkedConfiguration(
      "version: 1\ntools: {get_accounts: false}\nlimits: {calls_per_day: 9}\nrules:\n  save:\n    "
        + lines.replacing("{1}", with: "{env: SAVE_SECRET}") + "\n")
    let resolver = SecretResolver(environment: ["SAVE_SECRET": "not-a-real-secret-1"], scrubber: SecretScrubber())
    let found = fixture.loaded.checkSecrets(resolver)
    #expect(found.map(\.id) == ["inline-secret"])
    #expect(found.compactMap(\.range) == fixture.ranges)
    let source = try #require(fixture.loaded.source)
    let report = DiagnosticReport(fileNames: [source.name], sources: [source], diagnostics: found)
    #expect(!report.render(.text).contains("real-secret"))
  }

  @Test(
    arguments: [
      (Diagnostic.Severity.error, "rule_id: ⟦sk_live_NotARealSecret1⟧\n  api_secret: {env: A}\n  description: d"),
      (.error, "rule_id: ru_1\n  api_secret: {env: A}\n  description: ⟦Uses sk_live_NotARealSecret1.⟧"),
      (.warning, "rule_id: ru_1\n  api_secret: {env: A}\n  description: ⟦Uses rs_live_NotARealSecret1.⟧"),
      (.error, "rule_id: ru_1\n  api_secret: {env: A}\n  description: d\n  payload: {a: ⟦sk_live_NotARealSecret1⟧}"),
      (.error, "rule_id: ru_1\n  api_secret: {env: A}\n  description: d\n  payload: {api_secret: ⟦hunter⟧}"),
    ])
  func `what looks like a secret in a rule's text is reported even if secrets are not checked`(
    severity: Diagnostic.Severity, lines: String
  ) {
    let fixture = MarkedConfiguration(DiagnosticExample.rules("save:\n  " + lines))
    #expect(fixture.loaded.diagnostics.map(\.id) == ["inline-secret"])
    #expect(fixture.loaded.diagnostics.map(\.severity) == [severity])
    #expect(fixture.loaded.diagnostics.compactMap(\.range) == fixture.ranges)
  }

  @Test(arguments: [
    "task_01HZX5K8QABCDEFGHJKMNPQRST", "01HZX5K8QABCDEFGHJKMNPQRST", "sk_save", "disk_and_task_of_2026",
  ])
  func `an id in the payload or as the rule's id is not a secret`(id: String) {
    let text = DiagnosticExample.rule("payload: {pod: \(id)}").replacing("ru_1", with: id)
    #expect(MarkedConfiguration(text).loaded.diagnostics.map(\.message) == [])
  }

  @Test func `a missing secret is an error and a missing default token a warning`() {
    let expected = ["error secret-env-missing 7", "warning secret-env-missing 0"]
    #expect(findings(Self.file("{env: SAVE_SECRET}"), [:]) == expected)
  }

  @Test func `a missing key that an enabled rule needs is an error`() {
    let text = DiagnosticExample.platform("execute_amount: 25.00\n")
    #expect(findings(text, [:]).contains("error secret-env-missing 0"))
    #expect(
      findings(DiagnosticExample.platform("enabled: false\nexecute_amount: 25.00\n"), [:]) == [
        "warning secret-env-missing 0"
      ])
  }

  @Test func `a missing key that get_accounts needs is an error`() {
    let text = "version: 1\nsequence: {platform: {api_key: {env: KEY}}}\n"
    #expect(findings(text, [:]) == ["error secret-env-missing 2"])
    #expect(findings(text + "tools: {get_accounts: false}\n", [:]) == ["warning secret-env-missing 2"])
    #expect(findings(text + "sandbox: true\n", [:]) == ["warning secret-env-missing 2"])
  }

  @Test func `secrets that resolve are not reported`() {
    let environment = ["SAVE_SECRET": "not-a-real-secret-1", "SEQUENCE_ACCESS_TOKEN": "not-a-real-secret-2"]
    #expect(findings(Self.file("{env: SAVE_SECRET}"), environment) == [])
  }

  @Test func `one value for two references is a warning`() {
    let environment = ["SAVE_SECRET": "not-a-real-secret-1", "SEQUENCE_ACCESS_TOKEN": "not-a-real-secret-1"]
    #expect(findings(Self.file("{env: SAVE_SECRET}"), environment) == ["warning access-token-as-rule-secret 7"])
  }

  @Test func `a disabled rule's secret is only a warning`() {
    let environment = ["SEQUENCE_ACCESS_TOKEN": "not-a-real-secret-2"]
    let text = Self.file("{env: SAVE_SECRET}") + "    enabled: false\n"
    #expect(findings(text, environment) == ["warning secret-env-missing 7"])
  }

  @Test func `a token that no tool uses is not asked for`() {
    #expect(findings("version: 1\ntools: {get_accounts: false}\n", [:]) == [])
  }

  @Test func `each fault of a secret and a template has a page`() {
    #expect(SecretFault.Kind.allCases.allSatisfy { DiagnosticKinds.named($0.rawValue) != nil })
    #expect(TemplateFault.Kind.allCases.allSatisfy { DiagnosticKinds.named($0.rawValue) != nil })
  }
}

/// `{command: [...]}` as it is written in the file.
@Suite struct CommandReferenceTests {
  private static func file(_ secret: String) -> String {
    "version: 1\nlimits: {calls_per_day: 9}\nrules:\n  save:\n    description: Puts money aside.\n    rule_id: ru_1\n"
      + "    api_secret: \(secret)\n"
  }

  @Test(
    arguments: [
      ("{command: [pass, show, a/b]}", CommandSecret(["pass", "show", "a/b"])),
      ("{command: [~/bin/get, \"\"], cache: 10m}", CommandSecret(["/home/ann/bin/get", ""], cacheSeconds: 600)),
      (
        "{cache: 0s, command: [/usr/bin/op, read, 'op://a/b/c d']}",
        CommandSecret(["/usr/bin/op", "read", "op://a/b/c d"])
      ),
      ("\n      command:\n        - get-secret", CommandSecret(["get-secret"])),
    ])
  func `a command is a list of words, and may be kept`(text: String, command: CommandSecret) throws {
    #expect(try configuration(Self.file(text)).rules.map(\.apiSecret) == [.command(command)])
  }

  @Test(
    arguments: [
      ("{command: ⟦pass show a/b⟧}", "wrong-type", "'command' must be a list: a program and its arguments"),
      ("{command: ⟦[]⟧}", "wrong-type", "'command' must be a list: a program and its arguments"),
      ("{command: ⟦{a: b}⟧}", "wrong-type", "'command' must be a list: a program and its arguments"),
      ("{command: [⟦\"\"⟧]}", "empty-value", "'command' names no program"),
      (
        "{command: [⟦pass show a/b⟧]}", "wrong-type",
        "'command' must be a list: a program and its arguments as separate words"
      ),
      (
        "{command: [⟦./get⟧]}", "bad-path",
        "a command's program must be a full path or a plain name, not a relative path"
      ),
      (
        "{command: [⟦bin/get⟧]}", "bad-path",
        "a command's program must be a full path or a plain name, not a relative path"
      ),
      ("{command: [get, ⟦\"a\\0b\"⟧]}", "bad-path", "a command cannot contain a NUL character"),
      (
        "{command: [echo, ⟦not-a-real-secret-1⟧]}", "inline-secret",
        "'command' contains what looks like the secret itself"
      ),
      (
        "{command: [get, ⟦sk_live_NotARealSecret1⟧]}", "inline-secret",
        "'command' contains what looks like the secret itself"
      ),
      ("{env: A, ⟦cache⟧: 1m}", "conflicting-keys", "'cache' works only with 'command'"),
      ("{env: A, ⟦command⟧: [get]}", "conflicting-keys", "names two places for one secret"),
      ("{⟦comand⟧: [get]}", "unknown-key", "unknown key 'comand' in "),
    ])
  func `a command that cannot be one says what to write, at its place`(text: String, id: String, message: String) {
    let fixture = MarkedConfiguration(Self.file(text))
    let diagnostics = fixture.loaded.diagnostics
    #expect(diagnostics.map(\.id) == [id])
    #expect(diagnostics.map { $0.message.contains(message) } == [true], "\(diagnostics.map(\.message))")
    #expect(diagnostics.compactMap(\.range) == fixture.ranges)
  }

  @Test func `a check of the file runs no command, but sees whether it could be run`() {
    let resolver = SecretResolver(environment: ["PATH": "/usr/bin:/bin"], scrubber: SecretScrubber())
    func findings(_ secret: String) -> [String] {
      MarkedConfiguration(Self.file(secret) + "tools: {get_accounts: false}\n").loaded.checkSecrets(resolver)
        .map { "\($0.severity) \($0.id) \($0.range?.start.line ?? 0)" }
    }
    #expect(findings("{command: [\"false\"]}") == ["note secret-not-tried 7"])
    #expect(findings("{command: [/nowhere/get]}") == ["error secret-command-missing 7"])
    #expect(findings("{command: [/usr]}") == ["error secret-command-not-a-program 7"])
  }
}
