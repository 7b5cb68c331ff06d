import Catalog
import Config
import JSON
import MCP
import Rules
import Secrets

/// `tools`: the tools that a client will see.
enum ToolsCommand: Subcommand {
  static let name = "tools"
  static let summary = "show the tools that clients will see"
  static let details = """
    Prints a table of the tools with their arguments (a star marks the required ones), their caps, and who is asked about a
    call. With --json it prints the exact result of tools/list in the newest protocol version, on one page.
    """
  static let examples = ["tools", "tools --json --read-only"]

  static let json = Option.flag("--json", "print the exact result of tools/list")
  static let options = [Option.config, Option.stateDirectory, json, ServeCommand.readOnly, ServeCommand.sandbox]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let input = try ConfigurationInput.load(arguments, console)
    let scrubber = SecretScrubber(of: input.configuration, console)
    let runtime = try ServerRuntime(
      configuration: input.configuration, state: input.state, console: console,
      mode: ServerMode(
        isSandbox: input.usesSandbox, isReadOnly: arguments.has(ServeCommand.readOnly), logLevel: .warning),
      scrubber: scrubber)
    let catalog = try runtime.catalog(of: input.configuration)
    if arguments.has(json) {
      console.out(
        scrubber.scrub(
          JSONWriter.indentedText(ToolListing.newest(catalog, info: runtime.info(of: input.configuration)))))
      return .success
    }
    let rows = catalog.tools.map { tool in
      let rule = input.configuration.rules.first { $0.alias == tool.name }
      return [
        tool.name, Self.arguments(of: tool), Self.caps(tool, rule, input.configuration),
        Self.asks(tool, rule, input.configuration),
        tool.title ?? "",
      ]
    }
    // Scrubbed before a cell is cut.
    let scrubbed = rows.map { $0.map(scrubber.scrub) }
    console.out(TextTable.render([["TOOL", "ARGUMENTS", "CAPS", "ASKS", "TITLE"]] + scrubbed, console))
    let global = PolicyText.caps(input.configuration.limits)
    if !global.isEmpty { console.say("Over all rules together: \(global).") }
    let marks = runtime.marks(of: input.configuration)
    if !marks.isEmpty { console.say("Served as \(marks.joined(separator: ", ")).") }
    return .success
  }

  /// Returns the settings of `trigger_rule` if the tool triggers rules by their ids; nil otherwise.
  private static func generic(_ tool: Tool, _ configuration: Configuration) -> TriggerRuleSettings? {
    ToolCatalog.builtinTriggers.contains(tool.name) ? configuration.tools.triggerRule : nil
  }

  private static func caps(_ tool: Tool, _ rule: Rule?, _ configuration: Configuration) -> String {
    let limits = rule?.limits ?? generic(tool, configuration)?.limits
    let text = limits.map(PolicyText.caps) ?? ""
    return text.isEmpty ? "-" : text
  }

  /// Returns who is asked about a call; `-` for a tool that only reads.
  private static func asks(_ tool: Tool, _ rule: Rule?, _ configuration: Configuration) -> String {
    (rule?.confirm ?? generic(tool, configuration)?.confirm).map(PolicyText.asks) ?? "-"
  }

  /// `amount*, note`.
  private static func arguments(of tool: Tool) -> String {
    let required = (tool.inputSchema["required"]?.arrayValue ?? []).compactMap(\.stringValue)
    let names = tool.inputSchema["properties"]?.objectValue?.keys ?? []
    let own = names.filter { $0 != IdempotencyKey.argumentName }.map { required.contains($0) ? $0 + "*" : $0 }
    return own.isEmpty ? "-" : own.joined(separator: ", ")
  }
}
