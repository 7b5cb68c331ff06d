import Foundation
import Testing

@testable import sequence_mcp

@Suite struct InitTests {
  private let folder = ".config/sequence-mcp"
  private let answers = [
    "move_to_savings", "ru_1", "", "Puts \"money\" aside: now", "y", "500", "", "not-a-real-secret-1",
  ]

  @Test func writesAPrivateStarterThatIsValid() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(["init"])
    #expect(result.exitCode == 0)
    #expect(
      result.output == """
        wrote \(program.home.path)/\(folder)/config.yaml
        Next:
          sequence-mcp init token
          sequence-mcp init rule
          sequence-mcp validate-config
          sequence-mcp client-config claude-desktop --install

        """)
    #expect(try program.text("\(folder)/config.yaml") == StarterConfiguration.text)
    #expect(try program.mode("\(folder)/config.yaml") == 0o600)
    #expect(try program.mode("\(folder)/secrets") == 0o700)
    let doctor = try program.run(["doctor"]).output
    #expect(doctor.hasPrefix("ok       configuration    \(program.home.path)/\(folder)/config.yaml, 0 rules\n"))
  }

  @Test func neverOverwritesAConfiguration() throws {
    let program = try Program()
    defer { program.cleanUp() }
    try program.write("version: 1\n", to: "mine.yaml")
    let result = try program.run(["init", "--config", "mine.yaml"])
    #expect(result.exitCode == 1)
    #expect(result.trouble == "sequence-mcp: \(program.home.path)/mine.yaml exists already; it was left as it is\n")
    #expect(try program.text("mine.yaml") == "version: 1\n")
  }

  @Test func theSandboxesConfigurationIsWholeAtOnce() throws {
    let program = try Program()
    defer { program.cleanUp() }
    #expect(try program.run(["init", "--from-sandbox", "--config", "play/config.yaml"]).exitCode == 0)
    #expect(try program.list("play/secrets") == ["fund_bills", "move_to_savings", "set_taxes_aside"])
    for name in try program.list("play/secrets") { #expect(try program.mode("play/secrets/\(name)") == 0o600) }
    let doctor = try program.run(["doctor", "--config", "play/config.yaml"])
    #expect(doctor.exitCode == 0 && doctor.output.contains("ok       secrets          3 secrets resolve\n"))
  }

  @Test func ruleIsAddedAndItsSecretStored() throws {
    let program = try Program()
    defer { program.cleanUp() }
    _ = try program.run(["init"])
    let result = try program.run(["init", "rule"], input: answers.joined(separator: "\n") + "\n")
    #expect(result.exitCode == 0)
    #expect(!result.output.contains("not-a-real-secret-1") && !result.trouble.contains("not-a-real-secret-1"))
    #expect(
      try program.text("\(folder)/config.yaml") == StarterConfiguration.text + """

        rules:
          move_to_savings:
            rule_id: "ru_1"
            api_secret: {file: secrets/move_to_savings}
            title: "Move to savings"
            description: "Puts \\"money\\" aside: now"
            parameters:
              amount: {type: money, maximum: 500, description: "How much, in US dollars."}
            payload:
              amountInCents: "{{ amount | cents }}"   # whether an amount is read is up to the rule that you built
            limits: {per_day: 500}   # in any 24 hours; raise it when that is too little
            confirm: {above: 250.00}   # more than that needs your own yes

        """)
    for next in ["render move_to_savings amount=1", "call move_to_savings amount=1 --sandbox"] {
      #expect(result.output.contains("\n  sequence-mcp \(next)"))
    }
    #expect(try program.text("\(folder)/secrets/move_to_savings") == "not-a-real-secret-1\n")
    #expect(try program.mode("\(folder)/secrets/move_to_savings") == 0o600)
    #expect(try program.mode("\(folder)/config.yaml") == 0o600)
    #expect(try program.run(["doctor"]).output.contains("config.yaml, 1 rule\n"))
  }

  @Test func noQuestionIsAskedWhereThePersonWantsNone() throws {
    let program = try Program()
    defer { program.cleanUp() }
    _ = try program.run(["init"])
    var answers = answers
    answers[6] = "no"
    #expect(try program.run(["init", "rule"], input: answers.joined(separator: "\n") + "\n").exitCode == 0)
    #expect(try !program.text("\(folder)/config.yaml").contains("\n    confirm:"))
  }

  @Test(arguments: [
    (0, "get_accounts", "that is the name of a generic tool"), (0, "1st", "a letter first"),
    (1, "ru 1", "1 to 128 visible ASCII characters"), (3, "", "an answer is needed"), (4, "maybe", "answer y or n"),
    (5, "1,000", "write dollars with at most two places"), (5, "0.00", "write dollars"), (5, "1.005", "write dollars"),
    (6, "500", "write dollars below 500, or no"),
    (6, "x", "write dollars below 500, or no"), (7, "Bearer not-a-real-secret-1", "the secret starts with 'Bearer '"),
    (7, "${SECRET}", "a reference to a secret"),
  ])
  func aBadAnswerChangesNothing(index: Int, answer: String, problem: String) throws {
    let program = try Program()
    defer { program.cleanUp() }
    _ = try program.run(["init"])
    var answers = answers
    answers[index] = answer
    let result = try program.run(["init", "rule"], input: answers.joined(separator: "\n") + "\n")
    #expect(result.exitCode == 1)
    #expect(result.trouble.contains(problem))
    #expect(!result.trouble.contains("not-a-real-secret-1"))
    #expect(try program.text("\(folder)/config.yaml") == StarterConfiguration.text)
    #expect(try program.list("\(folder)/secrets") == [])
  }

  @Test func anInputThatEndsEarlyChangesNothing() throws {
    let program = try Program()
    defer { program.cleanUp() }
    _ = try program.run(["init"])
    let result = try program.run(["init", "rule"], input: "move_to_savings\nru_1\n")
    #expect(result.exitCode == 3 && result.trouble.contains("the input ended; nothing was changed"))
    #expect(try program.text("\(folder)/config.yaml") == StarterConfiguration.text)
  }

  @Test func anInvalidConfigurationIsLeftToItsOwner() throws {
    let program = try Program()
    defer { program.cleanUp() }
    try program.write("version: 2\n", to: "config.yaml")
    let result = try program.run(["init", "rule", "--config", "config.yaml"])
    #expect(result.exitCode == 1)
    #expect(result.trouble.contains("config.yaml:1:10: error: "))
    #expect(result.trouble.hasSuffix("sequence-mcp: correct the configuration first; nothing was changed\n"))
  }

  @Test func rulesInBracesAreLeftToTheirOwner() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let text = "version: 1\nrules: {a: {rule_id: r, api_secret: {env: X}, description: d}}\n"
    try program.write(text, to: "config.yaml")
    let result = try program.run(
      ["init", "rule", "--config", "config.yaml"], input: answers.joined(separator: "\n") + "\n")
    #expect(result.exitCode == 1 && result.trouble.contains("    rule_id: \"ru_1\"\n"))
    #expect(try program.text("config.yaml") == text)
    #expect(!FileManager.default.fileExists(atPath: program.home.path + "/secrets"))
  }

  @Test(arguments: [
    ("version: 1\nrules: {}   # none yet\nserver: {title: x}\n", "rules:\n  p:\n", "# none yet\nserver: {title: x}\n"),
    ("version: 1\r\nserver: {title: x}", "\r\n\r\nrules:\r\n  p:\r\n    rule_id: \"ru_1\"\r\n", "few\r\n"),
    (
      "version: 1\nrules:\n    a:  # first\n        rule_id: r\n        api_secret: {env: X}\n        description: >-\n          d\n          e\n\n# end\nserver: {title: x}\n",
      "          e\n\n    p:\n      rule_id: \"ru_1\"\n", "\n\n# end\nserver: {title: x}\n"
    ),
  ])
  func everyOtherByteStays(before: String, added: String, end: String) throws {
    let program = try Program()
    defer { program.cleanUp() }
    try program.write(before, to: "config.yaml")
    let result = try program.run(
      ["init", "rule", "--config", "config.yaml"], input: "p\nru_1\n\nd\n\nnot-a-real-secret-1\n")
    #expect(result.exitCode == 0, "\(result.trouble)")
    let text = try program.text("config.yaml")
    #expect(text.utf8.count > before.utf8.count)
    #expect(text.contains(added) && text.hasSuffix(end), "\(text)")
  }

  @Test func aSecretThatIsThereIsKept() throws {
    let program = try Program()
    defer { program.cleanUp() }
    _ = try program.run(["init"])
    try program.write("not-a-real-secret-0\n", to: "\(folder)/secrets/p")
    #expect(try program.run(["init", "rule"], input: "p\nru_1\n\nd\n\n").exitCode == 0)
    #expect(try program.text("\(folder)/secrets/p") == "not-a-real-secret-0\n")
    #expect(try program.run(["init", "token"], input: "not-a-real-token-1\n").exitCode == 0)
    #expect(try program.run(["init", "token"], input: "not-a-real-token-2\n").exitCode == 1)
    #expect(try program.text("\(folder)/secrets/access_token") == "not-a-real-token-1\n")
  }

  @Test(arguments: [
    (["init", "rul"], 2, "did you mean 'rule'?"), (["init", "rule", "--from-sandbox"], 2, "does not go with"),
    (["init", "rule"], 3, "'sequence-mcp init' makes one"), (["init", "token"], 3, "'sequence-mcp init' makes one"),
  ])
  func mistakesSayWhatToDo(arguments: [String], exitCode: Int32, trouble: String) throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(arguments)
    #expect(result.exitCode == exitCode && result.trouble.contains(trouble))
  }
}
