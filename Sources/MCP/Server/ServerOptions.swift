import JSON
package import Platform

/// The server's limits, and what it calls at the end.
package struct ServerOptions: Sendable {
  /// Tool calls that run at once.
  package var concurrentCalls = 32
  /// Tool calls that wait behind them, or for a person; one more is refused.
  package var waitingCalls = 1024
  /// About how much memory their arguments may take in all, in bytes, open questions included; a call beyond it is refused.
  package var heldArgumentBytes = 64 << 20
  /// Questions to a person that modern clients may leave open; the oldest gives way.
  package var openQuestions = 256
  /// Streams of notifications that modern clients may hold open.
  package var openSubscriptions = 64
  /// Least time between two progress notes of the server's own about one call, in milliseconds.
  package var progressIntervalMilliseconds: Int64 = 5000
  /// How long running calls may go on after the end of input or a stop, in milliseconds.
  package var shutdownGraceMilliseconds: Int64 = 1000
  /// The longest line that is read, in bytes.
  package var maxLineBytes = 4 << 20
  /// Messages in one batch (MCP 2025-03-26): each short wrong element costs a longer answer, so a whole line of them is refused.
  package var maxBatchMessages = 1000
  /// How long a page of `tools/list` gets before the next one begins, in bytes.
  package var pageBytes = 1 << 20
  /// Whether `replaceProvider` may be called, so that `listChanged` is declared.
  package var isReloadable = true
  /// Runs once on the thread of `run`, when the first messages are answered, or if none comes within 20 ms: the place for what no
  /// client should wait for.
  package var onServing: @Sendable () -> Void = {}
  /// Runs once on the thread of `run`, after the grace period and before `run` returns: the place to settle what calls
  /// that are still running have left open.
  package var onShutdown: @Sendable () -> Void = {}
  /// Told what the client calls itself, as often as it says so, on the reading thread.
  package var onClientName: @Sendable (String) -> Void = { _ in }
  /// The last word on each tool's result before it is sent.
  package var finish: @Sendable (ToolResult) -> ToolResult = { $0 }

  package init() {}
}

/// Who the server says it is (MCP, Implementation).
package struct ServerInfo: Sendable, Hashable {
  package var name: String
  /// For people; versions before 2025-06-18 do not have it.
  package var title: String?
  package var version: String
  /// For people; versions before 2025-11-25 do not have it.
  package var description: String?

  package init(name: String, title: String? = nil, version: String, description: String? = nil) {
    self.name = name
    self.title = title
    self.version = version
    self.description = description
  }

  /// As `serverInfo` in that version.
  func json(for protocolVersion: ProtocolVersion) -> JSONObject {
    var object = JSONObject(minimumCapacity: 4)
    object.append("name", .string(name))
    if protocolVersion.has(.titles), let title { object.append("title", .string(title)) }
    object.append("version", .string(version))
    if protocolVersion.has(.serverDescription), let description { object.append("description", .string(description)) }
    return object
  }
}

/// Why a server ended.
package enum ServerEnding: Sendable, Hashable {
  case inputEnded
  /// The input cannot be read.
  case inputFailed(SystemError)
  /// The `wake` descriptor became readable.
  case stopped
  /// Nobody reads the output anymore.
  case outputClosed
  /// The output takes no more, such as a full disk.
  case outputFailed(SystemError)
}
