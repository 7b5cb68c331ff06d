import Foundation

/// Linux's information on a running process.
struct ProcessTable {
  let processID: pid_t

  /// Whether this system has a process table.
  static let isThere = FileManager.default.fileExists(atPath: "/proc/self/status")

  /// Whether the open files of a server can be listed, which it hides from other processes of its user.
  static let showsFiles = isThere && geteuid() == 0

  private func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: "/proc/\(processID)/\(name)")), as: UTF8.self)
  }

  /// Returns the program and its arguments.
  func commandLine() throws -> String { try text("cmdline") }

  func limits() throws -> String { try text("limits") }

  /// Runs `cat` on its environment, without the privileges of root if the tests have them.
  /// - Returns: whether another process of the same user can read it.
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

  /// A launcher that drops the privileges of root and keeps the user.
  static let plainUser = geteuid() == 0 ? ["/usr/bin/setpriv", "--bounding-set=-all", "--inh-caps=-all"] : []

  /// Returns the resident memory without the pages of files, in KiB.
  func anonymousKilobytes() throws -> Int {
    let line = try text("status").split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
    return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
  }

  func threadCount() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/\(processID)/task").count
  }

  func descriptorCount() throws -> Int { try openFiles().count }

  /// Returns the targets of the open descriptors.
  func openFiles() throws -> [String] {
    let directory = "/proc/\(processID)/fd"
    return try FileManager.default.contentsOfDirectory(atPath: directory)
      .compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "\(directory)/\($0)") }
  }

  /// Returns how often its threads have slept voluntarily. The count grows fast if a thread polls a lock.
  func pauses() throws -> Int {
    let directory = "/proc/\(processID)/task"
    return try FileManager.default.contentsOfDirectory(atPath: directory).reduce(0) { sum, thread in
      let line = try? text("task/\(thread)/status").split(separator: "\n")
        .first { $0.hasPrefix("voluntary_ctxt_switches") }
      return sum + (line.flatMap { Int($0.filter(\.isNumber)) } ?? 0)
    }
  }
}
