package import Testing

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
