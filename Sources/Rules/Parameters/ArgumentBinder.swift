package import JSON
import Platform

/// Checks a call's arguments against the declared parameters, all of them in one go.
package enum ArgumentBinder {
  /// How many unknown arguments are named one by one.
  private static let unknownLimit = 20

  /// - Parameters:
  ///   - takesIdempotencyKey: false for tools that trigger nothing.
  ///   - others: further arguments of the tool, which the caller checks.
  ///
  /// `null` means absent for an argument that is not required: clients in OpenAI's strict mode fill every property.
  /// - Throws: `ArgumentFaults` with every fault: unknown, missing and refused arguments.
  package static func bind(
    _ arguments: JSONObject, to parameters: [Parameter], takesIdempotencyKey: Bool = true,
    alsoTaking others: [String] = []
  ) throws(ArgumentFaults) -> BoundArguments {
    var bound = BoundArguments()
    var faults: [ArgumentFault] = []
    for parameter in parameters {
      guard let value = arguments[parameter.name], value != .null || parameter.isRequired else {
        if let value = parameter.defaultValue {
          bound.append(parameter, value)
        } else if parameter.isRequired {
          faults.append(ArgumentFault(argument: parameter.name, problem: "is missing", allowed: parameter.allowed))
        }
        continue
      }
      do throws(ArgumentFault) {
        bound.append(parameter, try parameter.check(value))
      } catch {
        faults.append(error)
      }
    }
    if takesIdempotencyKey, let value = arguments[IdempotencyKey.argumentName], value != .null {
      do throws(ArgumentFault) {
        bound.idempotencyKey = try IdempotencyKey.check(value)
      } catch {
        faults.append(error)
      }
    }
    let key = takesIdempotencyKey ? [IdempotencyKey.argumentName] : []
    faults += unknown(arguments, parameters.map(\.name) + others + key)
    guard faults.isEmpty else { throw ArgumentFaults(faults) }
    return bound
  }

  /// The arguments that nobody declared. Names are told apart by their bytes: Swift's `==` takes the Kelvin sign for `K`.
  private static func unknown(_ arguments: JSONObject, _ names: [String]) -> [ArgumentFault] {
    let known = Set(names.map { Array($0.utf8) })
    let unknown = arguments.keys.filter { !known.contains(Array($0.utf8)) }
    let allowed = names.isEmpty ? "no arguments" : "only " + names.map { "'\($0)'" }.joined(separator: ", ")
    var faults = unknown.prefix(unknownLimit).map { name in
      let suggestion = Suggestion.help(for: name, among: names).map { " (\($0))" } ?? ""
      return ArgumentFault(
        argument: name, problem: "is not an argument of this tool" + suggestion, allowed: allowed)
    }
    if unknown.count > unknownLimit {
      let rest = unknown.count - unknownLimit
      faults.append(
        ArgumentFault(argument: "…", problem: "and \(rest) more arguments are unknown", allowed: allowed))
    }
    return faults
  }
}
