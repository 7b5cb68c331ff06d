import Foundation
import Sandbox
import Testing

@testable import sequence_mcp

@Suite struct HelpTests {
  private let program: Program

  init() throws { program = try Program() }

  @Test(arguments: [["--help"], ["-h"], ["help"]])
  func `the overview names every subcommand`(words: [String]) throws {
    var wide = program
    wide.environment["COLUMNS"] = "120"
    let result = try wide.run(words)
    for command in Subcommands.all {
      #expect(
        result.output.split(separator: "\n").contains {
          $0.hasPrefix("  \(command.name) ") && $0.hasSuffix(command.summary)
        })
    }
    #expect(result.exitCode == 0 && result.errorOutput.isEmpty)
  }

  @Test(arguments: Subcommands.all.map { $0.name })
  func `the help shows every option and example`(name: String) throws {
    let command = try #require(Subcommands.named(name))
    var wide = program
    wide.environment["COLUMNS"] = "1000"
    let result = try wide.run([name, "--help"])
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(lines.first == "sequence-mcp \(name): \(command.summary)")
    for option in command.options + Option.everywhere {
      let head = "  " + option.name + (option.value.map { " " + $0 } ?? "")
      #expect(lines.contains { $0 == head || $0.hasPrefix(head + "  ") }, "\(option.name)")
      #expect(lines.contains { $0.hasSuffix(option.summary) }, "\(option.name)")
    }
    #expect(!command.examples.isEmpty)
    for example in command.examples { #expect(lines.contains("  sequence-mcp " + example)) }
    #expect(result.exitCode == 0 && result.errorOutput.isEmpty)
    #expect(try wide.run(["help", name]).output == result.output)
    // Without a known width, commands to paste stay whole.
    let wrapped = try program.run([name, "--help"]).output.split(separator: "\n").filter { line in
      !line.hasPrefix("  sequence-mcp ") && line.contains(" ")
    }
    #expect(wrapped.allSatisfy { $0.utf8.count <= 80 }, "\(wrapped.filter { $0.utf8.count > 80 })")
  }

  @Test(arguments: Subcommands.all.flatMap { $0.examples })
  func `every example is a valid command line`(example: String) throws {
    // Outside of quotes, words end at spaces, and a redirection belongs to the shell.
    let words = example.split(separator: "'", omittingEmptySubsequences: false).enumerated().flatMap { index, part in
      index.isMultiple(of: 2) ? part.split(separator: " ").map(String.init) : [String(part)]
    }
    let own = Array(words.prefix { $0 != ">" && $0 != "<" })
    let command = try #require(Subcommands.named(own[0]))
    let arguments = try ParsedArguments(Array(own.dropFirst()), for: command)
    if let fault = arguments[SandboxCommand.fault] { _ = try FaultStep(parsing: fault) }
  }

  @Test(arguments: [["--version"], ["tools", "--version"], ["render", "--version"]])
  func `the version is one line`(words: [String]) throws {
    let result = try program.run(words)
    #expect(result.output == "sequence-mcp \(CommandLineInterface.version)\n")
    #expect(result.exitCode == 0 && result.errorOutput.isEmpty)
  }

  @Test func `on a narrow screen the meaning of an option has lines of its own`() {
    for command in Subcommands.all {
      let lines = HelpText(width: 40).of(command).split(separator: "\n")
      // A single word, a name with its value and a command to paste stay whole.
      let long = lines.filter { $0.count > 40 && $0.hasPrefix("      ") && $0.dropFirst(6).contains(" ") }
      #expect(long.isEmpty, "\(long)")
    }
  }
}
