import Foundation
import Testing

@testable import sequence_mcp

@Suite struct CompletionsTests {
  /// What bash offers where the line ends in `words.last`.
  private func offers(_ words: [String]) throws -> [String] {
    let program = try Program()
    defer { program.cleanUp() }
    try program.write(try program.run(["completions", "bash"]).output, to: "completions.bash")
    try program.write("", to: "file one.yaml")
    let quoted = words.map { ShellWord.quoted($0) }.joined(separator: " ")
    let script = """
      source ./completions.bash
      compopt() { :; }
      COMP_WORDS=(sequence-mcp \(quoted)); COMP_CWORD=\(words.count)
      _sequence_mcp
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    try program.write(script, to: "script.bash")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["--norc", "--noprofile", "script.bash"]
    process.currentDirectoryURL = program.home
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test func bashOffersEverySubcommand() throws {
    let words = try offers([""])
    for command in Subcommands.all { #expect(words.contains(command.name)) }
  }

  @Test(arguments: [
    (["client-config", "cl"], ["claude-desktop", "claude-code"]),
    (["client-config", "--inst"], ["--install"]),
    (["completions", "--color", "a"], ["auto", "always"]),
    (["completions", "--color", "=", "n"], ["never"]),
    (["init", "t"], ["token"]),
    (["client-config", "--name", ""], []),
  ])
  func bashOffersWhatTheTablesSay(words: [String], expected: [String]) throws {
    #expect(try offers(words) == expected)
  }

  @Test func bashOffersFilesForAPath() throws {
    #expect(try offers(["init", "--config", "file"]) == ["file one.yaml"])
  }

  @Test(arguments: [("bash", ["bash", "-n"]), ("zsh", ["zsh", "-n"]), ("fish", ["fish", "--no-execute"])])
  func scriptsAreValidWhereTheirShellIsInstalled(shell: String, check: [String]) throws {
    let program = try Program()
    defer { program.cleanUp() }
    let script = try program.run(["completions", shell]).output
    #expect(Subcommands.all.allSatisfy { script.contains($0.name) })
    guard let path = ["/bin/", "/usr/bin/"].map({ $0 + shell }).first(where: FileManager.default.fileExists) else {
      return
    }
    try program.write(script, to: "script")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = check.dropFirst() + [program.home.path + "/script"]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test func everyShellOfTheListIsAChoice() throws {
    let program = try Program()
    defer { program.cleanUp() }
    let result = try program.run(["completions", "tcsh"])
    #expect(result.exitCode == 2 && result.trouble.contains("it takes bash, zsh, fish"))
  }
}
