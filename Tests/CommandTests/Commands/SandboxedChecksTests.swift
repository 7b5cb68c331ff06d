import Foundation
import JSON
import Sandbox
import Testing

/// `sandbox: true`: no check asks Sequence or needs a secret, and all output names the sandbox.
@Suite struct SandboxedChecksTests {
  private func stage() throws -> Stage {
    let stage = try Stage(top: "sandbox: true")
    stage.removeToken()
    try FileManager.default.removeItem(atPath: stage.program.home.path + "/secrets/savings")
    return stage
  }

  @Test(
    arguments: [["doctor", "--online"], ["secret", "check", "--online"], ["doctor"], ["secret", "check"]])
  func `nothing is requested, and no secret is reported as missing`(words: [String]) throws {
    let stage = try stage()
    let result = try stage.program.run(words + ["--config", "config.yaml"])
    #expect(result.exitCode == 0, "\(result.output)")
    #expect(result.output.contains("sandbox: true: calls go to the built-in sandbox, and no money moves"))
    if words.contains("--online") { #expect(result.output.contains("not checked")) }
    #expect(stage.sandbox.connectionCount == 0)
  }

  @Test func `rule add asks for an id, and does not list the rules of the real account`() throws {
    let stage = try Stage(top: "sandbox: true")
    var program = stage.program
    program.environment["SEQUENCE_API_KEY"] = SandboxCatalog.apiKey
    let result = try program.run(["rule", "add", "--config", "config.yaml"])
    #expect(result.errorOutput.hasPrefix("Rule id or the rule's URL"), "\(result.errorOutput)")
    #expect(stage.sandbox.connectionCount == 0)
  }

  @Test func `a missing default token is not even a warning`() throws {
    let program = try Program()
    #expect(try program.run(["init", "--from-sandbox", "--config", "c/config.yaml"]).exitCode == 0)
    let validated = try program.run(["validate-config", "--strict", "c/config.yaml"])
    #expect(
      validated.exitCode == 0 && validated.output.contains("0 errors, 0 warnings\nready: "), "\(validated.output)")
    for words in [["doctor"], ["secret", "check"]] {
      let result = try program.run(words + ["--config", "c/config.yaml"])
      #expect(result.exitCode == 0 && !result.output.contains("token"), "\(result.output)")
    }
  }

  @Test func `validate-config requests nothing, either`() throws {
    let stage = try Stage(top: "sandbox: true")
    stage.removeToken()
    let result = try stage.program.run(["validate-config", "--online", "config.yaml"])
    #expect(result.exitCode == 0 && result.output.contains("ready: sandbox, no money moves; "), "\(result.output)")
    #expect(stage.sandbox.connectionCount == 0)
  }

  @Test(
    arguments: [["rule", "list"], ["render", "savings", "amount=5"]])
  func `commands that only show something say that it is the sandbox`(words: [String]) throws {
    let stage = try stage()
    let result = try stage.program.run(words + ["--config", "config.yaml"])
    #expect((result.output + result.errorOutput).contains("sandbox: true: calls go to the built-in sandbox"))
  }

  @Test func `a call of the sandbox needs no secret, not even one whose file stops being trusted`() throws {
    let stage = try Stage(top: "sandbox: true")
    defer { stage.cleanUp() }
    let server = try stage.launchInitialized()
    try stage.program.shell("chmod 777 secrets")
    let answer = try server.call(1, "savings", ["amount": 10])
    #expect(answer.status == "accepted", "\(answer.message)")
  }

  @Test func `render shows the sandbox's address, not Sequence's`() throws {
    let stage = try Stage(top: "sandbox: true", baseURL: "https://api.getsequence.io")
    let render = ["render", "savings", "amount=5", "--config", "config.yaml"]
    #expect(try stage.program.run(render).output.hasPrefix("POST http://127.0.0.1/"))
    #expect(try JSONParser.parse(try stage.program.run(render + ["--json"]).output)["account"] == "sandbox")
  }
}
