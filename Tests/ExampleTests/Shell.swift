import Foundation

/// Runs command lines in an empty home directory, with the built binary on the search path.
struct Shell {
  /// The result of one line.
  struct Result {
    let output: String
    let errorOutput: String
    let exitCode: Int32
  }

  let home: URL
  private let root: URL

  /// The binary that `SEQUENCE_MCP_BINARY` names, else the one that the build put next to the test bundle.
  static let binary: URL = {
    if let path = ProcessInfo.processInfo.environment["SEQUENCE_MCP_BINARY"] {
      return URL(fileURLWithPath: path).resolvingSymlinksInPath()
    }
    #if os(macOS)
      let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL ?? Bundle.main.bundleURL
    #else
      let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    #endif
    return bundle.deletingLastPathComponent().appendingPathComponent("sequence-mcp").resolvingSymlinksInPath()
  }()

  init() throws {
    root = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appendingPathComponent("sequence-mcp-readme-" + UUID().uuidString)
    home = root.appendingPathComponent("home")
    for directory in [home, root.appendingPathComponent("bin")] {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }
    try FileManager.default.createSymbolicLink(
      at: root.appendingPathComponent("bin/sequence-mcp"), withDestinationURL: Shell.binary)
  }

  /// Deletes the home directory.
  func cleanUp() { try? FileManager.default.removeItem(at: root) }

  /// Writes a file that only its owner may read or write.
  func write(_ text: String, to name: String) throws {
    let url = home.appendingPathComponent(name)
    try Data(text.utf8).write(to: url)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: url.path)
  }

  /// Runs one line in the home directory to its end, for at most 30 seconds.
  func run(_ line: String, input: String = "") throws -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["--norc", "--noprofile", "-c", line]
    process.currentDirectoryURL = home
    process.environment = [
      "HOME": home.path, "SEQUENCE_MCP_TEST_HOME": home.path, "PATH": root.path + "/bin:/usr/bin:/bin", "TZ": "UTC",
      "SEQUENCE_MCP_STATE_DIR": home.path + "/.local/state/sequence-mcp",
    ]
    // Files, since the program would block on a pipe that nobody reads.
    let files = try ["input": input, "output": "", "errorOutput": ""].mapValues { text in
      let url = root.appendingPathComponent(UUID().uuidString)
      try Data(text.utf8).write(to: url)
      return url
    }
    guard let inputURL = files["input"], let outputURL = files["output"], let errorURL = files["errorOutput"] else {
      throw CocoaError(.fileNoSuchFile)
    }
    process.standardInput = try FileHandle(forReadingFrom: inputURL)
    process.standardOutput = try FileHandle(forWritingTo: outputURL)
    process.standardError = try FileHandle(forWritingTo: errorURL)
    try process.run()
    let watchdog = Thread { [process] in
      Thread.sleep(forTimeInterval: 30)
      if process.isRunning { process.terminate() }
    }
    watchdog.start()
    process.waitUntilExit()
    return Result(
      output: String(decoding: try Data(contentsOf: outputURL), as: UTF8.self),
      errorOutput: String(decoding: try Data(contentsOf: errorURL), as: UTF8.self), exitCode: process.terminationStatus)
  }

  /// Returns the output with everything that differs between runs made equal: this machine's paths, times and random keys.
  func normalized(_ text: String) -> String {
    Shell.steady(
      text.replacing(Shell.binary.path, with: "/usr/local/bin/sequence-mcp").replacing(home.path, with: "/home/you"))
  }

  /// Returns the text with every time, random key and waiting time made equal.
  static func steady(_ text: String) -> String {
    text.replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/, with: "2026-11-22T16:20:05.123Z")
      .replacing(
        /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/, with: "c0ed6166-09ba-48d3-9928-1921f348d995"
      )
      .replacing(/\d{4}-\d\d-\d\d \d\d:\d\d\b/, with: "2026-11-22 16:20")
      // A row of today begins with only the time.
      .replacing(#/\n\d\d:\d\d  /#, with: "\n16:20  ")
      .replacing(#/  [0-9a-f]{8}\n/#, with: "  c0ed6166\n")
      .replacing(/\(in \d+ h( \d+ min)?\)/, with: "(in 24 h)")
      .replacing(/"retry_after_seconds": \d+/, with: "\"retry_after_seconds\": 86400")
  }
}
