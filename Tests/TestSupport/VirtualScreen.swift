package import Foundation
import Platform
import Synchronization

/// A virtual screen (Xvfb) with a window manager and simulated keyboard input (xdotool).
// `@unchecked Sendable`: `display` is only written in `init`.
package final class VirtualScreen: @unchecked Sendable {
  package static let programs = ["/usr/bin/Xvfb", "/usr/bin/openbox", "/usr/bin/xdotool", "/usr/bin/zenity"]
  /// Whether all programs are installed: `apt install xvfb openbox xdotool zenity`.
  package static let isInstalled = programs.allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
  /// The comment of a test that could not run.
  package static let comment = "SKIPPED: xvfb, openbox, xdotool or zenity is not installed"

  /// The screen of a suite with the trait `onScreen`.
  @TaskLocal package static var current: VirtualScreen?

  package struct Fault: Error, CustomStringConvertible {
    package let description: String
  }

  /// `:7`
  package private(set) var display: String
  private let isOver = Atomic(false)
  /// The number of the screen's programs that are running.
  private let running = Atomic(0)
  private let numberFile = FileManager.default.temporaryDirectory.path + "/display-" + UUID().uuidString

  package init() throws {
    let numberFile = numberFile
    display = ""
    // Xvfb picks a free number and reports it. Anybody may connect, since the program under test may run as another user.
    // Without -noreset, it would reset itself after its last client disconnects.
    keep([
      "/bin/sh", "-c",
      "exec \(Self.programs[0]) -displayfd 3 -screen 0 1280x1024x24 -nolisten tcp -ac -noreset 3>'\(numberFile)'",
    ])
    display = try wait(within: 60, "a screen") {
      let text = (try? String(contentsOfFile: numberFile, encoding: .utf8)) ?? ""
      return text.hasSuffix("\n") ? ":" + text.dropLast() : nil
    }
    keep([Self.programs[1]])
    // Without a window manager, no window gets the keyboard focus.
    _ = try wait(within: 60, "a window manager") { (try? type(["get_num_desktops"])).map { _ in true } }
  }

  /// Runs a program until the screen is closed.
  private func keep(_ words: [String]) {
    let child = ChildProcess(
      words[0], Array(words.dropFirst()), environment: environment, timeoutMilliseconds: 600_000, outputLimit: 1 << 20)
    running.add(1, ordering: .relaxed)
    Foundation.Thread.detachNewThread { [self] in
      _ = try? child.run(isStopped: { isOver.load(ordering: .relaxed) })
      running.subtract(1, ordering: .relaxed)
    }
  }

  /// The environment that a program needs to open a window here.
  package var environment: [String: String] { ["DISPLAY": display, "HOME": "/nonexistent", "PATH": "/usr/bin:/bin"] }

  /// Ends the screen's programs and waits for that, since those of the last test would outlive the tests. The lock and the
  /// socket of its number stay until the next screen with that number replaces them: deleting them here could delete those of
  /// that screen.
  package func close() {
    isOver.store(true, ordering: .relaxed)
    let deadline = Date(timeIntervalSinceNow: 10)
    while running.load(ordering: .relaxed) > 0, Date() < deadline { usleep(5000) }
    unlink(numberFile)
  }

  /// Returns the visible windows of this program, by their numbers.
  package func windows() throws -> [String] {
    try type(["search", "--onlyvisible", "--name", "^sequence-mcp$"], mayFail: true)
      .split(separator: "\n").map(String.init)
  }

  /// Waits until that many windows of this program are visible and one of them has the keyboard focus.
  @discardableResult
  package func waitForWindows(_ count: Int, within seconds: TimeInterval = 60) throws -> [String] {
    try wait(within: seconds, "\(count) windows") {
      let found = try windows()
      guard found.count == count else { return nil }
      if count == 0 { return found }
      let focused = try type(["getwindowfocus"], mayFail: true).trimmingCharacters(in: .whitespacesAndNewlines)
      let name = focused.isEmpty ? "" : try type(["getwindowname", focused], mayFail: true)
      return name.contains("sequence-mcp") ? found : nil
    }
  }

  /// Presses keys one after another, in the window with the keyboard focus.
  package func press(_ keys: String...) throws { try type(["key", "--clearmodifiers", "--delay", "60"] + keys) }

  /// Destroys a window without asking its program.
  package func closeWindow(_ window: String) throws { try type(["windowclose", window]) }

  @discardableResult
  private func type(_ arguments: [String], mayFail: Bool = false) throws -> String {
    let report = try ChildProcess(
      Self.programs[2], arguments, environment: environment, timeoutMilliseconds: 30_000
    ).run()
    guard mayFail || report.ending == .exited(0) else {
      throw Fault(description: "xdotool \(arguments) ended so: \(report.ending)")
    }
    return String(decoding: report.output, as: UTF8.self)
  }

  private func wait<Value>(within seconds: TimeInterval, _ what: String, _ look: () throws -> Value?) throws -> Value {
    let end = Date(timeIntervalSinceNow: seconds)
    while true {
      if let value = try look() { return value }
      guard Date() < end else { throw Fault(description: "there were never \(what)") }
      usleep(20_000)
    }
  }
}
