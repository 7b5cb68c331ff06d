#if os(Linux)
  import Foundation
  import JSON
  import Sandbox
  import TestSupport
  import Testing

  /// The window, from the client's call to the person's key, with the built program run by an ordinary user.
  @Suite(.enabled(if: VirtualScreen.isInstalled, Comment(rawValue: VirtualScreen.comment)), .serialized, .onScreen)
  struct ServeWindowTests {
    private static let call: JSONValue = ["amount": "25.00", "note": "<b>roof</b> 100 % \\n"]

    /// A stage whose servers run as a plain user, since root is shown no window.
    private final class Desk {
      let stage: Stage
      let screen: VirtualScreen
      private let launcher: [String]

      init(ask: String = "[client, dialog, terminal]") throws {
        screen = try #require(VirtualScreen.current)
        stage = try Stage(rule: ["confirm: {when: always, ask: \(ask)}"])
        guard geteuid() == 0 else {
          launcher = []
          return
        }
        // Nobody else may read root's directories, so the program is copied to the stage.
        let home = stage.program.home.path
        let script = """
          copy='\(home)'/program-$$
          cp "$1" "$copy" && chmod 755 "$copy"
          shift
          exec /usr/bin/setpriv --reuid=65534 --regid=65534 --clear-groups "$copy" "$@"

          """
        try stage.program.write(script, to: "as-nobody")
        try stage.program.shell("chown -R 65534:65534 . && chmod 755 .")
        launcher = ["/bin/sh", home + "/as-nobody"]
      }

      func launch(_ options: [String] = [], display: String? = nil) throws -> ServerProcess {
        let server = try stage.launch(
          options, launcher: ["/usr/bin/env", "DISPLAY=\(display ?? screen.display)"] + launcher)
        try server.initialize()
        return server
      }

      func end() {
        stage.cleanUp()
        // A window outlives a server that was killed.
        for window in (try? screen.windows()) ?? [] { try? screen.closeWindow(window) }
      }
    }

    /// Answers the window of one call by hand.
    private func answer(by hand: (Desk, ServerProcess) throws -> Void) throws -> (CallAnswer, Desk) {
      let desk = try Desk()
      let server = try desk.launch()
      server.begin(1, "savings", Self.call)
      try desk.screen.waitForWindows(1)
      // Keys in the first second do not count: they may have been meant for another window.
      usleep(1_100_000)
      try hand(desk, server)
      let answer = try server.finish(1)
      try desk.screen.waitForWindows(0)
      return (answer, desk)
    }

    @Test func `a yes in the window sends the call, and the ledger says how it was given`() throws {
      let (result, desk) = try answer { desk, _ in try desk.screen.press("Tab", "space") }
      defer { desk.end() }
      #expect(result.status == "accepted", "\(result.message)")
      #expect(desk.stage.carriedOut == 1)
      let intent = try #require(desk.stage.entries("intent").first)
      #expect(intent["consent"] == "dialog" && intent["client"]?["name"] == "tests")
      #expect((intent["answer_ms"]?.numberValue?.intValue ?? 0) >= 1000)
      #expect(intent["passed_over"] == ["client: undeclared"])
    }

    @Test(arguments: ["Return", "Escape", "alt+F4"]) func `enter, Escape and closing send nothing`(key: String)
      throws
    {
      let (result, desk) = try answer { desk, _ in try desk.screen.press(key) }
      defer { desk.end() }
      #expect(result.code == "DECLINED", "\(result.message)")
      #expect(desk.stage.sandbox.apiRequestCount == 0)
    }

    @Test func `a window closes with its call`() throws {
      let desk = try Desk()
      defer { desk.end() }
      let server = try desk.launch()
      server.begin(1, "savings", Self.call)
      try desk.screen.waitForWindows(1)
      server.send(ServerProcess.notification("notifications/cancelled", ["requestId": 1]))
      try desk.screen.waitForWindows(0)
      // Until the first call is over, the same call waits for it.
      var (id, code) = (1, "CALL_IN_PROGRESS" as String?)
      try desk.stage.wait(until: "the cancelled call is over") {
        id += 1
        code = try server.call(JSONValue(id), "savings", Self.call).code
        return code != "CALL_IN_PROGRESS"
      }
      // It counts as a question that nobody saw.
      #expect(code == "APPROVAL_NEEDED")
      #expect(desk.stage.sandbox.apiRequestCount == 0)
    }

    @Test(arguments: [false, true]) func `a window closes with its server`(byEndOfInput: Bool) throws {
      let desk = try Desk()
      defer { desk.end() }
      let server = try desk.launch()
      server.begin(1, "savings", Self.call)
      try desk.screen.waitForWindows(1)
      if byEndOfInput { server.closeInput() } else { server.signal(SIGTERM) }
      try desk.screen.waitForWindows(0)
      #expect(desk.stage.sandbox.apiRequestCount == 0)
    }

    @Test func `two servers show one window, and the other call goes to the terminal`() throws {
      let desk = try Desk()
      defer { desk.end() }
      let (first, second) = (try desk.launch(), try desk.launch())
      first.begin(1, "savings", Self.call)
      try desk.screen.waitForWindows(1)
      let other = try second.call(1, "savings", ["amount": "7.00"])
      #expect(other.code == "APPROVAL_NEEDED" && other.message.contains("one is already open"), "\(other.message)")
      #expect(try second.call(2, "savings", Self.call).code == "CALL_IN_PROGRESS")
      #expect(try desk.screen.windows().count == 1)
    }

    @Test func `a call too long for a window goes to the terminal`() throws {
      let desk = try Desk()
      defer { desk.end() }
      let note = String(repeating: "long ", count: 800)
      let result = try desk.launch().call(1, "savings", ["amount": "7.00", "note": .string(note)])
      #expect(result.code == "APPROVAL_NEEDED" && result.message.contains("too long for one"), "\(result.message)")
    }

    @Test func `--no-dialog starts no program`() throws {
      let desk = try Desk()
      defer { desk.end() }
      let result = try desk.launch(["--no-dialog"]).call(1, "savings", Self.call)
      #expect(
        result.code == "APPROVAL_NEEDED" && result.message.contains("windows are disabled"), "\(result.message)")
      #expect(try desk.screen.windows().isEmpty)
    }

    @Test func `a display that is not there leads to the terminal`() throws {
      let desk = try Desk()
      defer { desk.end() }
      let result = try desk.launch(display: ":4711").call(1, "savings", Self.call)
      #expect(result.code == "APPROVAL_NEEDED", "\(result.message)")
      #expect(desk.stage.sandbox.apiRequestCount == 0)
    }
  }
#endif
