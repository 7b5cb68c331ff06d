/// A rule that the sandbox lets a client trigger.
package struct SandboxRule: Sendable {
  package let ruleID: String
  /// What `x-sequence-signature` must carry after `Bearer `; it belongs to this one rule.
  package let apiSecret: String
  /// In the account holder's words. A pod whose name stands in it receives what the rule moves.
  package let name: String

  package init(ruleID: String, apiSecret: String, name: String) {
    self.ruleID = ruleID
    self.apiSecret = apiSecret
    self.name = name
  }
}

extension SandboxRule: CustomReflectable {
  package var customMirror: Mirror { Mirror(self, children: ["ruleID": ruleID, "name": name]) }
}
