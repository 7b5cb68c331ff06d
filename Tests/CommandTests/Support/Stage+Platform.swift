import Foundation
import JSON
import Sandbox

/// A stage whose only rule uses the Platform API.
extension Stage {
  /// - Parameters:
  ///   - name: The name of the sandbox's rule.
  ///   - rule: More keys of the rule `split`, one line each.
  static func platform(
    _ name: String = "Profit first", rule: [String] = ["confirm: never"],
    onMove: (@Sendable (URL, SandboxMove) -> Void)? = nil
  ) throws -> Stage {
    let stage = try Stage(bank: SandboxConfiguration(), onMove: onMove)
    stage.removeToken()
    try stage.program.write(SandboxCatalog.apiKey + "\n", to: "secrets/api_key")
    try stage.write(stage.platformConfiguration(name, rule: rule))
    return stage
  }

  func platformConfiguration(_ name: String = "Profit first", rule: [String] = ["confirm: never"]) -> String {
    """
    version: 1
    sequence: {timeout: 20s, platform: {base_url: \(sandbox.baseURL ?? "")/platform/v1, api_key: {file: secrets/api_key}}}
    tools: {trigger_rule: false}
    rules:
      split:
        api: platform
        rule_id: \(SandboxCatalog.platformRules.first { $0.name == name }?.id ?? "none")
        description: Splits what came in.
        parameters: {amount: {type: money, minimum: 10.00, maximum: 5000.00}}
        execute_amount: amount
        \(rule.joined(separator: "\n    "))

    """
  }

  /// Returns the triggers that arrived, simulated or live.
  func moves(simulated: Bool) -> [SandboxMove] {
    sandbox.moves.filter { ($0.body["simulation"]?.boolValue == true) == simulated }
  }

  /// Lets the first requests of the API succeed, and the next one meet the fault.
  func script(after count: Int, _ fault: SandboxFault) {
    sandbox.script(steps: (count > 0 ? [FaultStep(.wellBehaved, count: count)] : []) + [FaultStep(fault)])
  }
}
