import Testing

@testable import Platform

@Suite struct MonitorTests {
  @Test func `a waiter wakes when the value is there`() throws {
    let monitor = Monitor<[Int]>([])
    let thread = try Thread { monitor.withLock { $0.append(7) } }
    #expect(monitor.wait { $0.popLast() } == 7)
    thread.join()
  }

  @Test func `what a waiter takes is taken once`() throws {
    try expectEachTakenOnce(adding: .all, taking: .all)
  }

  @Test func `one waiter woken for each change loses none`() throws {
    try expectEachTakenOnce(adding: .one, taking: .none)
  }

  private func expectEachTakenOnce(adding: Monitor<[Int]>.Waking, taking: Monitor<[Int]>.Waking) throws {
    let (queue, taken) = (Monitor<[Int]>([]), Monitor<[Int]>([]))
    let threads = try (0..<4).map { _ in
      try Thread {
        for _ in 0..<250 {
          if let one = queue.wait(waking: taking, until: { $0.popLast() }) { taken.withLock { $0.append(one) } }
        }
      }
    }
    for number in 0..<1000 { queue.withLock(waking: adding) { $0.append(number) } }
    for thread in threads { thread.join() }
    #expect(taken.withLock { $0.sorted() } == Array(0..<1000))
  }

  @Test func `a change made by a waiter wakes the others`() throws {
    let stage = Monitor(0)
    let threads = try (0..<8).map { own in
      try Thread {
        stage.wait { stage -> Void? in
          guard stage == own else { return nil }
          stage += 1
          return ()
        }
      }
    }
    for thread in threads { thread.join() }
    #expect(stage.withLock { $0 } == 8)
  }

  @Test(arguments: [0, 1, 20, -5] as [Int64])
  func `time over is nil and not before`(milliseconds: Int64) {
    let start = SystemClock().monotonicNanoseconds()
    let result: Int? = Monitor(0).wait(timeoutMilliseconds: milliseconds) { _ in nil }
    #expect(result == nil)
    #expect(SystemClock().monotonicNanoseconds() - start >= milliseconds * 1_000_000)
  }

  @Test func `the value is checked even when there is no time`() {
    #expect(Monitor(5).wait(timeoutMilliseconds: 0) { $0 } == 5)
  }

  @Test func `the longest timeout is without end`() throws {
    let monitor = Monitor(false)
    let thread = try Thread { monitor.withLock { $0 = true } }
    #expect(monitor.wait(timeoutMilliseconds: .max) { $0 ? 1 : nil } == 1)
    thread.join()
  }

  @Test func `an error leaves the lock free`() {
    let monitor = Monitor(0)
    #expect(throws: SystemError.self) { try monitor.withLock { _ in throw SystemError(code: 1, attempt: "x") } }
    #expect(monitor.withLock { $0 } == 0)
  }
}
