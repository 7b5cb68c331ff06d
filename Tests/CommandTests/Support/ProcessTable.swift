import Foundation

/// What Linux tells about a running process.
struct ProcessTable {
  let processID: pid_t

  /// Whether this system has a table to look into.
  static let isThere = FileManager.default.fileExists(atPath: "/proc/self/status")

  /// Whether the open files of a server can be listed: it hides them from other processes of its user.
  static let showsFiles = isThere && geteuid() == 0

  private func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: "/proc/\(processID)/\(name)")), as: UTF8.self)
  }

  /// Program and arguments.
  func commandLine() throws -> String { try text("cmdline") }

  func limits() throws -> String { try text("limits") }

  /// Runs `cat` on its environment without the privileges of root, if the tests have them.
  /// - Returns: whether the system lets another process of the same user read it.
  func isEnvironmentReadable() throws -> Bool {
    let reader = Process()
    let command = ProcessTable.plainUser + ["/bin/cat", "/proc/\(processID)/environ"]
    reader.executableURL = URL(fileURLWithPath: command[0])
    reader.arguments = Array(command.dropFirst())
    reader.standardOutput = FileHandle.nullDevice
    reader.standardError = FileHandle.nullDevice
    try reader.run()
    reader.waitUntilExit()
    return reader.terminationStatus == 0
  }

  /// A launcher that takes the privileges of root away and keeps the user.
  static let plainUser = geteuid() == 0 ? ["/usr/bin/setpriv", "--bounding-set=-all", "--inh-caps=-all"] : []

  /// Resident memory without the pages of files.
  func anonymousKilobytes() throws -> Int {
    let line = try text("status").split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
    return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
  }

  func threadCount() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/\(processID)/task").count
  }

  func descriptorCount() throws -> Int { try openFiles().count }

  /// What the descriptors lead to.
  func openFiles() throws -> [String] {
    let directory = "/proc/\(processID)/fd"
    return try FileManager.default.contentsOfDirectory(atPath: directory)
      .compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "\(directory)/\($0)") }
  }

  /// How often its threads have gone to sleep of their own will: it grows fast while one looks for a lock again and again.
  func pauses() throws -> Int {
    let directory = "/proc/\(processID)/task"
    return try FileManager.default.contentsOfDirectory(atPath: directory).reduce(0) { sum, thread in
      let line = try? text("task/\(thread)/status").split(separator: "\n")
        .first { $0.hasPrefix("voluntary_ctxt_switches") }
      return sum + (line.flatMap { Int($0.filter(\.isNumber)) } ?? 0)
    }
  }
}
