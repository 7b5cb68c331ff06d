import Foundation
import JSON
import TestSupport
import Testing

@testable import sequence_mcp

/// A secret among the words of a client's entry, which no report repeats.
@Suite(.waiting) struct SecretInEntryTests {
  private static let secret = "Zp9W-qLr7-Tn3x"

  static let entries = [
    #"{"command":"env","args":["MY_KEY=SECRET","BINARY","serve"]}"#,
    #"{"command":"env","args":["PASSPHRASE=/SECRET","BINARY","serve"]}"#,
    #"{"command":"sh","args":["-c","MY_KEY=SECRET BINARY serve"]}"#,
    #"{"command":"sh","args":["-c","export A='x SECRET' && BINARY serve"]}"#,
    #"{"command":"bash","args":["-c","sh -c \"MY_KEY=SECRET BINARY serve\""]}"#,
    #"{"command":"sh","args":["-c","run --api-key SECRET BINARY serve"]}"#,
    #"{"command":"run","args":["--api-key","SECRET","BINARY","serve"]}"#,
    #"{"command":"run","args":["--api-key=SECRET","BINARY","serve"]}"#,
    #"{"command":"docker","args":["run","-eMY_KEY=SECRET","--env=MY_KEY=SECRET","-e","MY_KEY=a SECRET","sequence-mcp"]}"#,
    #"{"command":"ssh","args":["-T","bank","MY_KEY=SECRET","BINARY","serve"]}"#,
    #"{"command":"sshpass","args":["-p","SECRET","ssh","-p","22","bank","BINARY","serve"]}"#,
    #"{"command":"sshpass","args":["-vpSECRET","ssh","bank","BINARY","serve"]}"#,
    #"{"command":"sh","args":["-c","sshpass -p SECRET ssh bank BINARY serve"]}"#,
    #"{"command":"ssh","args":["-o","ProxyCommand=sshpass -p SECRET ssh -W %h:%p jump","bank","BINARY","serve"]}"#,
    #"{"command":"BINARY","args":["serve","--anything","SECRET"]}"#,
    #"{"command":"BINARY","args":["serve","--anything=SECRET","MY_KEY=SECRET"]}"#,
  ]

  @Test(arguments: entries)
  func `a secret in an entry is in no report`(entry: String) throws {
    let program = try Program()
    let filled = entry.replacing("BINARY", with: Program.path).replacing("SECRET", with: Self.secret)
    let settings = #"{"mcpServers":{"seq":\#(filled)}}"#
    try program.write("version: 1\n", to: "c.yaml")
    for words in [
      ["status"], ["status", "--json"], ["doctor"], ["pause"], ["resume"], ["approve"], ["settle"],
      ["client-config", "cursor", "--install"], ["client-config", "cursor", "--install", "--config", "c.yaml"],
      ["client-config", "cursor", "--remove"],
    ] {
      try program.write(settings, to: ".cursor/mcp.json")
      let result = try program.run(words)
      let text = (result.output + result.errorOutput).replacing(#/\s+/#, with: " ")
      #expect(!text.contains("qLr7"), "\(words): \(text)")
    }
  }

  @Test func `what is not secret is shown as it is`() throws {
    let value: JSONValue = [
      "command": "sudo",
      "args": [
        "-n", "-u", "bank", "env", "HOME=/home/bank", "/opt/sequence-mcp", "serve", "--config=/etc/c.yaml",
        "--state-dir",
        "/var/lib/s", "--read-only",
      ],
    ]
    let entry = try #require(ServerEntry("seq", value))
    #expect(entry.shownWords == entry.words)
    #expect(entry.shownLauncher == "sudo -n -u bank env HOME=/home/bank")
    let words = ["serve", "--config=$HOME/x.yaml", "--state-dir=${userHome}/state", "--log-level=warning"]
    let named = try #require(
      ServerEntry("seq", ["command": "/x/sequence-mcp", "args": .array(words.map { .string($0) })]))
    #expect(named.shownWords == named.words)
    let route = try SSHRoute(host: "bank", home: "/home/ann")
    let remote = try #require(
      ServerEntry("seq", ["command": "ssh", "args": .array(route.words.dropFirst().map { .string($0) })]))
    #expect(remote.shownWords == remote.words)
  }
}
