package import JSON
import Platform

/// A check of a call's arguments against the declared parameters that collects every fault.
package enum ArgumentBinder {
  /// The maximum number of unknown arguments reported individually.
  private static let unknownLimit = 20

  /// Returns the checked arguments in normal form.
  ///
  /// `null` means absent for an argument that is not required: clients in OpenAI's strict mode fill every property.
  /// - Parameters:
  ///   - takesIdempotencyKey: False for tools that trigger nothing.
  ///   - others: Further arguments of the tool, which the caller checks.
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

  /// Returns the faults for undeclared arguments. Names are compared by their bytes.
  private static func unknown(_ arguments: JSONObject, _ names: [String]) -> [ArgumentFault] {
    let known = Set(names.map { Array($0.utf8) })
    let unknown = arguments.keys.filter { !known.contains(Array($0.utf8)) }
    let allowed = names.isEmpty ? "no arguments" : "only " + names.map { "'\($0)'" }.joined(separator: ", ")
    // The names in each fault would make an answer longer than clients read.
    let allowedAgain = names.isEmpty ? allowed : "only the arguments listed above"
    var faults = unknown.prefix(unknownLimit).enumerated().map { index, name in
      let suggestion = Suggestion.help(for: name, among: names).map { " (\($0))" } ?? ""
      return ArgumentFault(
        argument: name, problem: "is not an argument of this tool" + suggestion,
        allowed: index == 0 ? allowed : allowedAgain)
    }
    if unknown.count > unknownLimit {
      let rest = unknown.count - unknownLimit
      faults.append(
        ArgumentFault(
          argument: ArgumentFault.others, problem: "\(rest) more arguments are unknown", allowed: allowedAgain))
    }
    return faults
  }
}

/// The argument `idempotency_key`, which every trigger accepts.
package enum IdempotencyKey {
  package static let argumentName = "idempotency_key"
  /// In characters; Sequence accepts no longer key.
  package static let maxLength = 36

  /// Whether the text is 1 to 36 characters of `A-Za-z0-9._:-`.
  package static func isValid(_ text: String) -> Bool {
    (1...maxLength).contains(text.utf8.count)
      && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || "._:-".utf8.contains($0) }
  }

  /// Returns the key.
  /// - Throws: `ArgumentFault` for any other value.
  package static func check(_ value: JSONValue) throws(ArgumentFault) -> String {
    guard case .string(let text) = value, isValid(text) else {
      throw ArgumentFault(
        argument: argumentName, problem: "is \(value.shown()), which is not a valid key",
        allowed: "1 to \(maxLength) characters of A-Z a-z 0-9 . _ : - or nothing at all")
    }
    return text
  }

  /// The argument's JSON Schema 2020-12.
  static let publishedSchema: JSONObject = [
    "type": "string",
    "description": .string(
      "Optional. Leave it out, unless you mean to repeat a call on purpose (pass a new key) or to ask again for the "
        + "outcome of an earlier one (pass its key)."),
    "minLength": 1, "maxLength": JSONValue(maxLength), "pattern": "^[A-Za-z0-9._:-]+$",
  ]
}

/// A call's checked arguments in declaration order, in normal form, with defaults filled in.
package struct BoundArguments: Sendable, Hashable {
  /// An argument with its declared type.
  package struct Entry: Sendable, Hashable {
    package let name: String
    package let type: ParameterType
    package let value: JSONValue
  }

  /// Excludes omitted optional arguments without a default.
  package private(set) var entries: [Entry] = []
  /// The caller's `idempotency_key`, separated from the other arguments.
  package internal(set) var idempotencyKey: String?

  package init() {}

  mutating func append(_ parameter: Parameter, _ value: JSONValue) {
    entries.append(Entry(name: parameter.name, type: parameter.type, value: value))
  }

  /// The argument with that name; nil if it was omitted.
  package subscript(name: String) -> Entry? { entries.first { $0.name.hasSameBytes(as: name) } }

  /// Returns the amount in the `money` argument with that name.
  package func money(_ name: String) -> Money? {
    guard let entry = self[name], entry.type == .money, case .number(let number) = entry.value else { return nil }
    return try? Money(number)
  }

  /// The arguments as one object without `idempotency_key`, as shown to the person and recorded in the ledger.
  package var object: JSONObject { JSONObject(entries.map { ($0.name, $0.value) }) }
}

/// A refused argument, with the reason and what is allowed.
package struct ArgumentFault: Error, Sendable, Hashable, CustomStringConvertible {
  package let argument: String
  /// Completes "'amount' ...": `is 9999, which is over the maximum`.
  package let problem: String
  /// What is allowed instead: `an amount in US dollars from 1 to 500`.
  package let allowed: String

  package init(argument: String, problem: String, allowed: String) {
    self.argument = argument
    self.problem = problem
    self.allowed = allowed
  }

  /// Stands for the arguments that are counted, not listed.
  static let others = "…"

  /// One sentence: `'amount' is 9999, which is over the maximum; allowed: ...`.
  package var description: String {
    let subject = argument == ArgumentFault.others ? "" : "'\(VisibleText.escaped(argument, limit: 60))' "
    return "\(subject)\(problem); allowed: \(allowed)"
  }
}

/// All faults of one call: those of declared parameters in declaration order, then `idempotency_key`, then unknown arguments.
package struct ArgumentFaults: Error, Sendable, Hashable {
  package let faults: [ArgumentFault]

  package init(_ faults: [ArgumentFault]) { self.faults = faults }
}
