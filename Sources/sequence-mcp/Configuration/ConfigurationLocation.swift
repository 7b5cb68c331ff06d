import Platform

/// The location of the configuration, which need not exist yet.
struct ConfigurationLocation {
  let path: String
  /// Whether the person named the path, so that the file must exist.
  let isNamed: Bool
  /// Whether there is a file, or has to be.
  let exists: Bool

  /// - Parameter option: The value of `--config`.
  init(named option: String?, _ console: Console) {
    let home = console.variable("HOME") ?? console.accountHome
    if let path = option ?? console.variable(ServerEntry.configurationVariable) {
      self.path = NamedPath.expanded(path, home: home)
      (isNamed, exists) = (true, true)
    } else {
      path = Self.standard(home: home, configurationHome: console.environment["XDG_CONFIG_HOME"])
      // An unreadable file exists, and so does a dangling link: skipping it would drop its caps.
      (isNamed, exists) = (false, !FilePath.isAbsent(path))
    }
  }

  /// Returns the path of a configuration that nothing names: `$XDG_CONFIG_HOME/sequence-mcp/config.yaml`, or `~/.config/...`.
  static func standard(home: String, configurationHome: String?) -> String {
    // The XDG Base Directory Specification requires relative paths to be ignored.
    let directory = configurationHome.flatMap { FilePath.isAbsolute($0) ? $0 : nil } ?? FilePath.join(home, ".config")
    return FilePath.join(directory, "sequence-mcp/config.yaml")
  }

  /// Refuses a path that nobody means: an empty one, or one with a variable that was not expanded.
  /// - Throws: `CommandError` unless a file has that very name.
  func requireMeant() throws(CommandError) {
    guard FilePath.isAbsolute(path) || FilePath.existingCurrentDirectory != nil else {
      throw .unusable("'\(path)' is relative, and the working directory was deleted; run this in another one")
    }
    guard path.isEmpty || NamedPath.unexpanded(path) != nil && FilePath.isAbsent(path),
      let doubt = NamedPath.doubt(path)
    else { return }
    throw .unusable("there is no configuration at '\(path)': \(doubt)")
  }
}
