import Config
import SourceYAML
import Testing

@testable import sequence_mcp

struct RootConfigurationTests {
  private func commands(_ text: String) -> [String] {
    var copy = RootConfiguration(
      path: "/etc/c.yaml", text: Array(text.utf8),
      loader: ConfigurationLoader(environment: [:], homeDirectory: "/home/ann"))
    copy.setState("/var/lib/x")
    return copy.commands
  }

  @Test(arguments: [
    ("version: 1\n", ["printf '\\n%s\\n' 'state_dir: /var/lib/x' | sudo tee -a /etc/c.yaml >/dev/null"]),
    ("version: 1", ["printf '\\n%s\\n' 'state_dir: /var/lib/x' | sudo tee -a /etc/c.yaml >/dev/null"]),
    (
      "version: 1\nstate_dir: ~/x # mine\n",
      ["sudo sed -i.old 's|^state_dir:.*|state_dir: /var/lib/x|' /etc/c.yaml && sudo rm /etc/c.yaml.old"]
    ),
    ("version: 1\nstate_dir: /var/lib/x\n", []),
    ("{version: 1}\n", ["# Write 'state_dir: /var/lib/x' in it yourself, as root; no command can do it."]),
    (
      "version: 1\nstate_dir: >-\n  /x\n",
      ["# Write 'state_dir: /var/lib/x' in it yourself, as root; no command can do it."]
    ),
  ])
  func `a command sets state_dir, or a sentence says that no command can`(text: String, expected: [String]) {
    #expect(commands(text) == expected)
  }

  @Test func `a rule's secret in a variable, which sudo does not pass on, has to be moved`() throws {
    let text = """
      version: 1
      limits: {calls_per_day: 1}
      rules:
        pay: {rule_id: ru_1, api_secret: {env: PAY_SECRET}, description: Pays.}
        save: {rule_id: ru_2, api_secret: {file: secrets/save}, description: Saves.}
      """
    let loader = ConfigurationLoader(environment: [:], homeDirectory: "/home/ann")
    let loaded = loader.check(source: SourceFile(name: "c.yaml", bytes: Array(text.utf8)), directory: "/etc")
    let steps = SeparationPlan.variables(of: try #require(loaded.configuration))
    #expect(steps.count == 1 && steps[0].contains("in the rule pay, write api_secret: {file: secrets/pay}"), "\(steps)")
  }
}
