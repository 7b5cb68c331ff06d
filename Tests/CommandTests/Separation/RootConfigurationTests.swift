import Config
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
}
