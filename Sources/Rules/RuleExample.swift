package import JSON

/// One entry of `examples`: a call, and what must come of it.
package struct RuleExample: Sendable {
  package enum Outcome: Sendable {
    /// The payload that the arguments render to; `$now`, `$uuid` and `$today` match any value of that form.
    case payload(JSONValue)
    /// The call is refused; the name of the argument at fault, or nil for any.
    case error(argument: String?)
  }

  package var arguments = JSONObject()
  package var outcome = Outcome.error(argument: nil)

  package init() {}
}
