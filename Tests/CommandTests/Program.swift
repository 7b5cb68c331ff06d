import Foundation
import Rules
import TestSupport

/// The built binary, run in its own home directory.
struct Program {
  /// The result of one run.
  struct Result {
    let output: String
    let errorOutput: String
    let exitCode: Int32
  }

  /// An empty directory that serves as the user's home. It is deleted with the last copy of this value.
  var home: URL { directory.url }
  private let directory: Directory

  private final class Directory: Sendable {
    let url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appendingPathComponent("sequence-mcp-tests-" + UUID().uuidString)

    deinit { try? FileManager.default.removeItem(at: url) }
  }

  /// Variables in addition to `HOME` and `PATH`. The state directory is in the home as well, since the program's own choice
  /// does not depend on `HOME`.
  var environment: [String: String]

  /// The binary that `SEQUENCE_MCP_BINARY` names, else the one that the build put next to the test bundle.
  static let path = ProcessInfo.processInfo.environment["SEQUENCE_MCP_BINARY"] ?? BuiltProgram.path("sequence-mcp")

  /// - Parameter namesStateDirectory: False leaves the choice of the state directory to the program.
  init(namesStateDirectory: Bool = true) throws {
    directory = Directory()
    let home = directory.url
    environment = namesStateDirectory ? ["SEQUENCE_MCP_STATE_DIR": home.path + "/.local/state/sequence-mcp"] : [:]
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
  }

  /// The environment of every run: a home, which also serves as that of the account.
  var baseEnvironment: [String: String] {
    ["HOME": home.path, "PATH": "/usr/bin:/bin", "SEQUENCE_MCP_TEST_HOME": home.path]
  }

  /// Deletes the home directory, as the end of the last copy does.
  func cleanUp() { try? FileManager.default.removeItem(at: home) }

  /// Runs the program to its end, for at most 30 seconds.
  /// - Parameter directory: The current directory, relative to the home.
  func run(_ arguments: [String], input: String = "", in directory: String = "") throws -> Result {
    let environment = baseEnvironment.merging(environment) { $1 }
    // Files, since the program would block on a pipe that nobody reads.
    let files = try [input, "", ""].map { text in
      let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
      try Data(text.utf8).write(to: url)
      return url
    }
    defer { files.forEach { try? FileManager.default.removeItem(at: $0) } }
    let descriptors = files.map { open($0.path, O_RDWR | O_CLOEXEC) }
    defer { descriptors.forEach { close($0) } }
    let processID = try BareProcess.spawn(
      [Program.path] + arguments, environment, descriptors,
      in: directory.isEmpty ? home.path : home.appendingPathComponent(directory).path)
    let watchdog = DispatchWorkItem { kill(processID, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + 30, execute: watchdog)
    var status: Int32 = 0
    while waitpid(processID, &status, 0) < 0, errno == EINTR {}
    watchdog.cancel()
    return Result(
      output: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self),
      errorOutput: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self),
      exitCode: status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F)
  }

  /// Runs a shell script in the home directory, as the user would.
  func shell(_ script: String) throws {
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = ["-c", script]
    shell.currentDirectoryURL = home
    try shell.run()
    shell.waitUntilExit()
  }

  /// Returns a file's text. The path is relative to the home directory.
  func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: home.appendingPathComponent(path)), as: UTF8.self)
  }

  /// Writes a file and creates missing directories. The path is relative to the home directory.
  func write(_ text: String, to path: String, mode: Int = 0o600) throws {
    let url = home.appendingPathComponent(path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    if mode & 0o100 != 0 { return try writeProgram(text, to: url.path, mode: mode) }
    try Data(text.utf8).write(to: url)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
  }

  /// Returns a file's permission bits.
  func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: home.appendingPathComponent(path).path)
    return attributes[.posixPermissions] as? Int ?? -1
  }

  /// Returns the names in a directory, sorted.
  func list(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: home.appendingPathComponent(path).path).sorted()
  }
}
