#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A program of the system that asks a yes-or-no question in a window.
package enum DialogProgram: Sendable, Hashable, CaseIterable {
  /// GNOME's (zenity 3.32 and later).
  case zenity
  /// macOS' own; not tried on a Mac yet.
  case osascript

  /// Where the system keeps it: nothing else is ever run.
  package var path: String {
    switch self {
    case .zenity: "/usr/bin/zenity"
    case .osascript: "/usr/bin/osascript"
    }
  }

  /// The status that zenity is told to give for its Yes button. Its own is 0, which it also gives if another program destroys its
  /// window (zenity 3.44).
  package static let zenityYesStatus: Int32 = 101

  /// What tells it so.
  package var variables: [String: String] {
    switch self {
    case .zenity: ["ZENITY_OK": "\(DialogProgram.zenityYesStatus)"]
    case .osascript: [:]
    }
  }

  /// What installs it; nil if it is part of the system.
  package var installCommand: String? {
    switch self {
    case .zenity: "apt install zenity"
    case .osascript: nil
    }
  }

  /// This system's.
  static var ofThisSystem: DialogProgram {
    OperatingSystem.current == .macOS ? .osascript : .zenity
  }
}

/// What is known of the desktop that this process belongs to: whether a window can be opened for the person who sits there.
package struct Desktop: Sendable {
  /// Why no window can be opened.
  package enum Obstacle: Error, Sendable, Hashable {
    case isRoot, isRemote, isAnotherUser, noDisplay
    case notInstalled(DialogProgram)

    /// In words that go into a sentence.
    package var reason: String {
      switch self {
      case .isRoot: "the server runs as root"
      case .isRemote: "the server was started over SSH"
      case .isAnotherUser: "the server runs as another user than the one who sits here"
      case .noDisplay: "there is no display"
      case .notInstalled(let program): "\(program.path) is not installed"
      }
    }
  }

  /// What opens a window here, and all of the environment that it needs.
  package typealias Opener = (program: DialogProgram, environment: [String: String])

  /// The variables by which a program finds the display.
  package static let displayVariables = [
    "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS",
  ]

  private let program: DialogProgram
  private let environment: [String: String]
  private let userID: UInt32
  private let isRemote: Bool
  private let isAnotherUser: Bool
  private let runtimeDirectory: String

  /// - Parameters:
  ///   - isRemote: whether the person sits elsewhere.
  ///   - isAnotherUser: whether the person who sits here is another user.
  ///   - runtimeDirectory: where the system keeps the users' sockets.
  package init(
    _ program: DialogProgram, environment: [String: String], userID: UInt32, isRemote: Bool,
    isAnotherUser: Bool = false,
    runtimeDirectory: String = "/run/user"
  ) {
    self.program = program
    self.environment = environment
    self.userID = userID
    self.isRemote = isRemote
    self.isAnotherUser = isAnotherUser
    self.runtimeDirectory = runtimeDirectory
  }

  /// The one that this process runs on.
  /// - Parameter environment: what a process has that is started there.
  package static func current(environment: [String: String]) -> Desktop {
    Desktop(
      .ofThisSystem, environment: environment, userID: geteuid(),
      isRemote: environment["SSH_CONNECTION"] != nil || Ancestry.holds("sshd"),
      // sudo(8) sets it, and lets DISPLAY through; the other user's windows are not this one's to open.
      isAnotherUser: environment["SUDO_UID"].map { $0 != String(geteuid()) } ?? false)
  }

  /// The one of this user that a process finds which has only that environment, as if it was started by a program of the desktop.
  package static func of(_ environment: [String: String]) -> Desktop {
    Desktop(.ofThisSystem, environment: environment, userID: geteuid(), isRemote: false)
  }

  /// - Throws: the first obstacle.
  package func opener() throws(Obstacle) -> Opener {
    if userID == 0 { throw .isRoot }
    if isRemote { throw .isRemote }
    if isAnotherUser { throw .isAnotherUser }
    var passed: [String: String]
    switch program {
    case .osascript: passed = [:]
    case .zenity:
      guard let display else { throw .noDisplay }
      passed = display
    }
    guard access(program.path, X_OK) == 0 else { throw .notInstalled(program) }
    passed["HOME"] = environment["HOME"]
    passed["PATH"] = "/usr/bin:/bin"
    // Without a locale, which most clients do not pass on, nothing but ASCII would be shown.
    passed["LANG"] = "C.UTF-8"
    for name in ["LANG", "LC_ALL"] {
      if let locale = environment[name], locale.lowercased().filter({ $0 != "-" }).hasSuffix("utf8") {
        passed[name] = locale
      }
    }
    return (program, passed)
  }

  /// Whether the variables of a display say where the windows of the user who sits here go.
  package var hasOwnDisplay: Bool {
    userID != 0 && !isRemote && !isAnotherUser && program != .osascript && display != nil
  }

  /// The variables of the display; nil if there is none.
  private var display: [String: String]? {
    var found: [String: String] = [:]
    for name in Desktop.displayVariables { found[name] = environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    // Clients pass few variables on; the compositor's socket is where it always is.
    let directory = "\(runtimeDirectory)/\(userID)"
    if found["DISPLAY"] == nil, found["WAYLAND_DISPLAY"] == nil {
      let names = (0...9).lazy.map { "wayland-\($0)" }
      guard let socket = names.first(where: { isOwnSocket("\(directory)/\($0)") }) else { return nil }
      found["WAYLAND_DISPLAY"] = socket
    }
    if found["WAYLAND_DISPLAY"] != nil, found["XDG_RUNTIME_DIR"] == nil { found["XDG_RUNTIME_DIR"] = directory }
    return found
  }

  private func isOwnSocket(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK && status.st_uid == userID
  }
}

/// The processes that this one descends from.
private enum Ancestry {
  /// Whether one of them runs a program whose name starts so. Looks at what Linux tells in /proc; elsewhere there is nothing.
  static func holds(_ prefix: String) -> Bool {
    var process = getppid()
    for _ in 0..<64 {
      guard process > 1, let file = try? File(reading: "/proc/\(process)/stat"),
        let bytes = try? file.contents(limit: 4096),
        // `PID (NAME) STATE PARENT ...`; the name may hold anything, so the last bracket ends it.
        let start = bytes.firstIndex(of: UInt8(ascii: "(")), let end = bytes.lastIndex(of: UInt8(ascii: ")")),
        start < end
      else { return false }
      if bytes[(start + 1)..<end].starts(with: prefix.utf8) { return true }
      let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
      guard fields.count > 1, let parent = pid_t(String(decoding: fields[1], as: UTF8.self)) else { return false }
      process = parent
    }
    return false
  }
}
