import Foundation
import JSON
import TestSupport
import Testing

@testable import sequence_mcp

/// The words of a client's entry, among which may be a secret: no report repeats others than this program's own.
@Suite(.waiting) struct SecretInEntryTests {
  /// Not in any form in which a secret is recognized.
  private static let secret = "correct-horse-battery"

  static let entries = [
    #"{"command":"env","args":["MY_KEY=SECRET","BINARY","serve"]}"#,
    #"{"command":"env","args":["PATH=/x TOKEN=SECRET","BINARY","serve"]}"#,
    #"{"command":"env","args":["-S","PATH=/usr/bin TOKEN=SECRET BINARY serve"]}"#,
    #"{"command":"env -S TOKEN=SECRET BINARY serve"}"#, #"{"command":"sh","args":["-c","BINARY serve # SECRET"]}"#,
    #"{"command":"bash","args":["/x/SECRET/run-sequence-mcp.sh"]}"#,
    #"{"command":"docker","args":["run","-e","SECRET","--name","SECRET","sequence-mcp","serve"]}"#,
    #"{"command":"docker","args":["run","img","sh","-c","HOME=/h TOKEN=SECRET BINARY serve"]}"#,
    #"{"command":"ssh","args":["bank","HOME=/home/b TOKEN=SECRET BINARY serve"]}"#,
    #"{"command":"ssh","args":["bank","BINARY serve --config=/etc/c.yaml --token SECRET"]}"#,
    #"{"command":"ssh","args":["-o","BatchMode=yes","-i","/k/sequence-mcp","T=/x SECRET BINARY serve"]}"#,
    #"{"command":"ssh","args":["-o","BatchMode=yes","-i","/k/sequence-mcp","ssh://me:SECRET@bank"]}"#,
    #"{"command":"sshpass","args":["-p","SECRET","ssh","bank","BINARY","serve"]}"#,
    #"{"command":"plink","args":["-pw","SECRET","bank","BINARY","serve"]}"#,
    #"{"command":"sudo","args":["-u","b","sh","-c","HOME=/h TOKEN=SECRET BINARY serve"]}"#,
    #"{"command":"sudo","args":["-n","-u","daemon","/x/sequence-mcp","serve","--config","SECRET"]}"#,
    #"{"command":"sudo","args":["-n","-u","daemon","/x/sequence-mcp","serve","--log-level","SECRET"]}"#,
    #"{"command":"ssh bank BINARY serve --token=abc/SECRET"}"#,
    #"{"command":"TOKEN=SECRET","args":["BINARY","serve"]}"#, #"{"command":"/x SECRET/sequence-mcp","args":["serve"]}"#,
    #"{"command":"x; export TOKEN=SECRET; /x/sequence-mcp","args":["serve"]}"#,
    #"{"command":"BINARY","args":["serve","--config=/x --token=SECRET"]}"#,
    #"{"command":"BINARY","args":["serve","--state-dir","/x --token=SECRET"]}"#,
    #"{"command":"BINARY","args":["serve","--config","SECRET","--state-dir","SECRET"]}"#,
    #"{"command":"BINARY","args":["serve","--log-level=SECRET"]}"#,
    #"{"command":"BINARY","args":["serve","--sandbox=SECRET"]}"#,
    #"{"command":"BINARY","args":["serve","--anything","SECRET"]}"#, #"{"command":"BINARY","args":["SECRET"]}"#,
    #"{"command":"BINARY","args":["serve"],"env":{"SEQUENCE_MCP_CONFIG":"SECRET","SEQUENCE_MCP_STATE_DIR":"/x SECRET"}}"#,
  ]

  @Test(arguments: entries)
  func `a secret in an entry is in no report`(entry: String) throws {
    let program = try Program()
    let filled = entry.replacing("BINARY", with: Program.path).replacing("SECRET", with: Self.secret)
    let settings = #"{"mcpServers":{"seq":\#(filled)}}"#
    try program.write("version: 1\n", to: "c.yaml")
    for words in [
      ["status"], ["status", "--json"], ["doctor"], ["doctor", "--config", "c.yaml"], ["pause"], ["resume"],
      ["approve"], ["settle"], ["client-config", "cursor", "--install"],
      ["client-config", "cursor", "--install", "--config", "c.yaml"], ["client-config", "cursor", "--remove"],
    ] {
      try program.write(settings, to: ".cursor/mcp.json")
      let result = try program.run(words)
      let text = (result.output + result.errorOutput).replacing(#/\s+/#, with: " ")
      #expect(!text.contains("horse"), "\(words): \(text)")
    }
  }

  /// Entries with the words that reports show of them.
  static let shown: [(words: [String], shown: [String])] = [
    (
      [
        "sudo", "-n", "-u", "bank", "/opt/sequence-mcp", "serve", "--config", "/etc/c.yaml", "--state-dir",
        "/var/lib/s", "--log-level", "debug", "--read-only",
      ],
      [
        "sudo", "-u", "bank", "/opt/sequence-mcp", "serve", "--config", "/etc/c.yaml", "--state-dir", "/var/lib/s",
        "--read-only",
      ]
    ),
    (
      ["/x/sequence-mcp", "serve", "--config=$HOME/x.yaml", "--state-dir=${userHome}/state"],
      ["/x/sequence-mcp", "serve", "--config", "$HOME/x.yaml", "--state-dir", "${userHome}/state"]
    ),
    (["env", "X=1", "sequence-mcp", "tools", "now"], ["env", "sequence-mcp", "tools"]),
  ]

  @Test(arguments: shown)
  func `the words that are this program's own are shown`(_ row: (words: [String], shown: [String])) throws {
    let value: JSONValue = [
      "command": .string(row.words[0]), "args": .array(row.words.dropFirst().map { .string($0) }),
    ]
    #expect(try #require(ServerEntry("seq", value)).shownWords == row.shown)
  }

  @Test(arguments: [("/Library/My Apps (x)/state", true), ("/../My State", true), ("/gone/My State", false)])
  func `a path with a space is shown if a directory on its way is there`(path: String, isShown: Bool) throws {
    let program = try Program()
    try program.shell("mkdir Library")
    let whole = path.hasPrefix("/gone") ? path : program.home.path + path
    #expect(ServerEntry.isShown(path: whole) == isShown)
  }

  @Test func `the host of a route is shown`() throws {
    let route = try SSHRoute(host: "me@bank.example:22", home: "/home/ann")
    let value: JSONValue = ["command": "ssh", "args": .array(route.words.dropFirst().map { .string($0) })]
    #expect(try #require(ServerEntry("seq", value)).shownWords == ["ssh", "me@bank.example:22"])
  }

  @Test func `the command after a host is not taken for a host`() throws {
    let words = ["-o", "BatchMode=yes", "-i", "/k/sequence-mcp", "bank", "/opt/sequence-mcp", "serve"]
    let entry = try #require(ServerEntry("seq", ["command": "ssh", "args": .array(words.map { .string($0) })]))
    #expect(SeparationRoute(entry) == nil && entry.shownWords == ["ssh", "/opt/sequence-mcp", "serve"])
  }

  @Test func `an entry that only mentions this program's name is another server's`() throws {
    let program = try Program()
    try program.shell("mkdir -p src/sequence-mcp")
    let entries = [
      #""git":{"command":"uvx","args":["mcp-server-git","--repository","~/src/sequence-mcp"]}"#,
      #""files":{"command":"npx","args":["-y","files","\#(program.home.path)/src/sequence-mcp"]}"#,
      #""two":{"command":"npx","args":["-y","files","/gone/sequence-mcp","/other"]}"#,
      #""search":{"command":"python3","args":["-m","search","--description","finds things of sequence-mcp"]}"#,
    ]
    try program.write("{\"mcpServers\":{\(entries.joined(separator: ","))}}", to: ".cursor/mcp.json")
    #expect(try program.run(["status"]).output.contains("No client here launches this program"))
    let lines = try program.doctor().lines
    #expect(lines.contains { $0.contains(" Cursor does not have this server; ") }, "\(lines)")
    let paused = try program.run(["pause"])
    #expect(paused.exitCode == 0 && !paused.output.contains("Not reached"), "\(paused)")
  }
}
