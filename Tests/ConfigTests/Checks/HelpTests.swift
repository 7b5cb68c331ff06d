import SourceYAML
import Testing

@testable import Config

/// The help of a diagnostic works as it is written.
struct HelpTests {
  @Test(
    arguments: [
      (
        "rules: {save: {rule_id: ru_1, api_secret: {env: A}, description: \"\"}}",
        "write some text; the key is required"
      ),
      ("rules: {save: {rule_id: , api_secret: {env: A}, description: d}}", "write some text; the key is required"),
      ("server: {title: \"\"}", "write some text, or remove the key"), ("limits: {cooldown: 90d}", "write 30d or less"),
      ("sequence: {timeout: 0s}", "write 1s or more"), ("limits: {calls_per_day: 0}", "write 1 or more"),
      ("sequence: {timeout: 30}", "write 30s for seconds; the units are s, m, h, d"),
      ("sequence: {timeout: 30 sec}", "write 30s"), ("limits: {cooldown: 2 hours}", "write 2h"),
      ("sequence: https://api.getsequence.io", "write base_url: and the address below it"),
      ("sequence: {api_key: {env: A}}", "it belongs below 'platform'"),
      ("sequence: {access_token: {file: \"\"}}", "write the PATH of the file that contains the secret"),
      ("sequence: {access_token: {environment: A}}", "did you mean 'env'?"),
      ("sequence: {access_token: {enviroment: A}}", "did you mean 'env'?"),
      ("limits: {per_day: 1000000000000}", "write 9999999999.99 or less"),
      ("sequence: {access_token: \"${A}\"}", "write {env: NAME} with the variable's name"),
      ("sequence: {access_token: {command: [pass, 5]}}", "quote it: \"5\""),
      ("sequence: {access_token: {file: $HOME/token}}", "write ~/… or a full path"),
      ("per_day: 5", "it belongs below 'limits'"), ("confirm: always", "it belongs to each rule"),
      ("per_call: 5", "it belongs below 'limits'"), ("trigger_path: /x", "it belongs below 'sequence'"),
      ("limits: {maximum: 5}", "did you mean 'per_call'?"),
      ("tools: {trigger_rule: {cooldown: 1m}}", "it belongs below 'limits'"),
      ("read_only: true", "it belongs below 'server'"),
      ("server: {instructions: false}", "write instructions: none for no instructions"),
      ("server: {instructions: \"None\"}", "write instructions: none for no instructions"),
      ("server: {instructions: null}", "write instructions: none for no instructions"),
      ("server: {title: \"  \"}", "write some text, or remove the key"),
      ("server: {title: [a, b]}", "put quotes around the text"),
      ("server: {sandbox: true}", "it belongs to the top level of the file"), ("server: {read_only: 1}", "write true"),
      ("sequence: {access_token: !env A}", "write the plain value; a secret is named as {env: NAME} or {file: PATH}"),
      ("sequence: {access_token: }", "write access_token: {file: PATH}"),
      ("sequence: {api_secret: {env: A}}", "each rule has its own: it belongs to the rule"),
      ("tools: {trigger_rule: disabled}", "write false, without quotes"),
      ("tools: {trigger_rule: {api_secrets: [ru_1]}}", "write api_secrets: {RULE_ID: {file: PATH}}"),
      ("x-d: &d {title: a}\nx-e: &e {title: b}\nserver:\n  <<: *d\n  <<: *e", "write <<: [*d, *e]"),
      ("x-d: &d {title: a}\nserver:\n  <<: *d\n  <<: {title: hunter22}", "write one '<<' with a list of both"),
      ("5: x", "put quotes around it: \"5\""),
      ("limits: {calls_per_day: off}", "leave the key out: then there is no such limit"),
      (
        "limits: [per_day: 100]",
        "write its keys without brackets and '- '; they are per_call, per_day, per_30_days, calls_per_day, "
          + "calls_per_30_days, cooldown"
      ),
      ("rules: {save: {rule_id: ru_1, api_secret: {env: A}, description: d, enabled: [a]}}", "write true or false"),
      ("server: {title: !!bool yes}", "remove the tag"),
      ("server:\n  title:\n    Money: mine", "quote text that contains ': '"),
      ("limits: {calls_per_week: 5}", "there is no cap per week; use calls_per_day or calls_per_30_days"),
      ("limits: {per_minute: 5}", "there is no cap per minute; use per_day or per_30_days"),
      ("limits: {per_day: 1.000,50}", "write per_day: 1000.50, with a decimal point"),
      ("server: {title: [\"Note: mine\"]}", "write title: 'Note: mine'"),
      ("server: {title: [\"5\"]}", "write title: '5'"),
      ("server: {title: [\"Bob's #1\"]}", "write title: \"Bob's #1\""),
      ("server: {title: [Mine]}", "write title: Mine"), ("tools: {confirm: always}", "it belongs to each rule"),
      ("server: {confirm: always}", "it belongs to each rule"),
      ("limits: {confirm: always}", "it belongs to each rule"),
      ("server: {dedupe_window: 5m}", "it belongs to each rule"), ("dedupe_window: 5m", "it belongs to each rule"),
      ("tools: {read_only: true}", "it belongs below 'server'"),
      ("sequence: {read_only: true}", "it belongs below 'server'"),
      ("tools: {accept_api_secret: false}", "it belongs below 'trigger_rule'"),
      ("tools: {api_secrets: {}}", "it belongs below 'trigger_rule'"),
      ("limits: {above: 5}", "it belongs to the 'confirm' of each rule"), ("sandbox: 05", "write true or false"),
      ("server: {read_only: 0x1F}", "write true or false"), ("sandbox: !!str true", "remove the tag before it"),
      ("limits: {calls_per_day: !!str 5}", "remove the tag before it"),
      ("limits: {calls_per_day: 0x1F}", "write 31"),
      ("limits: {per_day: .}", "write dollars with at most two places and no sign, such as 50 or 49.90"),
      ("state_dir: ~", "write ~/… or a full path, or remove the key"),
    ])
  func `the help works as written`(line: String, help: String) {
    let found = MarkedConfiguration("version: 1\n" + line + "\n").loaded.diagnostics
    #expect(found.filter { $0.severity == .error }.map(\.help) == [help])
  }

  @Test(
    arguments: [
      ("parameters: amount", "write each as its name with its keys below:\nparameters:\n  amount:\n    type: money"),
      ("parameters: {a: {type: money, maximum: €500}}", "write a plain number, such as 500"),
      ("parameters: {a: {type: number, minimum: 5OO}}", "write a plain number, such as 500"),
      ("parameters: {n: {type: integer}}\npayload: {list: [\"{{ n }} \"]}", "write \"{{ n }}\""),
      ("destructiveHint: true", "it belongs below 'annotations'"), ("confirmation: always", "did you mean 'confirm'?"),
      ("require_confirmation: true", "did you mean 'confirm'?"), ("active: false", "did you mean 'enabled'?"),
      ("daily_limit: 50", "write per_day: with the amount, below 'limits'"),
      ("max_amount: 50", "write per_call: with the amount, below 'limits'"),
      ("parameters: {a: {type: string, pattern: [a-z]}}\npayload: {c: \"{{ a }}\"}", "write pattern: '[a-z]'"),
      ("parameters: {a: {type: string, enum: \"5\"}}\npayload: {c: \"{{ a }}\"}", "write enum: ['5']"),
      (
        "parameters: {a: {type: integer, maximum: !!str .}}\npayload: {c: \"{{ a }}\"}",
        "write a plain number, such as 500"
      ),
      ("confirm: 100", "write confirm: {above: 100}"), ("confirm: above $1,000", "write confirm: {above: 1000}"),
      ("confirm: [client]", "write confirm: {when: always, ask: [client]}"),
      ("confirm: {when: never}", "write confirm: never"),
      ("confirm: {when: above}", "write above: with the amount, such as confirm: {above: 100.00}"),
      ("confirm: {when: always, ask: terminal}", "write ask: [terminal]"),
      ("confirm: {when: always, ask: [window]}", "did you mean 'dialog'?"),
      ("ask: [client]", "it belongs below 'confirm'"),
      ("calls_per_day: 2", "it belongs below 'limits'"), ("amount: {type: money}", "it belongs below 'parameters'"),
      ("amount: 25.00", "it belongs below 'limits'"), ("limits: {above: 5}", "it belongs to the rule's 'confirm'"),
      ("parameters: {a: money}\npayload: {c: \"{{ a | cents }}\"}", "write {type: money}"),
      ("parameters: {a: dollars}\npayload: {c: \"{{ a }}\"}", "write {type: money}"),
      ("confirm: [always]", "write one word: confirm: always"), ("confirm: ask", "write confirm: always"),
      ("confirm:", "write confirm: always, or remove the key: then the client asks"),
      (
        "confirm: {when: above, above: 100}\nlimits: {amount: 5}",
        "write above: with the amount, such as confirm: {above: 100.00}"
      ),
      (
        "limits: {amount: \"{{ a }}\"}\nparameters: {a: {type: money, maximum: 5}}\npayload: {c: \"{{ a | cents }}\"}",
        "write amount: a"
      ),
      ("disabled: true", "write enabled: false"),
      ("disabled: false", "remove it: a rule is on unless it says enabled: false"),
      ("parameters: {a: {type: string, optional: true}}\npayload: {c: \"{{ a }}\"}", "write required: false"),
      (
        "parameters: {a: {type: string, optional: no}}\npayload: {c: \"{{ a }}\"}",
        "remove it: a parameter is required unless it says required: false"
      ),
      ("parameters: {a: {enum: \"a: b, c\"}}\npayload: {c: \"{{ a }}\"}", "write enum: ['a: b', c]"),
      ("parameters: {a: {type: integer, enum: 5}}\npayload: {c: \"{{ a }}\"}", "write enum: [5]"),
      (
        "parameters: {a: {type: boolean, enum: [\"true\"]}}\npayload: {c: \"{{ a }}\"}",
        "remove it: boolean takes no such keyword"
      ),
      (
        "parameters: {type: object, properties: {a: {type: string}}, required: [a]}\npayload: {c: \"{{ a }}\"}",
        "write what is in 'properties' directly below 'parameters'; a parameter is required unless it says required: false"
      ),
      ("dedupe_window: off", "write 0s, which turns it off"), ("dedupe_window: false", "write 0s, which turns it off"),
      ("parameters:", "write one below it, or remove the key"),
      (
        "parameters: {a: {type: money, maximum: 5}}\npayload: {c: \"{{ a | dollars | cents }}\"}\nlimits: {per_day: 5}",
        "remove 'dollars'"
      ),
      (
        "parameters: {a: {type: boolean, enum: [true]}}\npayload: {c: \"{{ a }}\"}",
        "quote it: \"true\", for text; the type boolean takes no enum"
      ),
      (
        "payload: {t: \"{{ $now }}\", u: \"{{ $uuid }}\", a: \"{{ $alias }}\"}\nexamples:\n  - arguments: {}\n    payload: {}",
        "the whole payload is {\"t\":\"$now\",\"u\":\"$uuid\",\"a\":\"save\"}"
      ),
      ("api_key: {env: A}", "one key serves all rules: it belongs below sequence: {platform: ...}"),
      ("params: {a: {type: money, maximum: 5}}\npayload: {c: \"{{ a | cents }}\"}", "did you mean 'parameters'?"),
      ("parameters: {a: {choices: [a, b]}}\npayload: {c: \"{{ a }}\"}", "did you mean 'enum'?"),
      ("parameters: {a: {enum: \"low, high\"}}\npayload: {c: \"{{ a }}\"}", "write enum: [low, high]"),
      ("parameters: {a: {type: date}}\npayload: {c: \"{{ a }}\"}", "write type: string, format: date"),
      ("parameters: {a: {type: integer, maximum: 0500}}\npayload: {c: \"{{ a }}\"}", "write 500"),
      ("parameters: {a: {type: integer, maximum: \"0500\"}}\npayload: {c: \"{{ a }}\"}", "write 500, without quotes"),
      (
        "parameters: {a: {type: money, maximum: 5}, b: {type: string}}",
        "add payload: with a placeholder for it, such as a: \"{{ a }}\""
      ),
      (
        "parameters:\n  a: {type: money, maximum: 5}\n  payload:\n    c: \"{{ a | cents }}\"",
        "put it in the column of 'parameters': two fewer spaces"
      ),
      (
        "parameters:\n  type: money\n  maximum: 5\npayload: {c: \"{{ a | cents }}\"}",
        "write the name and a colon in a line above, and indent its keys by two more spaces"
      ),
      (
        "parameters: {amount: {type: money, maximum: 5}}\npayload: {c: \"{{ amount | cents }}\"}\nlimits: {per_day: 5}\n"
          + "examples:\n  - arguments: {amout: 5}\n    payload: {c: 500}",
        "allowed: only 'amount', 'idempotency_key'"
      ),
      (
        "parameters: {amount: {type: money, maximum: 5}}\npayload: {inCents: \"${amount}\"}\nlimits: {per_day: 5}",
        "write \"{{ amount | cents }}\""
      ),
      (
        "parameters: {a: {type: integer}}\npayload: {c: \"{{ a | cents }}\"}",
        "give the parameter 'a' type: money, in dollars"
      ),
    ])
  func `the help shows how a rule's key is written`(lines: String, help: String) {
    let found = MarkedConfiguration(DiagnosticExample.rule(lines)).loaded.diagnostics
    #expect(found.filter { $0.severity == .error }.map(\.help) == [help])
  }
}
