import JSON
import Rules
import SourceYAML

/// A check that a default is a valid value of its parameter. Stores it in normal form.
enum DefaultCheck {
  static func check(_ draft: ParameterDraft, _ context: inout ReadingContext) {
    guard let located = draft.defaultValue, let scalar = located.value, !context.hasError(in: located) else { return }
    // What allows no value, or lists a wrong one, was reported. What could not be read allows any.
    let lengths = [draft.minLength, draft.maxLength].compactMap(\.self).filter { $0.value != nil }
    let constraints = draft.readBounds.map(\.range) + lengths.map(\.range)
    if context.hasError(in: draft.enumValues) || constraints.contains(where: { context.hasError(in: $0) }) { return }
    let name = draft.parameter.name
    do throws(ArgumentFault) {
      draft.parameter.defaultValue = try draft.parameter.check(scalar.value)
    } catch {
      context.report(
        .badDefault, "the default of \(quoted(name)) \(error.problem)",
        help: draft.parameter.help(for: error, scalar.value, text: scalar.text), at: located.range)
    }
    guard draft.parameter.isRequired, let required = draft.required else { return }
    context.report(
      .defaultOfRequired, "\(quoted(name)) is required, so its default is never used",
      help: "remove 'required: true' or the default", at: required.range, related: [("the default", located.range)])
  }
}

extension Parameter {
  /// Returns the help for a value that `check` refused: how to quote it if it would be accepted as text, else what is allowed.
  /// - Parameter text: The value as the file has it.
  func help(for fault: ArgumentFault, _ value: JSONValue, text: String) -> String {
    let isScalar = value.numberValue != nil || value.boolValue != nil
    return isScalar && (try? check(.string(text))) != nil ? "quote it: \"\(text)\"" : "allowed: \(fault.allowed)"
  }
}

extension DiagnosticKind {
  static let badDefault = DiagnosticKind(
    "bad-default", .error, "a default that the parameter itself would refuse",
    "The default applies if a call leaves the argument out, so it must fit the same type, bounds and enum.",
    example: DiagnosticExample.parameter("type: integer\nmaximum: 10\ndefault: ⟦11→10⟧"))

  static let defaultOfRequired = DiagnosticKind(
    "default-of-required", .warning, "a default that is never used",
    "A call must pass a required argument, so its default is never used.",
    example: DiagnosticExample.parameter("type: integer\ndefault: 1\nrequired: ⟦true→false⟧"))
}
