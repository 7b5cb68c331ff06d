internal import CSystem

/// The display server that the X11 and Wayland variables point to.
package enum DisplayServer {
  /// Whether it accepts a connection; nil if that cannot be determined, as for a display on another machine.
  /// - Parameter environment: Contains the display variables.
  package static func answers(_ environment: [String: String]) -> Bool? {
    let wayland = environment["WAYLAND_DISPLAY"].map { name in
      answers(FilePath.isAbsolute(name) ? name : FilePath.join(environment["XDG_RUNTIME_DIR"] ?? "/", name))
    }
    if wayland == true { return true }
    guard let display = environment["DISPLAY"] else { return wayland }
    guard let number = localNumber(display) else { return nil }
    let path = "/tmp/.X11-unix/X\(number)"
    return answers(path) || answers("\0" + path, isInNoDirectory: true)
  }

  /// Returns the display number in `:0`, `:0.1` or `unix:0`.
  private static func localNumber(_ display: String) -> Int? {
    let parts = display.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].isEmpty || parts[0] == "unix" else { return nil }
    return parts[1].split(separator: ".").first.flatMap { Int($0) }
  }

  private static func answers(_ path: String, isInNoDirectory: Bool = false) -> Bool {
    let bytes = Array(path.utf8).map { CChar(bitPattern: $0) } + (isInNoDirectory ? [] : [0])
    return system_local_address_answers(bytes, Int32(bytes.count)) != 0
  }
}
