import Config
import JSON
import Platform
import Rules
import SourceYAML

/// The `state_dir` of a configuration file, even an invalid one: the emergency stop must find the servers that use it.
enum ConfiguredState {
  /// The file sets none.
  case unset
  case directory(String)
  /// The file cannot be read, or its value is not a path.
  case unread

  init(of loaded: LoadedConfiguration, at path: String, _ console: Console) {
    var configuration = loaded.configuration
    if configuration == nil, let bytes = loaded.source?.bytes {
      guard let line = ConfiguredState.line("state_dir", in: bytes) else {
        self = .unset
        return
      }
      configuration = ConfiguredState.configuration(of: line, at: path, console)
      if configuration?.stateDirectory == nil { configuration = nil }
    }
    self = configuration.map { $0.stateDirectory.map { .directory($0) } ?? .unset } ?? .unread
  }

  /// - Returns: nil if the file sets none, or cannot be read.
  static func directory(of path: String, _ console: Console) -> String? {
    ConfiguredState(of: ConfigurationInput.loader(console).load(path: path), at: path, console).directory
  }

  var directory: String? { if case .directory(let path) = self { path } else { nil } }

  /// Whether an invalid file sets `sandbox`.
  static func usesSandbox(_ loaded: LoadedConfiguration, _ console: Console) -> Bool {
    let line = loaded.source.flatMap { Self.line("sandbox", in: $0.bytes) }
    return line.flatMap { configuration(of: $0, at: "", console) }?.sandbox ?? false
  }

  /// Returns a setting as one line, even if the rest of the file is invalid; nil if the file does not have it.
  private static func line(_ key: String, in bytes: [UInt8]) -> String? {
    if case .mapping(let entries)? = YAMLDocument.parse(SourceFile(name: "", bytes: bytes)).root?.content {
      switch entries.last(where: { $0.key.hasSameBytes(as: key) })?.value.content {
      case .string(let text)?: return "\(key): \(JSONWriter.text(.string(text)))"
      case .boolean(let isSet)?: return "\(key): \(isSet)"
      default: break
      }
    }
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
      .first { $0.hasPrefix(key + ":") }.map(String.init)
  }

  /// Parses the line as the only one of a file, so that malformed text yields nothing.
  private static func configuration(of line: String, at path: String, _ console: Console) -> Configuration? {
    let source = SourceFile(name: path, bytes: Array("version: 1\n\(line)\n".utf8))
    return ConfigurationInput.loader(console)
      .check(source: source, directory: FilePath.parent(FilePath.absolute(path))).configuration
  }
}
