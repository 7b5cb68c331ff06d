import Foundation
import TestSupport
import Testing

@testable import sequence_mcp

struct ConfigurationLocationTests {
  private func location(_ environment: [String: String], option: String? = nil) -> ConfigurationLocation {
    ConfigurationLocation(named: option, Console(color: nil, environment: environment))
  }

  @Test func `the option comes before the variable`() {
    let environment = ["SEQUENCE_MCP_CONFIG": "/other.yaml"]
    #expect(location(environment, option: "mine.yaml").path == "mine.yaml")
    #expect(location(environment).path == "/other.yaml")
    #expect(location(environment).isNamed && location(environment).exists)
  }

  @Test func `an empty variable, which clients set for an empty setting, is ignored`() {
    let environment = ["SEQUENCE_MCP_CONFIG": "", "HOME": "/no/such/home"]
    #expect(location(environment).path == "/no/such/home/.config/sequence-mcp/config.yaml")
    #expect(!location(environment).isNamed && !location(environment).exists)
    #expect(location(environment, option: "").path == "")
  }

  @Test(arguments: [[:], ["HOME": ""]])
  func `without HOME, which some clients do not set, the account's home is searched`(environment: [String: String]) {
    let environment = environment.merging(["SEQUENCE_MCP_TEST_HOME": "/no/such/account"]) { $1 }
    #expect(location(environment).path == "/no/such/account/.config/sequence-mcp/config.yaml")
    #expect(location(environment, option: "~/c.yaml").path == "/no/such/account/c.yaml")
  }

  @Test func `the configuration directory comes before the home directory`() {
    let environment = ["XDG_CONFIG_HOME": "/no/such/config", "HOME": "/no/such/home"]
    #expect(location(environment).path == "/no/such/config/sequence-mcp/config.yaml")
  }

  @Test func `a relative configuration directory is ignored`() {
    let environment = ["XDG_CONFIG_HOME": "config", "HOME": "/no/such/home"]
    #expect(location(environment).path == "/no/such/home/.config/sequence-mcp/config.yaml")
  }

  @Test func `the file in its default place is found`() throws {
    let directory = TemporaryDirectory()
    try FileManager.default.createDirectory(
      atPath: directory.path + "/sequence-mcp", withIntermediateDirectories: false)
    let path = try directory.write("sequence-mcp/config.yaml", "version: 1\n")
    let found = location(["XDG_CONFIG_HOME": directory.path])
    #expect(found.path == path && found.exists && !found.isNamed)
  }

  @Test func `a dangling link is found, and not skipped`() throws {
    let directory = TemporaryDirectory()
    try FileManager.default.createDirectory(
      atPath: directory.path + "/sequence-mcp", withIntermediateDirectories: false)
    let path = directory.path + "/sequence-mcp/config.yaml"
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/no/such/file")
    #expect(location(["XDG_CONFIG_HOME": directory.path]).exists)
  }
}
