/// How much a log line matters; a logger leaves out what is below its own level.
package enum LogLevel: String, Sendable, Hashable, Comparable, CaseIterable {
  case debug, info, warning, error

  package static func < (one: LogLevel, other: LogLevel) -> Bool { one.rank < other.rank }

  private var rank: Int {
    switch self {
    case .debug: 0
    case .info: 1
    case .warning: 2
    case .error: 3
    }
  }
}

/// How log lines are written: for people, or one JSON object a line.
package enum LogFormat: String, Sendable, Hashable, CaseIterable {
  case text, json
}
