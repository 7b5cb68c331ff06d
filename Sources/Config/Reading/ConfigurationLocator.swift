import Platform
import Rules

/// Finds the configuration file.
package struct ConfigurationLocator: Sendable {
  package enum Location: Sendable, Hashable {
    /// The user named it, by option or variable: one that is missing is an error.
    case named(path: String)
    /// It is where such files are by default.
    case found(path: String)
    /// There is none; the server then runs with the generic tools only.
    case none(searched: [String])
  }

  private let environment: [String: String]

  private let home: String?

  /// - Parameter accountHome: the home directory where the environment names none, as clients start programs that pass nothing on.
  package init(environment: [String: String], accountHome: String? = nil) {
    self.environment = environment
    home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? accountHome
  }

  /// - Parameter option: the value of `--config`.
  package func locate(option: String?) -> Location {
    if let path = option ?? value("SEQUENCE_MCP_CONFIG") {
      return .named(path: NamedPath.expanded(path, home: home))
    }
    guard let path = defaultPath else { return .none(searched: []) }
    // A file that is there but cannot be read is found too, and so is one behind a link that leads nowhere: to pass over it
    // would drop its caps.
    return FilePath.isAbsent(path) ? .none(searched: [path]) : .found(path: path)
  }

  /// `$XDG_CONFIG_HOME/sequence-mcp/config.yaml`, or `~/.config/...`; nil without a home folder.
  package var defaultPath: String? {
    // The XDG Base Directory Specification wants relative paths ignored.
    let folder =
      value("XDG_CONFIG_HOME").flatMap { $0.utf8.first == UInt8(ascii: "/") ? $0 : nil }
      ?? home.map { FilePath.join($0, ".config") }
    return folder.map { FilePath.join($0, "sequence-mcp/config.yaml") }
  }

  private func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
}
