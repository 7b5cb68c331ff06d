import Foundation
import Platform
package import Testing

/// Runs a test on a thread outside Swift's concurrency pool, which has one thread per processor.
package struct WaitingTrait: SuiteTrait, TestTrait, TestScoping {
  package var isRecursive: Bool { true }

  package func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await withTaskExecutorPreference(WaitingThreads.shared) { try await function() }
  }
}

extension Trait where Self == WaitingTrait {
  /// For a test that mostly waits for other programs: otherwise it would keep a processor from tests that compute.
  package static var waiting: WaitingTrait { WaitingTrait() }
}

/// A few threads that run tests in the order in which they arrive.
final class WaitingThreads: TaskExecutor {
  static let shared = WaitingThreads(count: 8)
  /// For suites with a screen each, whose tests run one after another: behind the others each would wait for all of them.
  static let screens = WaitingThreads(count: 2)

  private let jobs = Monitor<[UnownedJob]>([])

  private init(count: Int) {
    for _ in 0..<count {
      Foundation.Thread.detachNewThread { [self] in
        while let job = jobs.wait(until: { $0.isEmpty ? nil : $0.removeFirst() }) {
          job.runSynchronously(on: asUnownedTaskExecutor())
        }
      }
    }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    jobs.withLock { $0.append(job) }
  }
}

/// Runs the tests of a suite, which must be serialized, on one screen and on a thread beside those of other tests. The screen is closed
/// with the suite.
package struct ScreenTrait: SuiteTrait, TestScoping {
  package func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await withTaskExecutorPreference(WaitingThreads.screens) {
      let screen = try VirtualScreen()
      defer { screen.close() }
      try await VirtualScreen.$current.withValue(screen) { try await function() }
    }
  }
}

extension Trait where Self == ScreenTrait {
  /// For a suite that opens windows, see `VirtualScreen.current`.
  package static var onScreen: ScreenTrait { ScreenTrait() }
}
