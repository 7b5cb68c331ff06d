import Catalog
import Foundation
import JSON
import MCP
import Platform
import Safeguards
import TestSupport
import Testing

/// The window, with the system's own program on a virtual screen.
@Suite(.enabled(if: VirtualScreen.isInstalled, Comment(rawValue: VirtualScreen.comment)), .serialized, .onScreen)
struct RealWindowTests {
  /// Shows the question, answers it by hand, and returns the result.
  private func answer(
    _ text: String = "Trigger it?", seconds: Int64 = 120, by hand: (VirtualScreen, String) throws -> Void
  ) throws -> DialogWindow.Answer {
    let screen = try #require(VirtualScreen.current)
    let window = DialogWindow(.zenity, environment: screen.environment.merging(["LANG": "C.UTF-8"]) { $1 })
    let asked = Asked { window.ask(text, forMilliseconds: seconds * 1000, isStopped: $0) }
    defer { asked.stop() }
    try hand(screen, try screen.waitForWindows(1)[0])
    let answer = try asked.wait()
    try screen.waitForWindows(0)
    return answer
  }

  @Test func `the Yes button, reached on purpose, is a yes`() throws {
    #expect(try answer { screen, _ in try screen.press("Tab", "space") } == .yes)
  }

  @Test(arguments: ["Return", "KP_Enter", "space", "Escape"]) func `enter and Escape are a no`(key: String) throws {
    #expect(try answer { screen, _ in try screen.press(key) } == .no)
  }

  @Test func `closing the window is a no`() throws {
    let answer = try answer { screen, _ in try screen.press("alt+F4") }
    #expect(answer == .no)
  }

  @Test func `a window that another program destroys gives no answer`() throws {
    let answer = try answer { screen, window in try screen.closeWindow(window) }
    #expect(answer == .failed("its program ended with status 0"))
  }

  @Test func `a window that nobody answers closes itself`() throws {
    #expect(try answer(seconds: 8) { _, _ in } == .timedOut)
  }

  @Test func `a window closes with its call`() throws {
    let screen = try #require(VirtualScreen.current)
    let window = DialogWindow(.zenity, environment: screen.environment)
    let asked = Asked { window.ask("Trigger it?", forMilliseconds: 120_000, isStopped: $0) }
    defer { asked.stop() }
    try screen.waitForWindows(1)
    asked.stop()
    #expect(try asked.wait() == .timedOut)
    try screen.waitForWindows(0)
  }

  @Test(
    arguments: [
      "<b>not bold</b> & <span foreground='white'>hidden</span>", "100 % %s %n %d", #"back\slash \n \x41 \"#,
      "ümläut € 漢字",
      "--title=other", "a\nb\nc", "<unclosed &amp", "\"quotes\" 'single' `ticks` $(id) ${HOME}",
    ])
  func `any text in the question is shown and can be answered`(text: String) throws {
    #expect(try answer(text) { screen, _ in try screen.press("Tab", "space") } == .yes)
  }

  @Test func `without a display nothing is shown or printed`() {
    let window = DialogWindow(.zenity, environment: ["DISPLAY": ":4711", "PATH": "/usr/bin:/bin"])
    guard case .failed = window.ask("Trigger it?", forMilliseconds: 30_000) else {
      Issue.record("it gave an answer")
      return
    }
  }
}

/// The window, with misbehaving programs in place of the system's own.
@Suite(.waiting) struct LyingWindowTests {
  /// Returns a window whose program is one line of shell.
  private func window(_ script: String, _ kind: DialogProgram = .zenity) throws -> DialogWindow {
    DialogWindow(kind, program: try Script(script).path, environment: ["PATH": "/usr/bin:/bin"])
  }

  @Test(
    arguments: [
      ("exit 101", DialogWindow.Answer.yes), ("exit 1", .no), ("exit 5", .timedOut),
      ("exit 0", .failed("its program ended with status 0")),
      ("exit 2", .failed("its program ended with status 2")),
      ("exit 255", .failed("its program ended with status 255")),
      ("exit 127", .failed("its program ended with status 127")), ("kill -SEGV $$", .failed("its program crashed")),
      ("kill -KILL $$", .failed("its program crashed")), ("kill -TERM $$", .failed("its program crashed")),
      ("kill -ABRT $$", .failed("its program crashed")),
      ("echo Yes; exit 3", .failed("its program ended with status 3")),
      ("head -c 100000 /dev/zero; exit 101", .failed("its program wrote more than an answer")),
      ("head -c 100000 /dev/zero >&2; exit 101", .failed("its program wrote more than an answer")),
    ])
  func `only the status of the button is a yes`(script: String, answer: DialogWindow.Answer) throws {
    #expect(try window(script).ask("?", forMilliseconds: 20_000) == answer)
  }

  @Test(
    arguments: [
      ("echo 'button returned:Yes, gave up:false'", DialogWindow.Answer.yes),
      ("echo 'button returned:No, gave up:false'", .no), ("echo cancelled", .no),
      ("echo 'button returned:, gave up:true'", .timedOut),
      ("echo 'button returned:Yes, gave up:true'", .failed("its program ended with status 0")),
      ("echo 'button returned:Yes, gave up:false'; echo more", .failed("its program ended with status 0")),
      ("echo 'button returned:Yes, gave up:false'; exit 1", .failed("its program ended with status 1")),
      ("echo 'button returned:Yes, gave up:false'; kill -SEGV $$", .failed("its program crashed")),
      ("true", .failed("its program ended with status 0")),
    ])
  func `of macOS' program only one exact line is a yes`(script: String, answer: DialogWindow.Answer) throws {
    #expect(try window(script, .osascript).ask("?", forMilliseconds: 20_000) == answer)
  }

  @Test func `a program that hangs is killed with all that it started, and has no output`() throws {
    let file = FileManager.default.temporaryDirectory.path + "/pid-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: file) }
    let script = "trap '' TERM HUP INT; sleep 600 & echo $! > \(file); wait"
    #expect(try window(script).ask("?", forMilliseconds: 1000) == .timedOut)
    let child = try #require(pid_t(try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .newlines)))
    #expect(isGone(child))
  }

  @Test(arguments: ["DISPLAY", "WAYLAND_DISPLAY"]) func `without a display no answer counts as a no, even a late one`(
    variable: String
  ) throws {
    let window = DialogWindow(
      .zenity, program: try Script("exit 1").path, environment: ["PATH": "/usr/bin:/bin", variable: ":4711"])
    #expect(window.ask("?", forMilliseconds: 20_000) == .failed("the display does not answer"))
  }

  /// An X server of another system, such as Windows, has no socket in a directory of this one.
  @Test(
    arguments: [
      ([0], DialogWindow.Answer.no), ([1], .no), ([2], .no), ([0x48], .failed("the display does not answer")),
      ([], .failed("the display does not answer")),
    ] as [([UInt8], DialogWindow.Answer)])
  func `a no counts over a display that answers over TCP as an X server does`(
    greeting: [UInt8], answer: DialogWindow.Answer
  ) throws {
    let server = try #require(StreamSocket.listening())
    defer { close(server.descriptor) }
    let thread = try Thread {
      let connection = accept(server.descriptor, nil, nil)
      var request = [UInt8](repeating: 0, count: 12)
      if recv(connection, &request, 12, 0) == 12, request[0] == UInt8(ascii: "l") {
        _ = send(connection, greeting, greeting.count, 0)
      }
      // Until it gives up.
      _ = recv(connection, &request, 1, 0)
      close(connection)
    }
    defer { thread.join() }
    #expect(try answerOf(display: server.port - 6000) == answer)
  }

  @Test func `a listener that accepts no connection holds nothing up`() throws {
    let server = try #require(StreamSocket.listening(backlog: 0))
    defer { close(server.descriptor) }
    let waiting = (0..<3).map { _ in StreamSocket.make() }
    defer { for descriptor in waiting { close(descriptor) } }
    for descriptor in waiting {
      _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
      var address = StreamSocket.loopback(port: Int(server.port))
      _ = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
          connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    }
    let start = ContinuousClock.now
    #expect(try answerOf(display: server.port - 6000) == .failed("the display does not answer"))
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  private func answerOf(display: UInt16) throws -> DialogWindow.Answer {
    DialogWindow(
      .zenity, program: try Script("exit 1").path, environment: ["PATH": "/usr/bin:/bin", "DISPLAY": ":\(display)"]
    ).ask("?", forMilliseconds: 20_000)
  }

  @Test func `a program that is not there shows nothing`() {
    let window = DialogWindow(.zenity, program: "/nonexistent/zenity", environment: [:])
    guard case .failed = window.ask("?", forMilliseconds: 1000) else {
      Issue.record("it gave an answer")
      return
    }
  }

  @Test func `the program gets the question as one argument, a clean environment and no descriptor but its own three`()
    throws
  {
    let file = FileManager.default.temporaryDirectory.path + "/got-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: file) }
    let secret = open("/etc/passwd", O_RDONLY)
    defer { close(secret) }
    let script = #"{ printf '%s\n' "$@"; echo ENV; env; echo FD; ls /proc/self/fd; } > \#(file); exit 1"#
    let hostile = "<b>a</b> $(touch /tmp/x) --timeout=9 \\n 'q' \"d\"\nsecond"
    #expect(try window(script).ask(hostile, forMilliseconds: 7500) == .no)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let parts = text.components(separatedBy: "ENV\n").flatMap { $0.components(separatedBy: "FD\n") }
    #expect(
      parts[0] == """
        --question
        --no-markup
        --default-cancel
        --width=640
        --timeout=7
        --title=sequence-mcp
        --ok-label=Yes, trigger it
        --cancel-label=No
        --text=<b>a</b> $(touch /tmp/x) --timeout=9 \\n 'q' "d"
        second

        """)
    let names = parts[1].split(separator: "\n").map { String($0.prefix { $0 != "=" }) }
    #expect(Set(names).isSubset(of: ["PATH", "PWD", "_", "SHLVL", "OLDPWD", "ZENITY_OK"]), "\(names)")
    // Descriptor 3 belongs to the listing itself.
    #expect(Set(parts[2].split(separator: "\n").map(String.init)).isSubset(of: ["0", "1", "2", "3"]), "\(parts[2])")
  }

  @Test(
    arguments: [(20, 80, true), (21, 1, false), (1, 1600, true), (1, 1601, false)])
  func `what cannot be seen whole is not shown`(lines: Int, length: Int, fits: Bool) {
    let text = Array(repeating: String(repeating: "x", count: length), count: lines).joined(separator: "\n")
    #expect(DialogWindow.fits(text) == fits)
  }
}

/// The window as a channel: it asks about a call if the client could not.
@Suite struct DialogChannelTests {
  private func world(_ script: String, directory: String? = nil, _ replies: [FakeTransport.Reply] = [.accepted]) throws
    -> World
  {
    let window = DialogWindow(.zenity, program: try Script(script).path, environment: ["PATH": "/usr/bin:/bin"])
    let yaml = Fixtures.savings("    confirm: {when: always, ask: [dialog, terminal]}\n")
    return try World(yaml, replies, asking: World.Asking(dialog: .available(window), directory: directory))
  }

  /// Returns a context in which 50 ms pass at each look at the call, since the test's clock does not move by itself.
  private func context(_ world: World) -> ToolCallContext {
    let clock = world.clock
    return ToolCallContext(
      isCancelled: {
        clock.advance(milliseconds: 50)
        return false
      })
  }

  @Test func `a yes in the window sends the call, and the ledger says how it was given`() throws {
    let world = try world("sleep 0.5; exit 101")
    let result = try world.result("move_to_savings", ConfirmationTests.call, context(world))
    #expect(result.status == "accepted")
    #expect(world.ledgerText.contains(#""consent":"dialog","answer_ms":"#))
  }

  @Test func `a no in the window sends nothing`() throws {
    let world = try world("sleep 0.8; exit 1")
    #expect(try world.result("move_to_savings", ConfirmationTests.call, context(world)).code == "DECLINED")
    #expect(world.transport.requests.isEmpty)
  }

  @Test func `a yes in less than 400 milliseconds is a program's`() throws {
    let world = try world("exit 101")
    #expect(try world.result("move_to_savings", ConfirmationTests.call).code == "APPROVAL_NEEDED")
    #expect(world.transport.requests.isEmpty)
    #expect(world.logText.contains("channel=dialog reason=answered_too_fast"))
  }

  @Test func `a no in less than a second may have been meant for another window`() throws {
    let world = try world("exit 1")
    let result = try world.result("move_to_savings", ConfirmationTests.call)
    #expect(result.code == "APPROVAL_NEEDED")
    #expect(result.structuredContent?["message"]?.stringValue?.contains("The window closed the question") == true)
  }

  @Test(
    arguments: ["exit 0", "exit 2", "kill -SEGV $$", "kill -KILL $$", "exit 5"])
  func `a program that failed leads to the next channel`(script: String) throws {
    let world = try world(script)
    #expect(try world.result("move_to_savings", ConfirmationTests.call).code == "APPROVAL_NEEDED")
    #expect(world.transport.requests.isEmpty)
  }

  @Test func `a call that is cancelled closes its window, and nothing is sent`() throws {
    let world = try world("sleep 600; exit 101")
    let isOver = Flag()
    var context = ToolCallContext(isCancelled: { isOver.isSet })
    context.reportProgress = { _ in isOver.set() }
    #expect(try world.result("move_to_savings", ConfirmationTests.call, context).code == "CANCELLED")
    #expect(world.transport.requests.isEmpty)
  }

  @Test func `a server that stops closes its window, and nothing is sent`() throws {
    let world = try world("sleep 600; exit 101")
    let isEnding = Flag()
    var context = ToolCallContext()
    context.isEnding = { isEnding.isSet }
    context.reportProgress = { _ in isEnding.set() }
    #expect(try world.result("move_to_savings", ConfirmationTests.call, context).code == "CANCELLED")
    #expect(world.transport.requests.isEmpty)
  }

  @Test func `while one window is open, another server takes the next channel`() throws {
    let first = try world("exit 1")
    let lock = try #require(first.safeguards.dialogLock())
    let second = try world("exit 101", directory: first.directory)
    let result = try second.result("move_to_savings", ConfirmationTests.call)
    #expect(result.code == "APPROVAL_NEEDED")
    #expect(result.structuredContent?["message"]?.stringValue?.contains("another one is already open") == true)
    lock.unlock()
    #expect(first.safeguards.dialogLock() != nil)
  }

  @Test func `a call that a window cannot show whole goes to the terminal`() throws {
    let yaml = Fixtures.savings("    confirm: {when: always, ask: [dialog, terminal]}\n")
      .replacing("maxLength: 80", with: "maxLength: 1900")
    let window = DialogWindow(.zenity, program: "/bin/false", environment: [:])
    let world = try World(yaml, asking: World.Asking(dialog: .available(window)))
    let note = String(repeating: "x", count: 1900)
    let result = try world.result("move_to_savings", #"{"amount":50,"note":"\#(note)"}"#)
    #expect(result.code == "APPROVAL_NEEDED")
    #expect(result.structuredContent?["message"]?.stringValue?.contains("too long for one") == true)
  }

  @Test func `a window is not opened if nobody could answer it in time`() throws {
    let world = try world("exit 101")
    var context = ToolCallContext()
    context.elapsedMilliseconds = { 31_000 }
    let result = try world.result("move_to_savings", ConfirmationTests.call, context)
    #expect(result.structuredContent?["message"]?.stringValue?.contains("would not wait long enough") == true)
  }
}

/// A question that is being asked on a separate thread.
private final class Asked: Sendable {
  private let state = Monitor<DialogWindow.Answer?>(nil)
  private let stopped = Flag()

  init(_ ask: @escaping @Sendable (() -> Bool) -> DialogWindow.Answer) {
    Foundation.Thread.detachNewThread { [state, stopped] in
      let answer = ask { stopped.isSet }
      state.withLock { $0 = answer }
    }
  }

  func stop() { stopped.set() }

  func wait() throws -> DialogWindow.Answer {
    try #require(state.wait(timeoutMilliseconds: 60_000) { $0 }, "the window gave no answer")
  }
}

/// A shell script as a program, in the temporary directory.
private struct Script {
  let path: String

  init(_ line: String) throws {
    path = FileManager.default.temporaryDirectory.path + "/window-" + UUID().uuidString
    try writeProgram("#!/bin/sh\n\(line)\n", to: path)
  }
}
