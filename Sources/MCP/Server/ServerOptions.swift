import CSystem
import JSON
package import Platform

/// The server's limits and hooks.
package struct ServerOptions: Sendable {
  /// The maximum number of tool calls that run at the same time.
  var concurrentCalls = 32
  /// The maximum number of tool calls that wait for a thread or for a person; further calls are refused.
  var waitingCalls = 1024
  /// The approximate memory limit for the arguments of all calls, in bytes, open questions included; calls beyond it are
  /// refused.
  var heldArgumentBytes = 64 << 20
  /// The maximum number of open questions of modern clients. The oldest is evicted at the limit.
  var openQuestions = 256
  /// The maximum number of notification streams that modern clients may hold open.
  var openSubscriptions = 64
  /// The minimum time between two of the server's own progress notifications for one call, in milliseconds.
  var progressIntervalMilliseconds: Int64 = 5000
  /// How long running calls may continue after the end of input or a stop, in milliseconds.
  package var shutdownGraceMilliseconds: Int64 = 1000
  /// The maximum length of an input line, in bytes.
  package var maxLineBytes = 4 << 20
  /// The maximum number of messages in one batch (MCP 2025-03-26). Each short invalid element costs a longer answer, so a
  /// longer batch is refused as a whole.
  var maxBatchMessages = 1000
  /// The maximum size of a page of `tools/list`, in bytes.
  var pageBytes = 1 << 20
  /// Whether `replaceProvider` may be called. If so, `listChanged` is declared.
  package var isReloadable = true
  /// Runs once on the thread of `run`, when the first messages are answered or after 20 ms without any. For work that no client
  /// should wait for.
  package var onServing: @Sendable () -> Void = {}
  /// Runs once on the thread of `run`, after the grace period and before `run` returns. For settling what calls that are still
  /// running have left open.
  package var onShutdown: @Sendable () -> Void = {}
  /// Receives the client's own name each time the client sends it, on the reading thread.
  package var onClientName: @Sendable (String) -> Void = { _ in }
  /// Transforms each tool's result before it is sent.
  package var finish: @Sendable (ToolResult) -> ToolResult = { $0 }
  /// Removes the known secrets from everything that leaves the server.
  package var scrub: @Sendable ([UInt8]) -> [UInt8] = { $0 }

  package init() {}
}

/// The descriptors of one client, and the signals of the process.
package struct ServerDescriptors: Sendable {
  let input: Int32
  let output: Int32
  /// Readable when the server is to stop (SIGTERM, SIGINT); nothing is read from it.
  let wake: Int32?
  /// Readable when the provider must be rebuilt (SIGHUP); it is drained.
  let reloadRequests: Int32?

  package init(
    input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO, wake: Int32? = nil, reloadRequests: Int32? = nil
  ) {
    self.input = input
    self.output = output
    self.wake = wake
    self.reloadRequests = reloadRequests
  }
}

/// The server's identity (MCP, Implementation).
package struct ServerInfo: Sendable, Hashable {
  package var name: String
  /// For people; absent in versions before 2025-06-18.
  package var title: String?
  package var version: String

  package init(name: String, title: String? = nil, version: String) {
    self.name = name
    self.title = title
    self.version = version
  }

  /// Returns `serverInfo` with the fields that the version has.
  func json(for protocolVersion: ProtocolVersion) -> JSONObject {
    var object = JSONObject()
    object.append("name", .string(name))
    if protocolVersion.has(.titles), let title { object.append("title", .string(title)) }
    object.append("version", .string(version))
    return object
  }
}

/// The reason a server stopped.
package enum ServerEnding: Sendable, Hashable {
  case inputEnded
  /// The input cannot be read.
  case inputFailed(SystemError)
  /// The `wake` descriptor became readable.
  case stopped
  /// The reader of the output is gone.
  case outputClosed
  /// Writing to the output failed, for example because a disk is full.
  case outputFailed(SystemError)

  /// Returns the reason to report: a failed write, else why reading ended. The writer knows best why the output was closed.
  /// - Parameters:
  ///   - reading: Nil if the server ended because the output did.
  ///   - writing: `MessageWriter.ending`.
  static func combined(reading: ServerEnding?, writing: ServerEnding?) -> ServerEnding {
    let writing = writing ?? .outputClosed
    if case .outputFailed = writing { return writing }
    guard let reading, reading != .outputClosed else { return writing }
    return reading
  }
}
