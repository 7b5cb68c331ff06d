import JSON
import Platform
import Rules
import SourceYAML

/// A check that an alias is a valid tool name.
enum AliasCheck {
  static var schema: JSONObject {
    ["pattern": "^[A-Za-z][A-Za-z0-9_-]{0,63}$", "not": ["enum": .array(reserved.map { .string($0) })]]
  }

  private static let reserved =
    GenericTool.allCases.filter(\.isReserved).map(\.rawValue) + [GenericTool.configurationError]
  /// In characters. Clients put a prefix before the name.
  static let comfortableLength = 40
  /// The longest text that is read for a proposal, in code points.
  private static let longestProposal = 128

  static func check(_ alias: String, _ range: SourceRange, _ context: inout ReadingContext) {
    func report(_ kind: DiagnosticKind, _ message: String, help: String) {
      context.report(kind, message, help: help, at: range)
    }
    if Alias.fault(of: alias) != nil {
      let proposal = Alias.spelling(of: String(alias.unicodeScalars.prefix(longestProposal)))
      report(
        .badAlias, "\(quoted(alias)) cannot be an alias",
        help: (Alias.fault(of: proposal) == nil ? Suggestion.question(proposal) + " " : "")
          + "an alias is the tool's name: a letter, then letters, digits, '_' and '-', at most 64 in all")
    } else if reserved.contains(alias.lowercased()) {
      report(.aliasTaken, "the alias \(quoted(alias)) is reserved for a built-in tool", help: "choose another name")
    } else if alias.utf8.count > comfortableLength {
      report(
        .longAlias,
        "the alias has \(alias.utf8.count) characters; clients add a prefix and may truncate or refuse names over 64",
        help: "keep it to \(comfortableLength) characters")
    }
  }
}

extension DiagnosticKind {
  static let badAlias = DiagnosticKind(
    "bad-alias", .error, "an invalid tool name",
    "An alias becomes the name of an MCP tool. Some clients refuse a whole server because of one name with any other "
      + "character, dots and spaces included.",
    example: DiagnosticExample.rule(alias: "⟦save.now→save_now⟧"))

  static let aliasTaken = DiagnosticKind(
    "alias-taken", .error, "the name of a tool of this program",
    "'get_accounts' and 'trigger_rule' are tools of sequence-mcp itself, even if they are disabled, and "
      + "'configuration_error' is its tool while the file is not valid: an alias with that name would be mistaken for them.",
    example: DiagnosticExample.rule(alias: "⟦trigger_rule→save⟧"))

  static let longAlias = DiagnosticKind(
    "long-alias", .warning, "a name that clients may truncate",
    "Clients put the server's name before the tool's and allow 64 characters for both together.",
    example: DiagnosticExample.rule(alias: "⟦move_the_rest_of_my_income_to_the_savings_pod→move_the_rest_to_savings⟧"))
}
