import Fuzzing
import JSON
import Platform
import TestSupport

@testable import sequence_mcp

extension FuzzDomain {
  /// The domains whose code is in the program itself.
  static let program = [commandLines, tomlFiles, yamlFiles]

  /// A command line, one word a line: it is parsed, or refused with a message.
  private static let commandLines = FuzzDomain(
    "command-lines",
    examples: commandLineExamples + ["save\namount=50\nnote=x", "--help"],
    snippets: [
      "--", "-", "=", "--config", "--config=", "\n", "", "-h", "--color\nalways", "é", "\u{202E}", "'", "\"", "$HOME",
    ]
  ) { bytes, _ in
    var words = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
    let command = Subcommands.named(words[0]) ?? ServeCommand.self
    if command.name == words[0] { words.removeFirst() }
    do throws(CommandError) {
      let arguments = try ParsedArguments(words, for: command)
      _ = arguments.given
      return arguments.operands.count > command.operandCount.upperBound ? "too many operands were taken" : nil
    } catch {
      return error.message.isEmpty ? "a refusal without words" : nil
    }
  }

  /// The examples in the help, and each subcommand with all of its options.
  private static let commandLineExamples: [String] = Subcommands.all.flatMap { command -> [String] in
    var words = [command.name]
    for option in command.options { words += [option.name, option.value ?? "x"] }
    let examples = command.examples.map { $0.split(separator: " ").joined(separator: "\n") }
    return examples + [words.joined(separator: "\n")]
  }

  /// The settings of Codex.
  private static let tomlFiles = FuzzDomain(
    "toml-files",
    examples: [
      "model = \"x\"\n\n[mcp_servers.seq]\ncommand = \"/bin/x\" # mine\nargs = [\"serve\", '--config', \"\"\"\na\"\"\"]\n\n[mcp_servers.seq.env]\nA = \"b\"\n",
      "a.b = 1\n[[list]]\nx = 1979-05-27T07:32:00Z\n[[list]]\ny = {z = 0x1F, w = [1, 2.5e3, inf]}\n", "",
      "[mcp_servers]\r\nx = 1\r\n",
    ],
    snippets: [
      "[", "]", "[[", "]]", "=", "\"", "'", "\"\"\"", "'''", "#", "\n", "\r", ".", ",", "{", "}", "\\", "\u{FEFF}",
      "\u{0}", "mcp_servers", "é", "1e5", "seq",
    ]
  ) { bytes, dice in
    do throws(JSONEditor.Fault) {
      var editor = try TOMLEditor(bytes)
      if dice.below(2) == 0 {
        try editor.set(["mcp_servers", "seq"], to: [("command", "/bin/new"), ("args", ["serve"])])
        let value = try TOMLEditor(editor.bytes).value(at: ["mcp_servers", "seq"])
        return value?["command"] == "/bin/new" ? nil : "what was set is not there"
      }
      guard try editor.remove(["mcp_servers", "seq"]) else { return nil }
      return try TOMLEditor(editor.bytes).value(at: ["mcp_servers", "seq"]) == nil
        ? nil : "what was removed is still there"
    } catch {
      return error.message.isEmpty ? "a fault without words" : nil
    }
  }

  /// A configuration that `rule` and `secret` change.
  private static let yamlFiles = FuzzDomain(
    "yaml-files",
    examples: [
      "version: 1\n# mine\nrules:\n  save: # one\n    rule_id: ru_1\n    enabled: false\n\n  rent: {rule_id: ru_2}\nserver: {title: x}\n",
      "version: 1\n", "rules: {}\n", "rules:\n", "version: 1\r\nrules:\r\n  a: {b: c}\r\n", "# only\n",
    ],
    snippets: [
      "{", "}", ": ", "\n", "  ", "rules:", "&a ", "*a", "<<: ", "\"", "'", "- ", "|\n", "#", "\t", "\r", "---\n",
      "null", "é", "\u{FEFF}",
    ]
  ) { bytes, dice in
    var editor = YAMLEditor(bytes)
    do {
      if dice.below(2) == 0 {
        try editor.set(["rules", "save"], to: ["rule_id: ru_9", "description: d"])
      } else {
        try editor.remove(["rules", "save"])
      }
    } catch {
      if editor.bytes != bytes { return "a refused change was made" }
    }
    return nil
  }
}
