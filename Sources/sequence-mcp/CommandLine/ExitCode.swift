/// What the process ends with. The worst of several wins.
enum ExitCode: Int32, Comparable {
  /// Done; warnings allowed.
  case success = 0
  /// The input was judged bad: errors, warnings under `--strict`, or a tool that answered `isError`.
  case judgedBad = 1
  /// The command line was wrong.
  case usage = 2
  /// A file or the network could not be used, or an internal fault.
  case unusable = 3

  static func < (one: ExitCode, other: ExitCode) -> Bool { one.rawValue < other.rawValue }
}
