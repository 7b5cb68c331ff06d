import CSystem

/// A system program that asks a yes-or-no question in a window.
package enum DialogProgram: Sendable, Hashable, CaseIterable {
  /// The GNOME dialog program, zenity 3.32 or later.
  case zenity
  /// Part of macOS. Not yet tested on a Mac.
  case osascript

  private var row: (path: String, variables: [String: String], installCommand: String?) {
    switch self {
    case .zenity:
      ("/usr/bin/zenity", ["ZENITY_OK": "\(DialogProgram.zenityYesStatus)"], "apt install zenity")
    case .osascript: ("/usr/bin/osascript", [:], nil)
    }
  }

  /// The fixed path of the system's copy; no other program is ever run.
  package var path: String { row.path }

  /// The exit status that zenity is configured to return for its Yes button. Its default, 0, is also returned if another
  /// program destroys its window (zenity 3.44).
  package static let zenityYesStatus: Int32 = 101

  /// The environment variables that set the Yes status.
  package var variables: [String: String] { row.variables }

  /// The command that installs it; nil if it is part of the system.
  package var installCommand: String? { row.installCommand }

  /// The dialog program for this operating system.
  static var ofThisSystem: DialogProgram {
    OperatingSystem.current == .macOS ? .osascript : .zenity
  }
}

/// The desktop that this process belongs to, and whether it can show a window to the user at this machine.
package struct Desktop: Sendable {
  /// The reason a window cannot be opened.
  package enum Obstacle: Error, Sendable, Hashable {
    case isRoot, isRemote, isAnotherUser, noDisplay
    case notInstalled(DialogProgram)

    /// The reason as a clause for use in a sentence.
    package var reason: String {
      switch self {
      case .isRoot: "the server runs as root"
      case .isRemote: "the server was started over SSH"
      case .isAnotherUser: "the server runs as a different user than the one at this desktop"
      case .noDisplay: "there is no display"
      case .notInstalled(let program): "\(FilePath.lastComponent(program.path)) is not installed"
      }
    }
  }

  /// The dialog program and its complete environment.
  package typealias Opener = (program: DialogProgram, environment: [String: String])

  /// The variables that lead a program to the display.
  package static let displayVariables = [
    "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS",
  ]

  let program: DialogProgram
  let environment: [String: String]
  let userID: UInt32
  /// Whether the person is at another machine.
  let isRemote: Bool
  /// Whether the person at this machine is another user.
  var isAnotherUser = false
  /// The parent of the users' runtime directories, which contain their sockets.
  var runtimeDirectory = "/run/user"

  /// Returns the desktop of this process.
  /// - Parameter environment: The environment of a process on that desktop.
  package static func current(environment: [String: String]) -> Desktop {
    Desktop(
      program: .ofThisSystem, environment: environment, userID: geteuid(),
      isRemote: environment["SSH_CONNECTION"] != nil || Ancestry.holds("sshd"),
      // sudo(8) sets it but passes DISPLAY through; this user must not open windows on the other user's display.
      isAnotherUser: environment["SUDO_UID"].map { $0 != String(geteuid()) } ?? false)
  }

  /// Returns this user's desktop as a process with only `environment` finds it, as if a desktop program had started that
  /// process.
  package static func of(_ environment: [String: String]) -> Desktop {
    Desktop(program: .ofThisSystem, environment: environment, userID: geteuid(), isRemote: false)
  }

  /// Returns the dialog program and its environment.
  /// - Throws: The first obstacle.
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
    // Most clients pass no locale, and without one only ASCII would be shown.
    passed["LANG"] = "C.UTF-8"
    for name in ["LANG", "LC_ALL"] {
      if let locale = environment[name], locale.lowercased().filter({ $0 != "-" }).hasSuffix("utf8") {
        passed[name] = locale
      }
    }
    return (program, passed)
  }

  /// Whether the display variables lead to the windows of the user at this machine.
  package var hasOwnDisplay: Bool {
    userID != 0 && !isRemote && !isAnotherUser && program != .osascript && display != nil
  }

  /// The variables of the display; nil if there is none.
  private var display: [String: String]? {
    var found: [String: String] = [:]
    for name in Desktop.displayVariables { found[name] = environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    // Clients pass on few variables, but the compositor's socket has a fixed path.
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
    let status = try? FileStatus(ofLink: path)
    return status?.kind == .socket && status?.owner == userID
  }
}

/// The ancestors of this process.
private enum Ancestry {
  /// Whether the program name of an ancestor starts with `prefix`. Reads /proc; false on systems without it.
  static func holds(_ prefix: String) -> Bool {
    var process = getppid()
    for _ in 0..<64 {
      guard process > 1, let file = try? File(reading: "/proc/\(process)/stat"),
        let bytes = try? file.contents(limit: 4096),
        // `PID (NAME) STATE PARENT ...`; NAME can contain any character, so the last parenthesis ends it.
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

/// The display server that the X11 and Wayland variables point to.
package enum DisplayServer {
  private static let patienceMilliseconds: Int32 = 200

  /// Whether it accepts a connection; nil if that cannot be determined, as for a display on another machine. Takes at most a
  /// second.
  /// - Parameter environment: Contains the display variables.
  package static func answers(_ environment: [String: String]) -> Bool? {
    let wayland = environment["WAYLAND_DISPLAY"].map { name in
      accepts(FilePath.isAbsolute(name) ? name : FilePath.join(environment["XDG_RUNTIME_DIR"] ?? "/", name))
    }
    if wayland == true { return true }
    guard let display = environment["DISPLAY"] else { return wayland }
    guard let number = localNumber(display) else { return nil }
    let path = "/tmp/.X11-unix/X\(number)"
    // Any user may listen at a name without a path, and at a port.
    if accepts(path) || greets(connected("\0" + path)) { return true }
    // libxcb falls back to TCP, where servers of other systems listen, such as Windows.
    let port = UInt16(exactly: number).flatMap { UInt16(exactly: 6000 + Int($0)) }
    return display.hasPrefix(":") && port.map { greets(system_connect_port($0)) } == true
  }

  /// Returns the display number in `:0`, `:0.1` or `unix:0`.
  private static func localNumber(_ display: String) -> Int? {
    let parts = display.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].isEmpty || parts[0] == "unix" else { return nil }
    return parts[1].split(separator: ".").first.flatMap { Int($0) }
  }

  private static func accepts(_ path: String) -> Bool {
    let connection = connected(path + "\0")
    return connection >= 0 && close(connection) == 0
  }

  private static func connected(_ address: String) -> Int32 {
    let bytes = Array(address.utf8).map { CChar(bitPattern: $0) }
    return system_connect_local(bytes, Int32(bytes.count))
  }

  /// Whether an X server is at the other end: it answers a client without credentials with 0, 1 or 2 (X Window System Protocol,
  /// "Connection Setup"). Closes the connection.
  private static func greets(_ connection: Int32) -> Bool {
    guard connection >= 0 else { return false }
    defer { close(connection) }
    ProcessHardening.ignoreBrokenPipes()
    let greeting = [UInt8(ascii: "l"), 0, 11] + [UInt8](repeating: 0, count: 9)
    guard (try? FileDescriptor.writeAll(greeting, to: connection)) != nil else { return false }
    var answered = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
    guard poll(&answered, 1, patienceMilliseconds) > 0 else { return false }
    let answer = try? FileDescriptor.readSome(connection, capacity: 1)
    return answer?.first.map { $0 <= 2 } ?? false
  }
}
