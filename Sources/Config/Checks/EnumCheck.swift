import JSON
import Rules
import SourceYAML

/// The values of `enum` must be ones that the parameter takes, each once.
enum EnumCheck {
  static func check(_ parameter: Parameter, _ scope: SectionScope, _ context: inout ReadingContext) {
    guard let values = parameter.constraints.enumValues, let items = scope.node["enum"]?.items,
      items.count == values.count
    else { return }
    var unlisted = parameter
    unlisted.constraints.enumValues = nil
    var seen: [JSONValue: Int] = [:]
    for (index, value) in values.enumerated() {
      do throws(ArgumentFault) {
        let normal = comparable(try unlisted.check(value))
        if let first = seen[normal] {
          context.report(
            .badEnumValue, "\(value.shown()) stands twice in 'enum'", help: "remove one of them",
            at: items[index].range, related: [("the first one", items[first].range)])
        } else {
          seen[normal] = index
        }
      } catch {
        context.report(
          .badEnumValue, "a value of 'enum' \(error.problem)", help: "allowed is \(error.allowed)",
          at: items[index].range)
      }
    }
  }

  /// The same for numbers of the same value: `1.0` is `1`.
  private static func comparable(_ value: JSONValue) -> JSONValue {
    guard case .number(let number) = value, let whole = ExactDecimal(number).wholeText else { return value }
    return JSONNumber(whole).map { .number($0) } ?? value
  }
}

extension DiagnosticRule {
  static let badEnumValue = DiagnosticRule(
    "bad-enum-value", .error, "a value of enum that the parameter itself would refuse",
    "Each value of 'enum' must be of the parameter's type and keep its bounds, and stand there once.",
    bad: DiagnosticExample.parameter("type: integer\nenum: [1, ⟦2.5⟧]"),
    good: DiagnosticExample.parameter("type: integer\nenum: [1, 2]"))
}
