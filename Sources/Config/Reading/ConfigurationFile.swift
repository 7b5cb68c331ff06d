import Platform
import SourceYAML

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The file itself: opened once, judged and read on the open descriptor.
enum ConfigurationFile {
  /// What stands in the file, and why it may not be used all the same.
  struct Content {
    /// One more than the limit at most, which the YAML reader then refuses.
    let bytes: [UInt8]
    /// The file is read in spite of it, so that all its mistakes are shown at once.
    let fault: ConfigurationFileFault?
  }

  static func read(_ path: String) throws(ConfigurationFileFault) -> Content {
    // Opening a FIFO must not hang, and none must become the controlling terminal.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw .unreadable(SystemError.last("open").reason) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(SystemError.last("stat").reason) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(status.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it is not a regular file")
    }
    let isOpen = status.st_mode & 0o022 != 0
    do throws(SystemError) {
      return Content(
        bytes: try FileDescriptor.readAll(descriptor, limit: YAMLDocument.maximumBytes, expecting: Int(status.st_size)),
        fault: isOpen ? .writableByOthers(mode: UInt32(status.st_mode & 0o7777), path: path) : nil)
    } catch {
      throw .unreadable(error.reason)
    }
  }

  /// The folder of the file, absolute.
  static func directory(of path: String) -> String {
    let folder = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) }
    if path.utf8.first == UInt8(ascii: "/") { return folder.flatMap { $0.isEmpty ? nil : $0 } ?? "/" }
    let current = currentDirectory
    return folder.map { PathResolver.join(current, $0) } ?? current
  }

  /// The process's working folder; `/` where it is gone.
  package static var currentDirectory: String {
    guard let text = getcwd(nil, 0) else { return "/" }
    defer { free(text) }
    return String(cString: text)
  }
}

/// Why a file was not read, or may not be used.
enum ConfigurationFileFault: Error {
  case unreadable(String)
  case writableByOthers(mode: UInt32, path: String)

  var rule: DiagnosticRule {
    switch self {
    case .unreadable: .configUnreadable
    case .writableByOthers: .configWritableByOthers
    }
  }

  /// Whether nothing could be read, in contrast to a file that was judged bad.
  var isUnreadable: Bool {
    switch self {
    case .unreadable: true
    case .writableByOthers: false
    }
  }

  var message: String {
    switch self {
    case .unreadable(let reason): "the file cannot be read: \(reason)"
    case .writableByOthers(let mode, _):
      "the file may be written by others than its owner (mode \(String(mode, radix: 8))), who could raise its caps"
    }
  }

  var help: String? {
    switch self {
    case .unreadable: nil
    case .writableByOthers(_, let path): "chmod go-w \(path)"
    }
  }

  /// - Parameter name: the file's, as shown.
  func diagnostic(in name: String) -> Diagnostic {
    Diagnostic(rule: rule.id, message: message, help: help, file: name, range: nil)
  }
}

extension DiagnosticRule {
  package static let configUnreadable = DiagnosticRule(
    "config-unreadable", .error, "a configuration file that cannot be read",
    "The file does not exist, may not be read by this user, or is no regular file.", bad: nil,
    badCommand: "sequence-mcp serve --config no-such-file.yaml\n", good: "ls -l config.yaml\n")

  static let configWritableByOthers = DiagnosticRule(
    "config-writable-by-others", .error, "a configuration file that others may write",
    "Whoever may write the file can raise its caps or point a tool at another rule. Only its owner may have that right.",
    bad: nil, badCommand: "chmod 666 config.yaml\n", good: "chmod go-w config.yaml\n")

  package static let onlineFailed = DiagnosticRule(
    "online-failed", .error, "get_accounts failed (only with --online)",
    "Sequence could not be reached, or did not take the access token. The message says which, and what to do.",
    bad: nil, badCommand: "SEQUENCE_ACCESS_TOKEN=expired sequence-mcp validate-config --online\n",
    good: "sequence-mcp validate-config --online\n")
}
