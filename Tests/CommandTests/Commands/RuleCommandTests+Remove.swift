import Foundation
import TestSupport
import Testing

/// `rule remove`, and the secret of the rule.
extension RuleCommandTests {
  @Test func `the secret of a removed rule stays if its owner says so or another rule uses it`() throws {
    let program = try started()
    _ = try program.run(["rule", "add"], input: lines(answers))
    #expect(try program.run(["rule", "remove", "move_to_savings"], input: "\n").exitCode == 0)
    #expect(try program.list("\(directory)/secrets") == ["move_to_savings"])
  }

  #if os(Linux)
    @Test(arguments: [("y", true), ("n", false), ("", false)])
    func `at a terminal a rule is removed only after a yes`(answer: String, isRemoved: Bool) throws {
      let program = try started()
      _ = try program.run(["rule", "add"], input: lines(answers))
      let session = try TerminalSession(program, ["rule", "remove", "move_to_savings"])
      try session.wait(for: "Remove the rule 'move_to_savings' from ~/\(file)?")
      try session.wait(for: "[y/N]: ")
      session.type(answer + "\n")
      if isRemoved {
        try session.wait(for: "Delete its secret")
        try session.wait(for: "[y/N]: ")
        session.type("\n")
      }
      #expect(session.waitForEnd() == .exited(isRemoved ? 0 : 1))
      #expect(try program.text(file).contains("move_to_savings:\n") != isRemoved)
      #expect(try program.list("\(directory)/secrets") == ["move_to_savings"])
    }
  #endif

  /// A configuration with one rule, whose secret is at the path.
  private func withSecret(at path: String, more: String = "") throws -> Program {
    let program = try started()
    try program.write(
      """
      version: 1
      rules:
        a:
          rule_id: ru_1
          api_secret: {file: \(path)}
          description: Puts money aside.
          limits: {calls_per_day: 3}
      \(more)
      """, to: file)
    try program.write("not-a-real-secret-1\n", to: "\(directory)/real/secret")
    try program.shell("cd \(directory) && ln -s real/secret lnk")
    return program
  }

  @Test func `a secret behind a link is deleted with the link if it is in the configuration's directory of secrets`()
    throws
  {
    let program = try withSecret(at: "lnk")
    try program.shell("cd \(directory) && mv real/secret secrets/a && ln -sf secrets/a lnk")
    let removed = try program.run(["rule", "remove", "a"], input: "y\n")
    #expect(removed.exitCode == 0, "\(removed)")
    #expect(removed.errorOutput.contains("~/\(directory)/lnk is a link to ~/\(directory)/secrets/a. Delete both, too?"))
    for path in ["lnk", "secrets/a"] { #expect(removed.output.contains("deleted ~/\(directory)/\(path)\n")) }
    #expect(try program.list("\(directory)/secrets") == [] && !program.list(directory).contains("lnk"))
  }

  @Test func `a secret elsewhere that a link leads to is named and stays`() throws {
    let program = try withSecret(at: "lnk")
    let removed = try program.run(["rule", "remove", "a"], input: "y\n")
    #expect(removed.exitCode == 0, "\(removed)")
    let question = "~/\(directory)/lnk is a link to ~/\(directory)/real/secret, which stays. Delete the link, too?"
    #expect(removed.errorOutput.contains(question), "\(removed)")
    #expect(removed.output.contains("deleted ~/\(directory)/lnk\nkept  ~/\(directory)/real/secret\n"), "\(removed)")
    #expect(try program.list("\(directory)/real") == ["secret"] && !program.list(directory).contains("lnk"))
  }

  @Test func `a secret that another rule names by another path stays`() throws {
    let other = """
        b:
          rule_id: ru_2
          api_secret: {file: real/secret}
          description: Puts more aside.
          limits: {calls_per_day: 3}
      """
    let program = try withSecret(at: "lnk", more: other)
    let removed = try program.run(["rule", "remove", "a"], input: "y\n")
    #expect(removed.exitCode == 0 && removed.errorOutput.contains("something else in the configuration uses it"))
    #expect(try program.list("\(directory)/real") == ["secret"])
  }

  @Test func `a rule whose secret is the configuration itself is removed without it`() throws {
    let program = try withSecret(at: "config.yaml")
    let removed = try program.run(["rule", "remove", "a"], input: "y\n")
    #expect(removed.exitCode == 0 && !removed.output.contains("deleted"), "\(removed)")
    #expect(try program.text(file).hasPrefix("version: 1\n"))
  }
}
