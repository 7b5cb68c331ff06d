/// The result of one long life of a world.
package struct SoakReport: Sendable {
  /// The state at the end of a day.
  package struct Day: Sendable {
    package let number: Int
    package let calls: Int
    /// The size of all ledger files, in bytes.
    package let ledgerBytes: Int
    /// The number of files in the state directory that are not ledgers.
    package let files: Int

    package var text: String { "day \(number): \(calls) calls, \(ledgerBytes) bytes of ledger, \(files) other files" }
  }

  package var days: [Day] = []
  package var violations: [Violation] = []
  package var statistics = Statistics()
}

// A world that lasts: several servers, both APIs, every consent channel, reloads and crashes, and what all of that leaves on
// the disk.
extension Schedule {
  private static let dayMilliseconds: Int64 = 86_400_000
  /// More files than can wait, be open or be held by a server at any time.
  private static let fileLimit = 150
  /// More bytes than any call writes, including its retries and runs.
  private static let bytesPerCall = 8192

  /// Runs until that many days have passed.
  func soak(days: Int) -> SoakReport {
    var report = SoakReport()
    world.statistics.schedules = 1
    startWithSmallLedger()
    for _ in 0..<3 { startServer() }
    while report.days.count < days, world.model.violations.isEmpty {
      step()
      // Ends pauses early: they are part of the test, but must not last for half of all days.
      if world.disk.names["paused"] != nil, world.dice.chance(10) { pause() }
      forgetThePast()
      if world.machine.now >= Int64(report.days.count + 1) * Schedule.dayMilliseconds {
        report.days.append(day(report.days.count + 1))
      }
    }
    if world.model.violations.isEmpty { finish() }
    abandon()
    report.violations = world.model.violations
    report.statistics = world.statistics
    return report
  }

  private func day(_ number: Int) -> SoakReport.Day {
    let files = world.disk.contents
    let ledgers = files.filter { $0.name.hasPrefix("ledger") && $0.name != "ledger.lock" }
    let day = SoakReport.Day(
      number: number, calls: world.statistics.calls, ledgerBytes: ledgers.reduce(0) { $0 + $1.bytes.count },
      files: files.count - ledgers.count)
    if day.files > Schedule.fileLimit { world.model.report(.grown, "\(day.files) files are in the state directory") }
    if day.ledgerBytes > (day.calls + 1) * Schedule.bytesPerCall {
      world.model.report(.grown, "\(day.calls) calls left \(day.ledgerBytes) bytes")
    }
    return day
  }

  /// Drops old calls: the harness itself must not grow with them.
  private func forgetThePast() {
    guard calls.count > 200 else { return }
    calls.removeFirst(where: { $0.fiber == nil && $0.question == nil })
    codes = codes.suffix(50)
    started.removeAll { server in
      guard server.process.isOver, !calls.contains(where: { $0.server === server }) else { return false }
      server.release()
      return true
    }
  }
}

extension Array {
  /// Removes the elements of the first half that match.
  fileprivate mutating func removeFirst(where matches: (Element) -> Bool) {
    let half = count / 2
    self = self[..<half].filter { !matches($0) } + self[half...]
  }
}
