import Rules
import SourceYAML

// The problems that the declarations of the keys detect.
extension DiagnosticKind {
  package static let unknownKey = DiagnosticKind(
    "unknown-key", .error, "a key that does not exist here",
    "Every key must be one that sequence-mcp knows at that place; otherwise a misspelled key would silently drop a rule or a "
      + "cap. Top-level keys that start with 'x-' are ignored: a place for anchors.",
    example: DiagnosticExample.parameter("type: number\n⟦maxmum→maximum⟧: 500"))

  static let missingKey = DiagnosticKind(
    "missing-key", .error, "a required key is missing",
    "A file needs 'version', a rule needs 'rule_id', 'description' and, unless it says api: platform, 'api_secret', a "
      + "parameter needs 'type' or 'enum'. The message names the missing key and points at where it belongs.",
    example: DiagnosticExample.rules("⟦save⟧:\n  rule_id: ru_1\n  description: Puts money aside."),
    good: DiagnosticExample.rule())

  static let wrongType = DiagnosticKind(
    "wrong-type", .error, "a value of the wrong type",
    "Each key takes one type of value. YAML reads an unquoted 12, true or null as a number, a boolean or nothing; quote it "
      + "where text is expected. The words yes, no, on and off are text, not booleans (YAML 1.2).",
    example: DiagnosticExample.rule("title: ⟦12→\"12\"⟧"))

  static let numberSpelling = DiagnosticKind(
    YAMLFault.numberSpelling.rawValue, .error, "a number in a form that only YAML allows",
    "YAML also calls 0123, +5, .5, 5., 0x1F and .inf numbers, and programs disagree about their values. Write a number as "
      + "JSON does, or quote it if it is text.",
    example: DiagnosticExample.parameter("type: number\nmaximum: ⟦+5→5⟧"))

  static let emptyValue = DiagnosticKind(
    "empty-value", .error, "an empty text or list",
    "A value is needed here. Write one, or remove the key.",
    example: DiagnosticExample.rule("title: ⟦\"\"→Save⟧"))

  static let valueOutOfRange = DiagnosticKind(
    "value-out-of-range", .error, "a number or duration outside its range",
    "The value is of the right type, but too small or too large. The message says what is allowed.",
    example: DiagnosticExample.top("sequence:\n  timeout: ⟦10m→60s⟧"))

  static let unknownValue = DiagnosticKind(
    "unknown-value", .error, "a word that is not an allowed value",
    "The key takes one of a few words, spelled exactly as the message lists them.",
    example: DiagnosticExample.rule("confirm: ⟦allways→always⟧"))

  static let badMoney = DiagnosticKind(
    "bad-money", .error, "not an amount in dollars",
    "Amounts are dollars with at most two decimals: 50, 50.5, \"50.00\". No sign, no exponent, no thousands separator, no "
      + "currency symbol.",
    example: DiagnosticExample.top("limits:\n  per_day: ⟦1.005→1.01⟧"))

  static let badDuration = DiagnosticKind(
    "bad-duration", .error, "not a duration",
    "Durations are a whole number and one unit: 30s, 10m, 2h, 1d.",
    example: DiagnosticExample.rule("dedupe_window: ⟦120→120s⟧"))

  package static let badPath = DiagnosticKind(
    "bad-path", .error, "a path that cannot be used",
    "Paths are absolute, relative to the configuration file, or start with '~/' for the home directory. '~user' is not "
      + "supported.",
    example: DiagnosticExample.top("state_dir: ⟦~ann/state→~/state⟧"))

  static let conflictingKeys = DiagnosticKind(
    "conflicting-keys", .error, "two keys that exclude each other",
    "Only one of the two can apply. Keep the one that you mean.",
    example: DiagnosticExample.amount("confirm:\n  above: 100\n  ⟦when⟧: always"),
    good: DiagnosticExample.amount("confirm:\n  above: 100"))

  static let inlineSecret = DiagnosticKind(
    "inline-secret", .error, "a secret in the configuration file",
    "The file names where a secret is kept; the secret itself is never in it, since such files are shared, backed up and "
      + "shown to models. Put it into a file that only you may read (chmod 600) or an environment variable. If the file was "
      + "ever shared, make a new secret in Sequence.",
    example: DiagnosticExample.rule(secret: "⟦not-a-real-secret-1→{file: secrets/save}⟧"))

  static let badSecretName = DiagnosticKind(
    "bad-secret-name", .error, "not the name of a variable or credential",
    "'env' takes the name of an environment variable (letters, digits, underscores), 'credential' the plain name of a file "
      + "under $CREDENTIALS_DIRECTORY. Neither takes the secret itself, '$', or a path.",
    example: DiagnosticExample.top("sequence:\n  access_token: {env: ⟦$TOKEN→TOKEN⟧}"))

  static let unsupportedVersion = DiagnosticKind(
    "unsupported-version", .error, "an unknown version of the language",
    "The configuration language has one version, 1. A file for a later one needs a later sequence-mcp.",
    example: "version: ⟦2→1⟧\n")

  static let payloadNotMapping = DiagnosticKind(
    "payload-not-mapping", .error, "a payload that is not a mapping",
    "The body of a trigger is a JSON object, so 'payload' is a mapping of keys. Leave it out to send {}.",
    example: DiagnosticExample.rule("payload: ⟦[1, 2]→{values: [1, 2]}⟧"))

  static let ambiguousSpelling = DiagnosticKind(
    "ambiguous-spelling", .error, "a word or number that YAML readers disagree about",
    "Older YAML reads yes, no, on, off, y and n as true and false, and 1_000 as a thousand; YAML 1.2 reads them as text. In a "
      + "payload your rule would receive one or the other, so write true, false or 1000, or put the text in quotes.",
    example: DiagnosticExample.rule("payload:\n  simulation: ⟦yes→true⟧"))

  static let notIndented = DiagnosticKind(
    "not-indented", .error, "lines that belong to the line above and are not indented",
    "The lines that belong to a key are indented deeper than the key. Lines in the same column are other keys, and this key is "
      + "left without a value, or without a cap.",
    example: "version: 1\nlimits: {calls_per_day: 20}\nrules:\n  ⟦save⟧:\n  rule_id: ru_1\n"
      + "  api_secret: {env: SAVE_SECRET}\n  description: Puts money aside.\n",
    good: DiagnosticExample.rule("title: Save"))

  static let tooManyProblems = DiagnosticKind(
    "too-many-problems", .error, "more problems than are shown",
    "After \(ReadingContext.diagnosticLimit) problems, the rest are not shown. Fix the first ones and check again.",
    example: "for n in $(seq 20000); do echo \"key$n: 1\"; done >> config.yaml\n", isCommand: true,
    good: "sequence-mcp validate-config config.yaml\n")

  static let badPattern = DiagnosticKind(
    "bad-pattern", .error, "a pattern that is not a supported regular expression",
    "Patterns are regular expressions of JavaScript (ECMA-262) that match the whole value, in time linear in its length: "
      + "back-references and look-around, which make that impossible, are refused.",
    example: DiagnosticExample.parameter("type: string\npattern: '⟦(→⟧[a-z]+'"))
}
