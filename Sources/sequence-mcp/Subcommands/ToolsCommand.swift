import Catalog
import Config
import JSON
import MCP

/// `tools`: what a client will see.
enum ToolsCommand: Subcommand {
  static let name = "tools"
  static let summary = "show the tools that clients will see"
  static let details = """
    Prints a table of the tools with their arguments; a star marks the ones that must be given. With --json it prints the
    exact result of tools/list in the newest protocol version, all tools in one.
    """
  static let examples = ["tools", "tools --json --read-only"]

  static let json = Option.flag("--json", "print the exact result of tools/list")
  static let options = [Option.config, Option.stateDirectory, json, ServeCommand.readOnly]

  static func run(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) -> ExitCode {
    let input = try ConfigurationInput.load(arguments, console)
    let host = try Host(
      configuration: input.configuration, state: input.state, console: console,
      isReadOnly: arguments.has(ServeCommand.readOnly),
      logLevel: .warning)
    let catalogue = try host.catalogue(of: input.configuration)
    if arguments.has(json) {
      console.out(
        JSONWriter.indentedText(ToolListing.newest(catalogue, info: Host.info(of: input.configuration))))
      return .success
    }
    let rows = catalogue.tools.map { tool in
      [tool.name, tool.title ?? "", Self.arguments(of: tool), tool.annotations.readOnlyHint ? "reads" : "triggers"]
    }
    console.out(TextTable.render([["TOOL", "TITLE", "ARGUMENTS", "KIND"]] + rows, console))
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
