import Foundation
import Rules
import SourceYAML
import TestSupport
import Testing

@testable import Config

struct ConfigurationLoaderTests {
  private let loader = ConfigurationLoader(environment: ["HOME": "/home/ann"])

  @Test func `a valid file is loaded`() throws {
    let directory = TemporaryDirectory()
    let loaded = loader.load(path: try directory.write("config.yaml", "version: 1\nstate_dir: state\n"))
    #expect(loaded.configuration?.stateDirectory == directory.path + "/state")
    #expect(loaded.diagnostics.isEmpty && !loaded.isUnreadable && loaded.source != nil)
  }

  @Test func `a missing file is unreadable without a range`() throws {
    let directory = TemporaryDirectory()
    let loaded = loader.load(path: directory.path + "/none.yaml", name: "none.yaml")
    #expect(loaded.isUnreadable && loaded.configuration == nil && loaded.source == nil)
    #expect(loaded.diagnostics.map(\.id) == ["config-unreadable"])
    #expect(loaded.diagnostics.map(\.message) == ["the file cannot be read: it does not exist"])
    #expect(loaded.diagnostics.map(\.range) == [nil])
    #expect(loaded.diagnostics.map(\.file) == ["none.yaml"])
  }

  @Test func `a directory is unreadable`() throws {
    let directory = TemporaryDirectory()
    let loaded = loader.load(path: directory.path)
    #expect(loaded.isUnreadable)
  }

  @Test func `a pipe is refused without hanging`() throws {
    let directory = TemporaryDirectory()
    let path = directory.path + "/pipe"
    #expect(mkfifo(path, 0o600) == 0)
    #expect(loader.load(path: path).diagnostics.map(\.message) == ["the file cannot be read: it is not a regular file"])
  }

  @Test(arguments: [0o622, 0o602, 0o666] as [mode_t])
  func `a file that others can write is refused, but is not unreadable`(mode: mode_t) throws {
    let directory = TemporaryDirectory()
    let loaded = loader.load(path: try directory.write("config.yaml", "version: 1\n", mode: mode))
    #expect(loaded.diagnostics.map(\.id) == ["config-writable-by-others"])
    #expect(!loaded.isUnreadable && loaded.configuration == nil)
  }

  @Test func `the other errors of a file that others can write are shown, too`() throws {
    let directory = TemporaryDirectory()
    let loaded = loader.load(path: try directory.write("config.yaml", "version: 2\n", mode: 0o666))
    #expect(loaded.diagnostics.map(\.id) == ["config-writable-by-others", "unsupported-version"])
    #expect(loaded.source != nil && loaded.configuration == nil)
  }

  @Test(arguments: [0o600, 0o644, 0o400] as [mode_t])
  func `a file that others can only read is accepted`(mode: mode_t) throws {
    let directory = TemporaryDirectory()
    #expect(loader.load(path: try directory.write("config.yaml", "version: 1\n", mode: mode)).configuration != nil)
  }

  @Test func `a file over eight mebibytes is an error`() throws {
    let directory = TemporaryDirectory()
    let line = "#" + String(repeating: "x", count: 1022) + "\n"
    let loaded = loader.load(path: try directory.write("config.yaml", String(repeating: line, count: 8 * 1024 + 1)))
    #expect(loaded.diagnostics.map(\.id) == ["yaml-too-large"])
    #expect(!loaded.isUnreadable)
  }

  @Test(arguments: [
    ("a/b", "/etc/mcp/a/b"), ("./a", "/etc/mcp/a"), ("/a", "/a"), ("~/a", "/home/ann/a"), ("../a", "/etc/mcp/../a"),
  ])
  func `paths start at the file's directory or the home directory`(path: String, absolute: String) {
    #expect(PathResolver(directory: "/etc/mcp", homeDirectory: "/home/ann").absolute(path) == absolute)
  }

  @Test func `a home path without a home is reported`() {
    let source = SourceFile(name: "config.yaml", bytes: Array("version: 1\nstate_dir: ~/state\n".utf8))
    let loaded = ConfigurationLoader(environment: [:]).check(source: source, directory: "/")
    #expect(loaded.diagnostics.map(\.id) == ["bad-path"])
  }

  @Test(
    arguments: ["$HOME/state", "${HOME}/state", "'%APPDATA%/state'", "/srv/$USER"])
  func `a variable in state_dir does not become a directory of that name`(path: String) {
    let loaded = MarkedConfiguration("version: 1\nstate_dir: \(path)\n").loaded
    #expect(loaded.diagnostics.map(\.id) == ["bad-path"])
    #expect(loaded.diagnostics.first?.help == "write ~/… or a full path")
  }
}
