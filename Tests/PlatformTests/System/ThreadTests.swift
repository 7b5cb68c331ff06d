import Synchronization
import Testing

@testable import Platform

@Suite struct ThreadTests {
  @Test func `join waits for the body`() throws {
    let count = Atomic(0)
    let threads = try (0..<20).map { _ in try Thread { count.add(1, ordering: .relaxed) } }
    for thread in threads { thread.join() }
    #expect(count.load(ordering: .relaxed) == 20)
  }

  @Test func `a detached thread runs on`() throws {
    let done = Monitor(false)
    try Thread { done.withLock { $0 = true } }.detach()
    #expect(done.wait { $0 ? true : nil } == true)
  }

  @Test func `the body is released after it ran`() throws {
    weak var captured: Monitor<Int>?
    try {
      let inner = Monitor(0)
      captured = inner
      try Thread { inner.withLock { $0 = 1 } }.join()
    }()
    #expect(captured == nil)
  }

  @Test func `the stack holds deep recursion`() throws {
    @Sendable func depth(_ left: Int) -> Int { left == 0 ? 0 : 1 + depth(left - 1) }
    let result = Monitor(0)
    try Thread {
      let reached = depth(2000)
      result.withLock { $0 = reached }
    }.join()
    #expect(result.withLock { $0 } == 2000)
  }
}
