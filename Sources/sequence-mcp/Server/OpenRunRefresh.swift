import Catalog
import MCP
import Platform
import Rules
import Safeguards
import Secrets

/// Reads unfinished runs again for an owner's command, so that runs that have ended are settled before they are shown. Each run
/// is read at most once in five minutes, no matter which command asks.
enum OpenRunRefresh {
  /// The file next to the ledger that records when each open run was read last, one run a line.
  static let fileName = "runs.read"
  private static let fileByteLimit = 1 << 16

  /// - Parameters:
  ///   - input: The configuration of the command.
  ///   - safeguards: Those of the same ledger, which may have been read already.
  static func run(_ input: ConfigurationInput, _ safeguards: TriggerGuard, _ console: Console) {
    guard input.configuration.usesPlatformAPI, let runs = try? safeguards.openRuns(), !runs.isEmpty else { return }
    if input.configuration.sequence.platform.apiKey.command != nil {
      // A sandbox makes up the key.
      if input.usesSandbox { return }
      return console.remark(
        "Unfinished runs were not read again, since a command prints the API key; the next call of a tool reads them.")
    }
    let (path, now) = (FilePath.join(input.stateDirectory, fileName), SystemClock().wallMilliseconds())
    let readAt = readTimes(path, now: now)
    guard runs.contains(where: { readAt[$0.executionID].map { now - $0 >= OpenRuns.intervalMilliseconds } ?? true }),
      let runtime = try? ServerRuntime(
        configuration: input.configuration, state: input.state, console: console,
        mode: ServerMode(isSandbox: input.usesSandbox, logLevel: .error))
    else { return }
    let open = Set(runs.map(\.executionID))
    let lines = runtime.readOpenRuns(of: input.configuration, readAt: readAt, isCancelled: { false })
      .filter { open.contains($0.key) }.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }
    // Best effort: without the file, a run is read again sooner.
    try? File.replace(path, with: Array(lines.joined().utf8), like: nil)
  }

  /// - Parameter now: In wall-clock milliseconds.
  private static func readTimes(_ path: String, now: Int64) -> [String: Int64] {
    guard let file = try? File(reading: path), let bytes = try? file.contents(limit: fileByteLimit) else { return [:] }
    var readAt: [String: Int64] = [:]
    for line in bytes.split(separator: 0x0A) {
      let words = String(decoding: line, as: UTF8.self).split(separator: " ")
      guard words.count == 2, let time = Int64(words[1]), 0...now ~= time else { continue }
      readAt[String(words[0])] = time
    }
    return readAt
  }
}
