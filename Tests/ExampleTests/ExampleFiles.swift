import Foundation
import SourceYAML

@testable import Config

/// The project's own files, located relative to this file.
enum ExampleFiles {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The reference example and everything in `examples/`, by their paths from the project's root.
  static let configurations: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path + "/examples")) ?? []
    return ["config.example.yaml"] + names.filter { $0.hasSuffix(".yaml") }.sorted().map { "examples/" + $0 }
  }()

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// The text of all files in `Sources`.
  static var sources: String {
    get throws {
      let paths = FileManager.default.enumerator(atPath: root.path + "/Sources")?.compactMap { $0 as? String } ?? []
      return try paths.filter { $0.hasSuffix(".swift") }.map { try text("Sources/" + $0) }.joined()
    }
  }

  /// Returns the result of checking a file, regardless of the mode that the checkout gave it.
  static func loaded(_ path: String) throws -> LoadedConfiguration {
    ConfigurationLoader(environment: [:], homeDirectory: "/home/ann")
      .check(source: SourceFile(name: path, bytes: Array(try text(path).utf8)), directory: "/home/ann/config")
  }
}
