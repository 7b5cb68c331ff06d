import Foundation
import JSON
import Sandbox
import Testing

@Suite struct SandboxCommandTests {
  /// Returns a sandbox in its own process, once it has printed its address.
  private func launch(
    _ stage: Stage, _ options: [String] = [], launcher: [String] = []
  ) throws -> (process: ServerProcess, url: String) {
    let process = try ServerProcess(
      ["sandbox", "--config", stage.configurationPath] + options,
      environment: stage.program.baseEnvironment.merging(stage.program.environment) { $1 },
      launcher: launcher)
    do {
      try stage.wait(until: "the sandbox's rules") { process.output.contains("  rule ru_savings (Savings): ") }
    } catch {
      process.end()
      throw error
    }
    let line = try #require(process.output.split(separator: "\n").first)
    return (process, try #require(line.split(separator: " ").last.map(String.init)))
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
  func `it answers until it is asked to end`(signal: Int32) throws {
    let stage = try Stage()
    let (sandbox, url) = try launch(stage)
    defer { sandbox.end() }
    let own = "the one of the configuration"
    #expect(
      sandbox.output
        == """
        Sandbox of the Sequence API at \(url)
          access token: \(own)
          API key: sandbox-api-key-for-all
          rule ru_savings (Savings): \(own)

        """
    )
    try stage.write(stage.configuration(baseURL: url))
    #expect(try stage.program.run(["validate-config", "--online", "config.yaml"]).exitCode == 0)
    let call = try stage.program.run(["call", "savings", "amount=25", "--config", "config.yaml"])
    #expect(call.exitCode == 0, "\(call.output)")
    try stage.wait(until: "the move") { sandbox.output.contains(#""amountInCents":2500"#) }
    for secret in Stage.secrets { #expect(!sandbox.output.contains(secret)) }
    sandbox.signal(signal)
    #expect(try sandbox.ending() == .exit(0))
    #expect(sandbox.errorOutput.isEmpty)
  }

  @Test func `it prints the credentials that it made up`() throws {
    let stage = try Stage()
    stage.removeToken()
    try stage.write(stage.configuration().replacing("secrets/savings", with: "secrets/none"))
    let (sandbox, url) = try launch(stage)
    defer { sandbox.end() }
    try stage.wait(until: "the whole list") { sandbox.output.hasSuffix("sandbox-made-up-secret-3\n") }
    #expect(
      sandbox.output
        == """
        Sandbox of the Sequence API at \(url)
          access token: sandbox-access-token
          API key: sandbox-api-key-for-all
          rule ru_savings (Savings): sandbox-made-up-secret-3

        """
    )
  }

  @Test func `it outlives the terminal under nohup`() throws {
    let stage = try Stage()
    let (sandbox, url) = try launch(stage, launcher: ["/usr/bin/nohup"])
    defer { sandbox.end() }
    sandbox.signal(SIGHUP)
    try stage.write(stage.configuration(baseURL: url))
    #expect(try stage.program.run(["validate-config", "--online", "config.yaml"]).exitCode == 0)
    sandbox.signal(SIGTERM)
    #expect(try sandbox.ending() == .exit(0))
  }

  @Test func `a fault applies to the first requests`() throws {
    let stage = try Stage()
    let (sandbox, url) = try launch(stage, ["--fault", "status-400"])
    defer { sandbox.end() }
    try stage.write(stage.configuration(baseURL: url))
    #expect(try stage.program.run(["call", "savings", "amount=25", "--config", "config.yaml"]).exitCode == 1)
    #expect(try stage.program.run(["call", "savings", "amount=25", "--config", "config.yaml"]).exitCode == 0)
  }

  @Test func `a damaged ledger of a sandbox is reset, too`() throws {
    let stage = try Stage()
    let call = ["call", "savings", "amount=25", "--sandbox", "--config", "config.yaml"]
    #expect(try stage.program.run(call).exitCode == 0)
    let sandbox = try #require(try stage.program.list("state/sequence-mcp/sandbox").first)
    try stage.program.write("not a ledger\n", to: "state/sequence-mcp/sandbox/\(sandbox)/ledger.jsonl")
    #expect(try stage.program.run(call).exitCode == 1)
    let reset = try stage.program.run(["sandbox", "reset", "--config", "config.yaml"])
    #expect(reset.exitCode == 0, "\(reset.errorOutput)")
    #expect(try stage.program.run(call).exitCode == 0)
  }

  @Test func `a port that is taken is unusable`() throws {
    let stage = try Stage()
    let parts: [Substring] = try #require(stage.sandbox.baseURL).split(separator: ":")
    let port = String(try #require(parts.last))
    let result = try stage.program.run(["sandbox", "--port", port, "--config", "config.yaml"])
    #expect(result.errorOutput.hasPrefix("sequence-mcp: cannot start: "))
    #expect(result.errorOutput.hasSuffix("Address already in use\n"))
    #expect(result.exitCode == 3)
  }
}
