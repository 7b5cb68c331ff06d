import CSystem

/// An error from the operating system, with the operation that failed.
package struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The C `errno` of the failed call.
  package let code: Int32
  /// The operation, worded for the user: `open config.yaml`.
  package let attempt: String

  package init(code: Int32, attempt: String) {
    self.code = code
    self.attempt = attempt
  }

  /// The C `errno` of the call that just failed.
  package static var lastCode: Int32 { system_error_code() }

  /// Returns the error of the call that just failed.
  package static func last(_ attempt: String) -> SystemError { SystemError(code: lastCode, attempt: attempt) }

  /// The operating system's message: `No such file or directory`.
  package var reason: String { String(cString: strerror(code)) }

  package var description: String { "\(attempt): \(reason)" }
}

/// Help for a resource limit of the process, such as those set by `ulimit`.
package enum SystemLimit {
  /// After `EMFILE` or `ENFILE`.
  package static let openFiles = "raise the limit of open files where the server is started ('ulimit -n', LimitNOFILE)"
  /// After `EFBIG`.
  package static let fileSize = "raise the limit of file sizes where the server is started ('ulimit -f', LimitFSIZE)"
}
