import Foundation
import TestSupport
import Testing

@testable import Config

struct ConfigurationLocatorTests {
  @Test func `the option comes before the variable`() {
    let locator = ConfigurationLocator(environment: ["SEQUENCE_MCP_CONFIG": "/other.yaml"])
    #expect(locator.locate(option: "mine.yaml") == .named(path: "mine.yaml"))
    #expect(locator.locate(option: nil) == .named(path: "/other.yaml"))
  }

  @Test func `an empty variable, which clients set for an empty setting, is ignored`() {
    let locator = ConfigurationLocator(environment: ["SEQUENCE_MCP_CONFIG": "", "HOME": "/no/such/home"])
    #expect(locator.locate(option: nil) == .none(searched: ["/no/such/home/.config/sequence-mcp/config.yaml"]))
    #expect(locator.locate(option: "") == .named(path: ""))
  }

  @Test(
    arguments: [[:], ["HOME": ""]])
  func `without HOME, which some clients do not set, the account's home is searched`(environment: [String: String]) {
    let locator = ConfigurationLocator(environment: environment, accountHome: "/no/such/account")
    #expect(locator.defaultPath == "/no/such/account/.config/sequence-mcp/config.yaml")
    #expect(locator.locate(option: "~/c.yaml") == .named(path: "/no/such/account/c.yaml"))
  }

  @Test func `the configuration directory comes before the home directory`() {
    let environment = ["XDG_CONFIG_HOME": "/no/such/config", "HOME": "/no/such/home"]
    let locator = ConfigurationLocator(environment: environment)
    #expect(locator.locate(option: nil) == .none(searched: ["/no/such/config/sequence-mcp/config.yaml"]))
  }

  @Test func `a relative configuration directory is ignored`() {
    let locator = ConfigurationLocator(environment: ["XDG_CONFIG_HOME": "config", "HOME": "/no/such/home"])
    #expect(locator.defaultPath == "/no/such/home/.config/sequence-mcp/config.yaml")
  }

  @Test func `without a home there is nowhere to look`() {
    #expect(ConfigurationLocator(environment: [:]).locate(option: nil) == .none(searched: []))
  }

  @Test func `the file in its default place is found`() throws {
    let directory = TemporaryDirectory()
    try FileManager.default.createDirectory(
      atPath: directory.path + "/sequence-mcp", withIntermediateDirectories: false)
    let path = try directory.write("sequence-mcp/config.yaml", "version: 1\n")
    let locator = ConfigurationLocator(environment: ["XDG_CONFIG_HOME": directory.path])
    #expect(locator.locate(option: nil) == .found(path: path))
  }

  @Test func `a dangling link is found, and not skipped`() throws {
    let directory = TemporaryDirectory()
    try FileManager.default.createDirectory(
      atPath: directory.path + "/sequence-mcp", withIntermediateDirectories: false)
    let path = directory.path + "/sequence-mcp/config.yaml"
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/no/such/file")
    let locator = ConfigurationLocator(environment: ["XDG_CONFIG_HOME": directory.path])
    #expect(locator.locate(option: nil) == .found(path: path))
  }
}
