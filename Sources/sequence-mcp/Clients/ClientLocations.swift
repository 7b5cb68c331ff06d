import Platform

/// The directories of clients' settings, which differ by system.
struct ClientLocations: Sendable {
  let home: String
  /// The settings directory of applications: `~/Library/Application Support` on macOS, else `$XDG_CONFIG_HOME`, else
  /// `~/.config`.
  let applicationSettings: String
  /// The settings directory of command line tools on every system: `$XDG_CONFIG_HOME`, else `~/.config`.
  let configurations: String
  let currentDirectory: String
  /// nil outside WSL.
  let windows: WindowsSide?
  private let environment: [String: String]

  init(home: String, isMacOS: Bool, environment: [String: String], currentDirectory: String) {
    // Of a user without one it is the root directory.
    let home = home == "/" ? "" : home
    self.home = home
    self.environment = environment
    self.currentDirectory = currentDirectory
    configurations = environment["XDG_CONFIG_HOME"].flatMap { FilePath.isAbsolute($0) ? $0 : nil } ?? home + "/.config"
    applicationSettings = isMacOS ? home + "/Library/Application Support" : configurations
    windows = isMacOS ? nil : WindowsSide(environment)
  }

  /// Returns the directories on the system that this program was built for.
  static func ofThisSystem(_ console: Console) -> ClientLocations {
    ClientLocations(
      home: console.homeDirectory, isMacOS: OperatingSystem.current == .macOS, environment: console.environment,
      currentDirectory: FilePath.resolvingLinks("."))
  }

  /// Returns the directory that the variable contains, or else the named one in the home directory.
  func directory(_ variable: String, else name: String) -> String {
    environment[variable].flatMap { FilePath.isAbsolute($0) ? $0 : nil } ?? home + "/" + name
  }
}

/// The Windows machine that hosts this Linux in WSL.
struct WindowsSide: Sendable {
  /// The name that `wsl.exe -d` uses for this Linux.
  let distribution: String
  /// The directory that contains the Windows drives, each by its letter: `/mnt`.
  let mounts: String
  /// The Windows user's directory, if PATH reveals it.
  private let user: String?

  /// - Returns: nil outside WSL, which sets `WSL_DISTRO_NAME`.
  init?(_ environment: [String: String]) {
    guard let distribution = environment["WSL_DISTRO_NAME"], !distribution.isEmpty else { return nil }
    self.distribution = distribution
    // WSL appends the Windows PATH: /mnt/c/Users/Ann/AppData/Local/Microsoft/WindowsApps.
    let paths = (environment["PATH"] ?? "").split(separator: ":").map { $0.split(separator: "/") }
    let found = paths.lazy.compactMap { parts -> (mounts: String, user: String)? in
      guard let users = parts.firstIndex(where: { $0.lowercased() == "users" }), users > 0, users + 1 < parts.count,
        parts[users - 1].utf8.count == 1, parts.dropFirst(users + 2).first == "AppData"
      else { return nil }
      let path = { (parts: ArraySlice<Substring>) in parts.map { "/" + $0 }.joined() }
      return (path(parts[..<(users - 1)]), path(parts[...(users + 1)]))
    }.first
    mounts = found?.mounts ?? "/mnt"
    user = found?.user
  }

  /// Whether the path is on a Windows drive, whose files do not keep Linux owners and modes.
  func holds(_ path: String) -> Bool {
    let rest = path.utf8.dropFirst(mounts.utf8.count)
    guard path.hasPrefix(mounts + "/"), let letter = rest.dropFirst().first else { return false }
    let end = rest.dropFirst(2).first
    return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) && (end == nil || end == UInt8(ascii: "/"))
  }

  /// Claude Desktop's settings on the Windows side: of the packaged app (since 2026-02) first, then of the older one.
  var claudeSettings: [String] {
    let users = claudeUsers
    guard let directory = user ?? (users.count == 1 ? users[0] : nil) else { return [] }
    let packages = directory + "/AppData/Local/Packages"
    let packaged = (FileSystem.names(in: packages) ?? []).filter { $0.hasPrefix("Claude_") }.map {
      packages + "/" + $0 + "/LocalCache/Roaming/Claude"
    }
    let candidates = packaged + [directory + "/AppData/Roaming/Claude"]
    return candidates.filter(FilePath.exists).map { $0 + "/claude_desktop_config.json" }
  }

  /// The directories of the Windows users who have Claude, for a PATH that does not identify the session's user.
  var claudeUsers: [String] {
    let users = mounts + "/c/Users"
    return (FileSystem.names(in: users) ?? []).map { users + "/" + $0 }.filter { directory in
      FilePath.exists(directory + "/AppData/Roaming/Claude")
        || FileSystem.names(in: directory + "/AppData/Local/Packages")?.contains { $0.hasPrefix("Claude_") } == true
    }
  }
}
