import Platform

/// The folders where clients keep their settings, which differ by system.
struct ClientPlaces: Sendable {
  let home: String
  /// Where applications keep settings: `~/Library/Application Support`, or `$XDG_CONFIG_HOME`, `~/.config`.
  let applicationSettings: String
  /// The folder that the program was started in.
  let currentFolder: String

  static func macOS(home: String, currentFolder: String) -> ClientPlaces {
    ClientPlaces(
      home: home, applicationSettings: home + "/Library/Application Support", currentFolder: currentFolder)
  }

  static func linux(home: String, environment: [String: String], currentFolder: String) -> ClientPlaces {
    let named = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    return ClientPlaces(home: home, applicationSettings: named ?? home + "/.config", currentFolder: currentFolder)
  }

  /// Those of the system that this program was built for.
  static func ofThisSystem(_ console: Console) -> ClientPlaces {
    let current = FilePath.resolvingLinks(".")
    #if canImport(Darwin)
      return macOS(home: console.homeDirectory, currentFolder: current)
    #else
      return linux(home: console.homeDirectory, environment: console.environment, currentFolder: current)
    #endif
  }
}
