import Foundation
import Sandbox
import Testing

/// `validate-config --online` reads the accounts once and triggers nothing.
@Suite struct OnlineTests {
  private func check(_ stage: Stage) throws -> Program.Result {
    let result = try stage.program.run(["validate-config", "--online", "config.yaml"])
    #expect(stage.sandbox.moves.isEmpty)
    #expect(!result.output.contains("not-a-real"))
    #expect(!stage.hasState)
    return result
  }

  @Test func `a reachable account is fine`() throws {
    let stage = try Stage()
    let result = try check(stage)
    #expect(result.output.contains("config.yaml: 0 errors, 1 warning\nready: "))
    #expect(result.exitCode == 0)
    #expect(stage.sandbox.apiRequestCount == 1)
  }

  @Test func `a wrong token is judged`() throws {
    let stage = try Stage(top: "tools: {get_accounts: true}")
    try stage.program.write("not-a-real-token-2\n", to: "secrets/token")
    try stage.write(
      stage.configuration().replacing("timeout: 20s", with: "access_token: {file: secrets/token}"))
    let result = try check(stage)
    #expect(result.output.hasPrefix("config.yaml: error: "))
    #expect(result.output.contains("[online-failed]\n  = help: "))
    #expect(result.exitCode == 1)
  }

  @Test func `a token that does not resolve is one error, with one help`() throws {
    let stage = try Stage(top: "tools: {get_accounts: true}")
    try stage.write(
      stage.configuration().replacing("timeout: 20s", with: "access_token: {file: secrets/token}"))
    let result = try check(stage)
    #expect(result.output.contains("[secret-file-missing]") && !result.output.contains("[online-failed]"), "\(result)")
    for words in [["doctor", "--online"], ["secret", "check", "--online"]] {
      let output = try stage.program.run(words + ["--config", "config.yaml"]).output
      #expect(output.contains("there is no secret file") && !output.contains("SECRET_UNAVAILABLE"), "\(output)")
    }
    #expect(stage.sandbox.apiRequestCount == 0)
  }

  @Test func `an unreachable host is unusable`() throws {
    let stage = try Stage()
    stage.sandbox.stop()
    let result = try check(stage)
    #expect(result.output.hasPrefix("config.yaml: error: "))
    #expect(result.output.contains("[online-failed]"))
    #expect(result.exitCode == 3)
  }

  @Test func `without the option nothing is asked`() throws {
    let stage = try Stage()
    #expect(try stage.program.run(["validate-config", "config.yaml"]).exitCode == 0)
    #expect(stage.sandbox.apiRequestCount == 0)
  }
}
