#if os(Linux)
  import Foundation

  /// The places where text can leave this program, each with a way to read it. An outlet is a line here; `OutletTests` finds
  /// commands, formats, channels and files that are in none of them.
  struct Outlet: Sendable, CustomStringConvertible {
    let name: String
    /// The command that it belongs to; nil for an outlet of the server.
    var command: String?
    /// The value of `--format`.
    var format: String?
    /// The channel of a question.
    var channel: String?
    let look: @Sendable (OutletStage) throws -> String

    var description: String { name }
  }

  enum Outlets {
    static let all: [Outlet] = [
      Outlet(name: "answers, as text and structured", command: "serve") { $0.served["answers"] ?? "" },
      Outlet(name: "the log", command: "serve") { $0.served["log"] ?? "" },
      Outlet(name: "the question in the client", command: "serve", channel: "client") { $0.served["question"] ?? "" },
      Outlet(name: "the files in the state directory") { try $0.files() },
      command("the table of audit", "audit", ["--wide"], format: "table"),
      command("audit for spreadsheets", "audit", [], format: "csv"),
      command("audit as JSON", "audit", [], format: "json"),
      command("the page of audit", "audit", [], format: "html"),
      command("status", "status"), command("status as JSON", "status", ["--json"]),
      command("settle's list", "settle"), command("approve's list", "approve"),
      Outlet(name: "approve's question", command: "approve", channel: "terminal") {
        try $0.runAtTerminal(["approve", $0.code], until: "[y/N] ")
      },
      Outlet(name: "call's question and answer at a terminal", command: "call") { stage in
        try stage.stage.program.shell("mv state/sequence-mcp/paused paused")
        defer { try? stage.stage.program.shell("mv paused state/sequence-mcp/paused") }
        return try stage.runAtTerminal(["call", "asked", "note=x"], until: "[y/N] ")
          + stage.run(["call", "savings", "amount=499"])
          + (stage.readsAccountsAlone ? stage.run(["call", "get_accounts"]) : "")
      },
      command("doctor", "doctor"),
      Outlet(name: "diagnostics", command: "validate-config") { stage in
        try stage.run(["validate-config"])
      },
      command("tools", "tools"),
    ]

    /// Commands that print only this program's own text and the owner's file.
    static let ownWords = [
      "render", "schema", "explain", "sandbox", "demo", "client-config", "completions", "setup", "init", "rule",
      "secret",
      "pause", "resume",
    ]

    private static func command(
      _ name: String, _ command: String, _ words: [String] = [], format: String? = nil
    ) -> Outlet {
      Outlet(name: name, command: command, format: format) {
        try $0.run([command] + words + (format.map { ["--format", $0] } ?? []))
      }
    }
  }
#endif
