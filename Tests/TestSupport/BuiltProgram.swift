import Foundation
import Platform

/// A program that the build put beside the tests.
package enum BuiltProgram {
  /// Its path.
  package static func path(_ name: String) -> String {
    #if os(macOS)
      let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL ?? Bundle.main.bundleURL
    #else
      let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    #endif
    return bundle.deletingLastPathComponent().appendingPathComponent(name).path
  }

  /// Runs `probe`, which must succeed.
  /// - Returns: the lines that it prints.
  package static func probe(_ words: [String]) throws -> [String] {
    let report = try ChildProcess(path("probe"), words, environment: [:], timeoutMilliseconds: 30_000).run()
    guard report.ending == .exited(0) else { throw CocoaError(.executableLoad) }
    return String(decoding: report.output, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
