import Catalog
import MCP
import Platform
import Rules
import Safeguards

/// Reads unfinished runs again for an owner's command, so that runs that have ended are settled before they are shown. Each run
/// is read at most once in five minutes, no matter which command asks.
struct OpenRunRefresh {
  /// The file next to the ledger that records when each open run was read last, one run a line.
  static let fileName = "runs.read"
  private static let pauseMilliseconds: Int64 = 300_000
  private static let fileLimit = 1 << 16

  private let path: String
  private let now: Int64
  private var readAt: [String: Int64] = [:]

  /// - Parameters:
  ///   - input: The configuration of the command.
  ///   - safeguards: Those of the same ledger, which may have been read already.
  static func run(_ input: ConfigurationInput, _ safeguards: TriggerGuard, _ console: Console) {
    guard input.configuration.usesPlatformAPI, let runs = try? safeguards.openRuns(), !runs.isEmpty else { return }
    let clock = SystemClock()
    var reading = OpenRunRefresh(directory: input.stateDirectory, now: clock.wallMilliseconds())
    guard runs.contains(where: { reading.isDue($0.executionID) }),
      let runtime = try? ServerRuntime(
        configuration: input.configuration, state: input.state, console: console,
        mode: ServerMode(isSandbox: input.usesSandbox, logLevel: .error))
    else { return }
    let open = Set(runs.map(\.executionID))
    let readAt = runtime.readOpenRuns(of: input.configuration, readAt: reading.readAt, isCancelled: { false })
    reading.readAt = readAt.filter { open.contains($0.key) }
    reading.write()
  }

  private func isDue(_ id: String) -> Bool { readAt[id].map { now - $0 >= Self.pauseMilliseconds } ?? true }

  /// - Parameter now: In wall-clock milliseconds.
  private init(directory: String, now: Int64) {
    path = FilePath.join(directory, Self.fileName)
    self.now = now
    guard let file = try? File(reading: path), let bytes = try? file.contents(limit: Self.fileLimit) else { return }
    for line in bytes.split(separator: 0x0A) {
      let words = String(decoding: line, as: UTF8.self).split(separator: " ")
      guard words.count == 2, let time = Int64(words[1]), 0...now ~= time else { continue }
      readAt[String(words[0])] = time
    }
  }

  /// Writes the file. Best effort: without it, a run is read again sooner.
  private func write() {
    let lines = readAt.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
    try? File.replace(path, with: Array(lines.utf8), like: nil)
  }
}
