import JSON
import Platform
import Rules
import SourceYAML

/// A check that a parameter's name is valid.
enum ParameterNameCheck {
  static let schema: JSONObject = ["pattern": "^[A-Za-z_][A-Za-z0-9_]{0,63}$", "not": ["const": "idempotency_key"]]

  /// The maximum number of parameters of a rule, far more than a model or a client handles.
  static let mostParameters = 256

  static func check(_ name: String, _ range: SourceRange, _ context: inout ReadingContext) {
    if !isName(name) {
      context.report(
        .badParameterName, "\(quoted(name)) cannot be a parameter's name",
        help: "a name is a letter or '_', then letters, digits and '_', at most 64 in all", at: range)
    } else if name == IdempotencyKey.argumentName {
      context.report(
        .parameterTaken, "every alias already has the argument 'idempotency_key'", help: "choose another name",
        at: range)
    }
  }

  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first.isASCIILetter || first == UInt8(ascii: "_") else { return false }
    return text.utf8.count <= 64 && text.utf8.allSatisfy { $0.isASCIIWord }
  }
}

extension DiagnosticKind {
  static let badParameterName = DiagnosticKind(
    "bad-parameter-name", .error, "an invalid parameter name",
    "Templates and clients refer to a parameter by its name: a letter or underscore, then letters, digits and underscores.",
    example: DiagnosticExample.rule("parameters:\n  ⟦how-much⟧: {type: integer}\npayload: {}"),
    good: DiagnosticExample.rule("parameters:\n  how_much: {type: integer}\npayload: {count: \"{{ how_much }}\"}"))

  static let parameterTaken = DiagnosticKind(
    "parameter-taken", .error, "a parameter called idempotency_key",
    "Every alias takes an 'idempotency_key' in addition to its own parameters, so that a call can be repeated safely.",
    example: DiagnosticExample.rule(
      "parameters:\n  ⟦idempotency_key⟧: {type: string}\npayload: {key: \"{{ idempotency_key }}\"}"),
    good: DiagnosticExample.rule("parameters:\n  key: {type: string}\npayload: {key: \"{{ key }}\"}"))

  static let tooManyEntries = DiagnosticKind(
    "too-many-entries", .error, "more parameters than one tool can have",
    "A rule takes at most \(ParameterNameCheck.mostParameters) parameters; clients and models handle far fewer.",
    example: DiagnosticExample.rule(
      "parameters:\n" + (0..<256).map { "  p\($0): {type: integer}\n" }.joined()
        + "  ⟦p256⟧: {type: integer}\npayload:\n"
        + (0..<257).map { "  p\($0): \"{{ p\($0) }}\"" }.joined(separator: "\n")),
    good: DiagnosticExample.parameter("type: integer"))
}
