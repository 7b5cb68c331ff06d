#if os(Linux)
  import Glibc
  import Testing

  /// The prompt without echo, on a real terminal of the kernel.
  @Suite struct HiddenInputTests {
    private func session(_ program: Program) throws -> TerminalSession {
      _ = try program.run(["init"])
      return try TerminalSession(program, ["secret", "set", "token"])
    }

    @Test func `a typed secret is stored and never shown`() throws {
      let program = try Program()
      let session = try session(program)
      try session.wait(for: "(not shown): ")
      #expect(!session.echoes)
      session.type("not-a-real-token-1\n")
      #expect(session.waitForEnd() == .exited(0))
      #expect(!session.shown.contains("not-a-real-token-1"))
      #expect(session.echoes)
      #expect(try program.text(".config/sequence-mcp/secrets/access_token") == "not-a-real-token-1\n")
    }

    @Test func `a refused secret is asked for again`() throws {
      let program = try Program()
      let session = try session(program)
      try session.wait(for: "(not shown): ")
      session.type("Bearer not-a-real-token-1\n")
      try session.wait(for: "starts with 'Bearer '")
      try session.wait(for: "(not shown): ")
      session.type("not-a-real-token-1\n")
      #expect(session.waitForEnd() == .exited(0))
    }

    @Test func `Control-D at the prompt is reported as the end of the input`() throws {
      let program = try Program()
      let session = try session(program)
      try session.wait(for: "(not shown): ")
      session.type("\u{4}")
      #expect(session.waitForEnd() == .exited(3))
      #expect(session.shown.contains("no answer: the input ended; nothing was changed"), "\(session.shown)")
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func `a signal leaves the terminal as it was`(signal: Int32) throws {
      let program = try Program()
      let session = try session(program)
      try session.wait(for: "(not shown): ")
      // Control-C is typed as a person does; the others are sent as by another program.
      if signal == SIGINT { session.type("\u{3}") } else { kill(session.process, signal) }
      #expect(session.waitForEnd() == .killed(signal))
      #expect(session.echoes)
      #expect(try program.list(".config/sequence-mcp/secrets") == [])
    }
  }
#endif
