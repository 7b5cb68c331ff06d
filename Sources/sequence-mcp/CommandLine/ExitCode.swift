/// The exit code of the process. The worst of several wins.
enum ExitCode: Int32, CaseIterable, Comparable {
  /// The command succeeded, possibly with warnings.
  case success = 0
  /// Bad input: errors, warnings under `--strict`, or a tool that returned `isError`.
  case failure = 1
  case usage = 2
  /// A file or the network could not be used, or an internal fault.
  case unusable = 3

  /// The meaning of the code, for the help.
  var meaning: String {
    switch self {
    case .success: "done"
    case .failure: "bad input or a refused call"
    case .usage: "wrong usage"
    case .unusable: "a file or the network could not be used"
    }
  }

  static func < (one: ExitCode, other: ExitCode) -> Bool { one.rawValue < other.rawValue }
}
