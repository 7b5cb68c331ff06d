import Foundation
import Testing
import TestSupport

@testable import Config

struct ConfigurationLocatorTests {
  @Test func theOptionComesBeforeTheVariable() {
    let locator = ConfigurationLocator(environment: ["SEQUENCE_MCP_CONFIG": "/other.yaml"])
    #expect(locator.locate(option: "mine.yaml") == .named(path: "mine.yaml"))
    #expect(locator.locate(option: nil) == .named(path: "/other.yaml"))
  }

  @Test("an empty variable names no file, as clients set it for a setting that was left empty")
  func emptyVariable() {
    let locator = ConfigurationLocator(environment: ["SEQUENCE_MCP_CONFIG": "", "HOME": "/no/such/home"])
    #expect(locator.locate(option: nil) == .none(searched: ["/no/such/home/.config/sequence-mcp/config.yaml"]))
    #expect(locator.locate(option: "") == .named(path: ""))
  }

  @Test(
    "without HOME, as some clients start a server, the account's home is looked in", arguments: [[:], ["HOME": ""]])
  func accountHome(environment: [String: String]) {
    let locator = ConfigurationLocator(environment: environment, accountHome: "/no/such/account")
    #expect(locator.defaultPath == "/no/such/account/.config/sequence-mcp/config.yaml")
    #expect(locator.locate(option: "~/c.yaml") == .named(path: "/no/such/account/c.yaml"))
  }

  @Test func theConfigurationDirectoryComesBeforeTheHomeDirectory() {
    let environment = ["XDG_CONFIG_HOME": "/no/such/config", "HOME": "/no/such/home"]
    let locator = ConfigurationLocator(environment: environment)
    #expect(locator.locate(option: nil) == .none(searched: ["/no/such/config/sequence-mcp/config.yaml"]))
  }

  @Test func aRelativeConfigurationDirectoryIsIgnored() {
    let locator = ConfigurationLocator(environment: ["XDG_CONFIG_HOME": "config", "HOME": "/no/such/home"])
    #expect(locator.defaultPath == "/no/such/home/.config/sequence-mcp/config.yaml")
  }

  @Test func withoutAHomeThereIsNowhereToLook() {
    #expect(ConfigurationLocator(environment: [:]).locate(option: nil) == .none(searched: []))
  }

  @Test func theFileInItsDefaultPlaceIsFound() throws {
    let directory = TemporaryDirectory()
    try FileManager.default.createDirectory(
      atPath: directory.path + "/sequence-mcp", withIntermediateDirectories: false)
    let path = try directory.write("sequence-mcp/config.yaml", "version: 1\n")
    let locator = ConfigurationLocator(environment: ["XDG_CONFIG_HOME": directory.path])
    #expect(locator.locate(option: nil) == .found(path: path))
  }

  @Test func aLinkThatLeadsNowhereIsFoundAndNotPassedOver() throws {
    let directory = TemporaryDirectory()
    try FileManager.default.createDirectory(
      atPath: directory.path + "/sequence-mcp", withIntermediateDirectories: false)
    let path = directory.path + "/sequence-mcp/config.yaml"
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/no/such/file")
    let locator = ConfigurationLocator(environment: ["XDG_CONFIG_HOME": directory.path])
    #expect(locator.locate(option: nil) == .found(path: path))
  }
}
