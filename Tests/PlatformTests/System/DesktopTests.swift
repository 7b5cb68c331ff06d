import Foundation
import TestSupport
import Testing

@testable import Platform

/// Where a window can be opened, and which variables its program receives.
@Suite struct DesktopTests {
  private func desktop(
    _ environment: [String: String], _ program: DialogProgram = .zenity, user: UInt32 = 1000, isRemote: Bool = false,
    sockets: String = "/nonexistent"
  ) -> Desktop {
    Desktop(
      program: program, environment: environment, userID: user, isRemote: isRemote, runtimeDirectory: sockets)
  }

  private func obstacle(_ desktop: Desktop) -> Desktop.Obstacle? {
    do throws(Desktop.Obstacle) {
      _ = try desktop.opener()
      return nil
    } catch {
      return error
    }
  }

  @Test func `root, SSH and a missing display are obstacles, in that order`() {
    #expect(obstacle(desktop(["DISPLAY": ":0"], user: 0, isRemote: true)) == .isRoot)
    #expect(obstacle(desktop(["DISPLAY": ":0"], isRemote: true)) == .isRemote)
    #expect(obstacle(desktop(["HOME": "/home/ann"])) == .noDisplay)
    #expect(obstacle(desktop(["DISPLAY": "", "WAYLAND_DISPLAY": ""])) == .noDisplay)
  }

  @Test func `a program that is not installed is an obstacle with its help`() {
    let isThere = FileManager.default.isExecutableFile(atPath: "/usr/bin/osascript")
    #expect(obstacle(desktop([:], .osascript)) == (isThere ? nil : .notInstalled(.osascript)))
    #expect(DialogProgram.zenity.installCommand == "apt install zenity")
    #expect(DialogProgram.allCases.allSatisfy { $0.path.hasPrefix("/usr/bin/") })
  }

  @Test(
    .enabled(if: VirtualScreen.isInstalled, Comment(rawValue: VirtualScreen.comment)),
    arguments: [
      (["DISPLAY": ":1"], ["DISPLAY": ":1", "LANG": "C.UTF-8"]),
      (
        ["DISPLAY": ":1", "XAUTHORITY": "/home/ann/.Xauthority", "LANG": "de_DE.utf8", "LC_ALL": "C", "SECRET": "x"],
        ["DISPLAY": ":1", "XAUTHORITY": "/home/ann/.Xauthority", "LANG": "de_DE.utf8"]
      ),
      (
        ["WAYLAND_DISPLAY": "wayland-1", "LC_ALL": "en_US.UTF-8", "LD_PRELOAD": "/tmp/x.so", "GTK_MODULES": "y"],
        [
          "WAYLAND_DISPLAY": "wayland-1", "XDG_RUNTIME_DIR": "/nonexistent/1000", "LANG": "C.UTF-8",
          "LC_ALL": "en_US.UTF-8",
        ]
      ),
    ] as [([String: String], [String: String])])
  func `the program gets the display, a path, the home and a locale that can show anything`(
    given: [String: String], passed: [String: String]
  ) throws {
    let opener = try desktop(given.merging(["HOME": "/home/ann", "PATH": "/home/ann/bin"]) { $1 }).opener()
    #expect(opener.environment == passed.merging(["HOME": "/home/ann", "PATH": "/usr/bin:/bin"]) { $1 })
  }

  #if os(Linux)
    @Test(
      .enabled(if: VirtualScreen.isInstalled, Comment(rawValue: VirtualScreen.comment)))
    func `without variables the user's own Wayland socket is found in its usual location`() throws {
      let directory = "/tmp/run-" + UUID().uuidString.prefix(8)
      try FileManager.default.createDirectory(atPath: "\(directory)/\(geteuid())", withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: directory) }
      let path = "\(directory)/\(geteuid())/wayland-3"
      #expect(FileManager.default.createFile(atPath: path, contents: nil))
      // A regular file is not a display, and neither is another user's socket.
      #expect(!desktop([:], user: geteuid(), sockets: directory).hasOwnDisplay)
      try FileManager.default.removeItem(atPath: path)
      let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(socket) }
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
      let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      #expect(bound == 0)
      try FileManager.default.createDirectory(atPath: "\(directory)/4711", withIntermediateDirectories: true)
      #expect(obstacle(desktop([:], user: 4711, sockets: directory)) == .noDisplay)
      try FileManager.default.moveItem(atPath: path, toPath: "\(directory)/4711/wayland-3")
      #expect(obstacle(desktop([:], user: 4711, sockets: directory)) == .noDisplay)
      _ = chown("\(directory)/4711/wayland-3", 4711, 4711)
      let isOurs = obstacle(desktop([:], user: 4711, sockets: directory)) == nil
      #expect(isOurs == (geteuid() == 0))
    }
  #endif
}
