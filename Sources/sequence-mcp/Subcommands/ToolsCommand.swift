import Catalog
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

  static let options = [Option.config, Option.stateDirectory, .json, ServeCommand.readOnly, ServeCommand.sandbox]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let input = try ConfigurationInput.load(arguments, console)
    let scrubber = SecretScrubber(of: input.configuration, console)
    let runtime = try ServerRuntime(
      configuration: input.configuration, state: input.state, console: console,
      mode: ServerMode(
        isSandbox: input.usesSandbox, isReadOnly: arguments.has(ServeCommand.readOnly), logLevel: .warning),
      scrubber: scrubber)
    let catalog = try runtime.catalog(of: input.configuration)
    if arguments.has(.json) {
      console.out(
        scrubber.scrub(
          JSONWriter.indentedText(ToolListing.newest(catalog, info: runtime.info(of: input.configuration)))))
      return .success
    }
    let rows = catalog.tools.map { tool in
      let rule = input.configuration.rules.first { $0.alias == tool.name }
      let generic = tool.name == GenericTool.triggerRule.name ? input.configuration.tools.triggerRule : nil
      let caps = (rule?.limits ?? generic?.limits).map(RuleText.namedCaps) ?? ""
      // Nobody is asked about a tool that only reads.
      let asks = (rule?.confirm ?? generic?.confirm).map(RuleText.asks) ?? "-"
      return [tool.name, Self.arguments(of: tool), caps.isEmpty ? "-" : caps, asks, tool.title ?? ""]
    }
    // Scrubbed before a cell is cut.
    let scrubbed = rows.map { $0.map(scrubber.scrub) }
    console.out(TextTable.render([["TOOL", "ARGUMENTS", "CAPS", "ASKS", "TITLE"]] + scrubbed, console))
    let global = RuleText.namedCaps(input.configuration.limits)
    if !global.isEmpty { console.say("Over all rules together: \(global).") }
    let marks = runtime.mode(of: input.configuration).marks
    if !marks.isEmpty { console.say("Served as \(marks.joined(separator: ", ")).") }
    return .success
  }

  /// `amount*, note`.
  private static func arguments(of tool: Tool) -> String {
    let required = (tool.inputSchema["required"]?.arrayValue ?? []).compactMap(\.stringValue)
    let names = tool.inputSchema["properties"]?.objectValue?.keys ?? []
    let own = names.filter { $0 != IdempotencyKey.argumentName }.map { required.contains($0) ? $0 + "*" : $0 }
    return own.isEmpty ? "-" : own.joined(separator: ", ")
  }
}
