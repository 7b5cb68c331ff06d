import Foundation
import JSON
import Platform
import Synchronization
import TestSupport
import Testing

/// `rule add`, from the first question to the stored secret.
extension RuleCommandTests {
  @Test func `a rule is added with the caps that were shown, and its secret is stored`() throws {
    let program = try started()
    let result = try program.run(["rule", "add"], input: lines(answers))
    #expect(result.exitCode == 0, "\(result.errorOutput)")
    #expect(!(result.output + result.errorOutput).contains("not-a-real-secret-1"))
    #expect(
      try program.text(file) == starter + """

        rules:
          move_to_savings:
            rule_id: "ru_1"
            api_secret: {file: secrets/move_to_savings}
            title: "Move to savings"
            description: "Puts \\"money\\" aside: now"
            parameters:
              amount: {type: money, maximum: 500.00, description: "How much, in US dollars."}
            payload:
              amountInCents: "{{ amount | cents }}"   # your rule decides whether it reads an amount
            limits: {per_day: 1000.00, calls_per_day: 3}   # in any 24 hours
            confirm: {above: 250.00}   # more than that needs your approval

        """)
    for next in ["render move_to_savings amount=1", "call move_to_savings amount=1 --sandbox"] {
      #expect(result.output.contains("\n  sequence-mcp \(next)"))
    }
    #expect(result.output.contains("sees it at once"))
    #expect(try program.text("\(directory)/secrets/move_to_savings") == "not-a-real-secret-1\n")
    #expect(try program.mode("\(directory)/secrets/move_to_savings") == 0o600)
  }

  @Test func `a rule without an amount gets a cap on its calls and asks every time`() throws {
    let program = try started()
    let result = try program.run(["rule", "add", "pay_cards"], input: "ru_2\n\n\n\nn\n$25\n\n\nnot-a-real-secret-2\n")
    #expect(result.exitCode == 0, "\(result.errorOutput)")
    let text = try program.text(file)
    #expect(
      text.contains("    limits: {amount: 25.00, calls_per_day: 1} ") && text.contains("    confirm: {when: always} "))
    #expect(text.contains("    title: \"Pay cards\"\n"))
    #expect(try program.run(["rule", "list"]).output.contains("$25.00 a call, 1 call"))
    #expect(try program.run(["validate-config", "--no-secrets", "--strict"]).exitCode == 0)
  }

  @Test func `a rule of unknown amount is added, with a note of the caps that do not count it`() throws {
    let program = try started()
    let result = try program.run(["rule", "add", "pay_cards"], input: "ru_2\n\n\n\nn\n\n\n\nnot-a-real-secret-2\n")
    #expect(result.exitCode == 0, "\(result.errorOutput)")
    #expect(try program.text(file).contains("    limits: {calls_per_day: 1} "))
    #expect(result.output.contains("warning: 'per_day' at the top level does not count this rule"))
  }

  @Test func `a secret that another rule has is reported at once`() throws {
    let program = try started()
    let first = try program.run(["rule", "add"], input: lines(answers))
    #expect(!first.output.contains("warning: "), "\(first.output)")
    let second = try program.run(["rule", "add"], input: lines(["ru_2"] + answers.dropFirst()))
    let said = second.output.replacing("\n", with: " ")
    #expect(said.contains("rule 'move_to_savings_2' has the same secret as rule 'move_to_savings'"), "\(said)")
  }

  @Test func `an amount over the cap for all rules is added, with a note that it is never reached`() throws {
    let program = try started()
    var answers = answers
    answers[7] = "2,000"
    let result = try program.run(["rule", "add"], input: lines(answers))
    #expect(result.output.contains("warning: 'per_day' is over the cap for all rules together"), "\(result.output)")
  }

  @Test func `a name that is taken is reported, and the next one is proposed`() throws {
    let program = try started()
    #expect(try program.run(["rule", "add"], input: lines(answers)).exitCode == 0)
    let result = try program.run(["rule", "add"], input: lines(["ru_2"] + answers.dropFirst()))
    #expect(result.exitCode == 0, "\(result.errorOutput)")
    #expect(
      result.errorOutput.contains(
        "The tool cannot be named 'move_to_savings': the configuration already has a rule 'move_to_savings'."))
    #expect(result.errorOutput.contains("Name of the tool [move_to_savings_2]: "))
    #expect(try program.text(file).contains("\n  move_to_savings_2:\n"))
  }

  @Test func `'never' is explained: nobody is asked`() throws {
    let program = try started()
    var answers = answers
    answers[9] = "never"
    answers.remove(at: 10)
    #expect(try program.run(["rule", "add"], input: lines(answers)).exitCode == 0)
    let tools = try JSONParser.parse(try program.run(["tools", "--json"]).output)["tools"]?.arrayValue
    let tool = try #require(tools?.first { $0["name"] == "move_to_savings" })
    #expect(tool["annotations"]?["destructiveHint"] == false && tool["_meta"] == nil)
    #expect(try program.run(["rule", "list"]).output.contains("asks nobody"))
  }

  @Test(
    arguments: [
      ("https://app.getsequence.io/rules/ru_9?tab=1", "ru_9"),
      ("https://api.getsequence.io/remote-api/rules/ru_9/trigger", "ru_9"), ("/remote-api/rules/ru_9/trigger", "ru_9"),
    ])
  func `the id is taken out of an address`(address: String, id: String) throws {
    let program = try started()
    let result = try program.run(["rule", "add"], input: lines([address] + answers.dropFirst()))
    #expect(result.exitCode == 0, "\(result.errorOutput)")
    #expect(try program.text(file).contains("    rule_id: \"\(id)\"\n"))
  }

  @Test(
    arguments: [
      (0, "ru_12345", "the documentation's example"), (0, "YOUR_RULE_ID", "is a placeholder"),
      (0, "https://app.getsequence.io/", "this URL has no rule id"), (0, "ru 1", "visible ASCII characters"),
      (2, "get_accounts", "the name of a generic tool"), (2, "1st", "a letter first"),
      (3, "Save\u{200B}", "hidden character <U+200B>"), (5, "maybe", "answer y or n"),
      (6, "0.00", "write dollars"), (6, "1.005", "write dollars"), (7, "499", "less than one call may move"),
      (8, "0", "a whole number"), (8, "$500", "a whole number of calls"), (8, "3.00", "a whole number of calls"),
      (0, "./x", "a rule id has no '/'"), (0, "https://app.getsequence.io/settings", "this URL has no rule id"),
      (9, "often", "answer always, above, never"),
      (10, "500", "write dollars below $500.00"), (3, "y", "press Enter for what is proposed"),
      (4, "No", "press Enter for what is proposed"),
      (11, "Bearer not-a-real-secret-1", "the secret starts with 'Bearer '"),
      (11, "${SECRET}", "a reference to a secret"),
      (11, "abc", "that is too short for a secret; paste all of it"),
    ])
  func `a bad answer changes nothing`(index: Int, answer: String, problem: String) throws {
    let program = try started()
    var answers = answers
    answers[index] = answer
    let result = try program.run(["rule", "add"], input: lines(answers))
    #expect(result.exitCode == 1)
    #expect(result.errorOutput.contains(problem), "\(result.errorOutput)")
    #expect(!result.errorOutput.contains("not-a-real-secret-1"))
    #expect(try program.text(file) == starter)
    #expect(try program.list("\(directory)/secrets") == [])
  }

  @Test(arguments: ["always", "1", "al", "ALWAYS"])
  func `an answer of a list is its word, its beginning or its number`(answer: String) throws {
    let program = try started()
    var answers = answers
    answers[9] = answer
    answers.remove(at: 10)
    #expect(try program.run(["rule", "add"], input: lines(answers)).exitCode == 0)
    #expect(try program.text(file).contains("\n    confirm: {when: always}"))
  }

  @Test(arguments: ["n", "nev"])
  func `the answer after which nobody is asked is written in full`(answer: String) throws {
    let program = try started()
    var answers = answers
    answers[9] = answer
    let result = try program.run(["rule", "add"], input: lines(answers))
    #expect(
      result.exitCode == 1 && result.errorOutput.contains("answer always, above, never or a number"),
      "\(result.errorOutput)")
    #expect(try program.text(file) == starter)
  }

  @Test(arguments: ["\"ru_x7\"", "ru_x8,", "`ru_x9`"])
  func `a rule id is taken without the marks around it`(id: String) throws {
    let program = try started()
    let result = try program.run(["rule", "add"], input: lines([id] + answers.dropFirst()))
    #expect(
      result.exitCode == 1 && result.errorOutput.contains("a rule id has no quotes or commas"), "\(result.errorOutput)")
  }

  @Test func `an input that ends early changes nothing`() throws {
    let program = try started()
    let result = try program.run(["rule", "add"], input: "ru_1\nMove\n")
    #expect(result.exitCode == 3 && result.errorOutput.contains("the input ended; nothing was changed"))
    #expect(try program.text(file) == starter)
  }

  @Test(
    arguments: [
      ("{version: 1}\n", "cannot be edited here: the file's top level is in braces", ""),
      ("version: 1\n", "is read-only; nothing was changed", "chmod 400 config.yaml"),
    ])
  func `a file that no rule can be added to is refused before the first question`(
    text: String, problem: String, script: String
  ) throws {
    let program = try Program()
    try program.write(text, to: "config.yaml")
    if !script.isEmpty { try program.shell(script) }
    let result = try program.run(["rule", "add", "--config", "config.yaml"], input: lines(answers))
    #expect(result.exitCode != 0 && result.errorOutput.contains(problem), "\(result.errorOutput)")
    #expect(!result.errorOutput.contains("Rule id") && result.output.isEmpty)
    #expect(try program.text("config.yaml") == text)
  }

  @Test(arguments: ["keep", "replace"])
  func `the secret of a removed rule is asked about when the rule is added again`(choice: String) throws {
    let program = try started()
    try program.write("not-a-real-secret-0\n", to: "\(directory)/secrets/move_to_savings")
    var answers = answers
    answers.insert(choice, at: 11)
    let result = try program.run(["rule", "add"], input: lines(answers))
    #expect(result.exitCode == 0, "\(result.errorOutput)")
    #expect(result.errorOutput.contains("already exists: keep or replace it"))
    let expected = choice == "keep" ? "not-a-real-secret-0\n" : "not-a-real-secret-1\n"
    #expect(try program.text("\(directory)/secrets/move_to_savings") == expected)
  }

  #if os(Linux)
    @Test(arguments: [true, false])
    func `a rule is added to the file as it is after the questions`(isFree: Bool) throws {
      let program = try started()
      let session = try TerminalSession(program, ["rule", "add", "more"])
      session.type(lines(["ru_9", "", "", "Puts more aside.", "n", "", "", "never"]))
      try session.wait(for: "(not shown): ")
      let edited = """
        version: 1
        rules:
          \(isFree ? "other" : "more"):
            rule_id: ru_2
            api_secret: {file: secrets/other}
            description: Puts more aside.
            limits: {calls_per_day: 3}

        """
      try program.write(edited, to: file)
      session.type("not-a-real-secret-2\n")
      #expect(session.waitForEnd() == .exited(isFree ? 0 : 1), "\(session.text)")
      #expect(try program.text(file).hasPrefix(edited))
      #expect(try program.text(file).contains("\n  more:\n") && program.text(file).contains("ru_9") == isFree)
      #expect(try program.list("\(directory)/secrets") == (isFree ? ["more"] : []))
    }
  #endif

  @Test func `of two runs that add the same rule at once, the later one leaves the other's secret`() throws {
    for round in 1...5 {
      let program = try started()
      let answers = ["ru_1", "My rule", "tool_x", "", "", "y", "100", "200", "5", "above", "10"]
      let codes = Mutex<[Int32]>([-1, -1])
      let runs = try [0, 1].map { number in
        let input = lines(answers + ["not-a-real-secret-\(number)"])
        return try Platform.Thread {
          let code = (try? program.run(["rule", "add"], input: input))?.exitCode ?? -1
          codes.withLock { $0[number] = code }
        }
      }
      for run in runs { run.join() }
      let ended = codes.withLock { $0 }
      #expect([[0, 1], [0, 3]].contains(ended.sorted()), "\(round): \(ended)")
      let winner = ended[0] == 0 ? 0 : 1
      #expect(try program.text("\(directory)/secrets/tool_x") == "not-a-real-secret-\(winner)\n", "\(round)")
    }
  }

  @Test func `a rule is not added while another program has locked the directory, which is said`() throws {
    let program = try started()
    let lock = open(program.home.path + "/" + directory, O_RDONLY | O_CLOEXEC)
    defer { close(lock) }
    try #require(flock(lock, LOCK_EX) == 0)
    let result = try program.run(["rule", "add"], input: lines(answers))
    #expect(result.exitCode == 3, "\(result)")
    #expect(result.errorOutput.contains("\nWaiting for another program that has locked ~/\(directory).\n"), "\(result)")
    #expect(
      result.errorOutput.contains("another program has locked ~/\(directory); nothing was changed; "), "\(result)")
    #expect(try program.text(file) == starter && program.list("\(directory)/secrets").isEmpty)
  }
}
