/// One alias of the sample configuration and the sandbox's rule behind it.
package struct SandboxSample: Sendable {
  package let alias: String
  package let rule: SandboxRule
  /// For the model.
  package let description: String
  /// The `amount` parameter's bounds in dollars, as YAML writes them.
  let minimum: String
  let maximum: String
  /// One more line of the alias, such as its limits.
  let extraYAML: String

  /// Where the configuration looks for the rule's secret, relative to its own folder.
  package var secretFile: String { "secrets/\(alias)" }

  /// The alias as an entry of the configuration's `rules`, with a newline at its end.
  var yaml: String {
    """
      \(alias):
        rule_id: \(rule.ruleID)
        api_secret: {file: \(secretFile)}
        title: \(rule.name)
        description: >-
          \(description)
        parameters:
          amount: {type: money, minimum: \(minimum), maximum: \(maximum), description: "How much, in US dollars."}
        payload:
          amountInCents: "{{ amount | cents }}"
        \(extraYAML)

    """
  }
}
