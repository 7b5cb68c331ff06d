import Config
import JSON
import Platform
import SourceYAML
import TestSupport

extension FuzzDomain {
  /// The text of a configuration, from the YAML reader through every check to each report format.
  static let configurations = FuzzDomain(
    "configurations", examples: [whole] + DiagnosticKinds.all.map(\.badExample).filter { !$0.isEmpty },
    snippets: [
      "{", "}", "[", "]", ": ", "\n", "  ", "&a ", "*a", "<<: ", "\"", "'", "{{ ", " }}", "null", "0x1F", "é", "- ",
      "|\n",
      "\t", "\u{A0}", "\u{FEFF}", "“", "：", "<<<<<<<", "=======", "? ", "!x ", "%", "#", "---\n", "1,000", "$500",
      "yes",
      "\r", "\u{202E}", "😀", "limits: ", "parameters: ", "confirm: ",
    ]
  ) { bytes, dice in
    let file = SourceFile(name: "config.yaml", bytes: bytes)
    let loaded = ConfigurationLoader(environment: [:], homeDirectory: "/home/ann").check(source: file, directory: "/")
    if loaded.configuration == nil && !loaded.hasErrors { return "no configuration, and no error" }
    let ranges = loaded.diagnostics.flatMap { [$0.range].compactMap { $0 } + $0.related.map(\.range) }
    if !ranges.allSatisfy({ $0.start.byte <= $0.end.byte && $0.end.byte <= bytes.count && $0.start.line >= 1 }) {
      return "a range lies outside the file"
    }
    let report = DiagnosticReport(
      fileNames: ["config.yaml"], sources: [loaded.source ?? file], diagnostics: loaded.diagnostics)
    let format = dice.pick(DiagnosticReport.Format.allCases)
    let text = report.render(format)
    if format == .json, (try? JSONParser.parse(Array(text.utf8))) == nil { return "the report is not JSON" }
    return nil
  }

  private static let whole = """
    version: 1
    x-base: &base {per_day: 1000.00, calls_per_day: 3}
    sequence:
      base_url: https://api.getsequence.io
      access_token: {env: SEQUENCE_ACCESS_TOKEN}
      timeout: 30s
      platform: {api_key: {command: [pass, show, key], cache: 10m}}
    server: {title: My money, instructions: >-
        Use the named tools., question_timeout: 50s}
    tools: {get_limits: true, trigger_rule: {confirm: always, api_secrets: {ru_777: {credential: SAVE}}}}
    limits: {per_day: 2000.00}
    rules:
      move_to_savings:
        rule_id: ru_12345
        api_secret: {file: secrets/move_to_savings}
        description: >-
          Puts money aside.
        parameters:
          amount: {type: money, minimum: 1.00, maximum: 500.00}
          note: {type: string, maxLength: 80, pattern: "[a-z]+(x|y){2,3}", required: false}
          day: {type: string, format: date, default: 2026-11-22}
          urgency: {enum: [low, high], default: low}
        payload:
          amountInCents: "{{ amount | cents }}"
          label: "From Claude: {{ urgency | upper }}"
          note: "{{ note }}"
          list: [1, {deep: "{{ $today }}"}, "{{ day }}"]
        limits: {<<: *base, cooldown: 10m}
        confirm: {above: 100.00, ask: [client, dialog, terminal]}
        examples:
          - arguments: {amount: 50}
            payload: {amountInCents: 5000, label: "From Claude: LOW", list: [1, {deep: $today}, 2026-11-22]}
          - {arguments: {amount: 9999}, error: amount}
      run: {api: platform, rule_id: 550e8400-e29b-41d4-a716-446655440000, description: Runs., amount: 25.00, limits: *base}

    """
}
