import Foundation
import Testing

@testable import Platform

/// The one test that has a listener: the tests share a process.
@Suite struct SignalListenerTests {
  @Test func `the ending is the signal that came, and nil without waiting if none did`() throws {
    let numbers = [SIGTERM, SIGINT, SIGHUP]
    let listener = try SignalListener()
    defer { for number in numbers { signal(number, SIG_DFL) } }
    let endings = Monitor<[String?]>([])
    try Platform.Thread {
      let before = listener.ending
      raise(SIGTERM)
      let after = listener.ending
      endings.withLock { $0 = [before, after] }
    }.detach()
    #expect(endings.wait(timeoutMilliseconds: 10_000) { $0.count == 2 ? $0 : nil } == [nil, "SIGTERM"])
  }
}
