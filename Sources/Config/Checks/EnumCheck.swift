import JSON
import Rules
import SourceYAML

/// A check that the values of `enum` are valid for the parameter and distinct.
enum EnumCheck {
  static func check(_ draft: ParameterDraft, _ context: inout ReadingContext) {
    let values = draft.enumValues?.value ?? []
    if context.hasError(in: draft.enumValues) { return }
    var unlisted = draft.parameter
    unlisted.constraints.enumValues = nil
    // By one form of each number, so that `1.50` equals `1.5`.
    var seen: [[UInt8]: SourceRange] = [:]
    for located in values {
      guard let scalar = located.value else { continue }
      let value = scalar.value
      do throws(ArgumentFault) {
        let normal = CanonicalJSON.bytes(try unlisted.check(value))
        if let first = seen[normal] {
          context.report(
            .badEnumValue, "\(value.shown()) appears twice in 'enum'", help: "remove one of them", at: located.range,
            related: [("the first one", first)])
        } else {
          seen[normal] = located.range
        }
      } catch {
        context.report(
          .badEnumValue, "a value of 'enum' \(error.problem)",
          help: unlisted.help(for: error, value, text: scalar.text), at: located.range)
      }
    }
  }
}

extension DiagnosticKind {
  static let badEnumValue = DiagnosticKind(
    "bad-enum-value", .error, "a value of enum that the parameter itself would refuse",
    "Each value of 'enum' must have the parameter's type, be within its bounds, and appear only once.",
    example: DiagnosticExample.parameter("type: integer\nenum: [1, ⟦2.5→2⟧]"))
}
