import JSON
import MCP
import Platform
import Rules
import Safeguards
import Secrets
import SequenceAPI

/// `get_accounts`: the accounts and their balances, as the original server returns them, with two filters.
struct GetAccountsTool: CatalogTool {
  let services: CatalogServices
  let sequence: SequenceSettings

  var name: String { GenericTool.getAccounts.name }

  private static let parameters = [
    Parameter.text("type", "Only accounts of this type, such as 'Pod' or 'Income Source'; not case-sensitive."),
    Parameter.text("name_contains", "Only accounts whose name contains this text; not case-sensitive."),
  ]

  var tool: Tool {
    Tool(
      name: name, title: "Get accounts",
      description: """
        Lists the accounts of the user's Sequence account with their balances in US dollars: pods, income sources and \
        linked accounts. It only reads.
        """,
      inputSchema: ParameterSchema.inputSchema(for: Self.parameters, takesIdempotencyKey: false),
      outputSchema: Self.outputSchema,
      annotations: .readOnly)
  }

  private static let outputSchema = OutputSchema.withFailure([
    "total_accounts": ["type": "integer", "description": "The number of matching accounts, including those left out."],
    "note": ["type": "string", "description": "Present if the list is long or incomplete."],
    "accounts": [
      "type": "array",
      "items": [
        "type": "object",
        "properties": [
          "id": ["description": "The account's id, as Sequence gave it."],
          "name": ["description": "The account's name."],
          "type": ["description": "Pod, Income Source, Account, or another type in Sequence."],
          "balance_dollars": [
            "type": ["number", "null"], "description": "In US dollars, with the exact digits; null if unknown.",
          ],
          "balance_text": [
            "type": ["string", "null"], "description": "The same as formatted text, such as $4,812.10.",
          ],
          "balance_error": ["description": "Why the balance is unknown, or null."],
          "balance_updated_at": [
            "type": "string",
            "description": "When the bank last reported the balance (RFC 3339), if Sequence says so.",
          ],
        ],
        "required": ["id", "name", "type", "balance_dollars", "balance_text", "balance_error"],
      ],
    ],
    "errors": ["type": "array", "description": "What Sequence could not read."],
  ])

  func call(_ arguments: JSONObject, _ context: ToolCallContext) throws(ToolFailure) -> ToolReply {
    let bound = try bind(arguments, to: Self.parameters)
    let usesRemote = services.accountsAPI == .remote
    let secret = try services.secret(
      usesRemote ? sequence.accessToken : sequence.platform.apiKey, usesRemote ? "the access token" : "the API key",
      from: services.callSecrets(context))
    let list: AccountList
    do throws(SequenceAPIError) {
      list =
        usesRemote
        ? try services.client.accounts(accessToken: secret, isCancelled: context.isCancelled)
        : try platformAccounts(key: secret, context)
    } catch {
      throw ToolFailure(error, status: nil)
    }
    let accounts = list.accounts.filter { Self.isAsked($0, bound) }
    return .result(ToolResult(Self.content(of: accounts, errors: list.errors)))
  }

  /// Sends one request per account. A complete list read within the last minute is reused, unless a trigger of this ledger may
  /// have changed a balance since.
  private func platformAccounts(key: Secret, _ context: ToolCallContext) throws(SequenceAPIError) -> AccountList {
    let source = "\(services.client.platform?.baseURL.text ?? "") \(sequence.platform.apiKey)"
    let clock = services.process.clock
    let now = clock.bootMilliseconds()
    let mark = services.process.safeguards.liveMark
    if let known = services.process.platformState.balances(of: source, at: mark, nowMilliseconds: now) { return known }
    let reader = services.client.platformReader(
      key: key, tool: name, leaving: SharedPlatformState.reserve, isCancelled: context.isCancelled)
    let list = try reader?.reading(untilMilliseconds: services.deadline(of: context)).accounts() ?? AccountList()
    if list.isComplete { services.process.platformState.keep(list, of: source, at: mark, nowMilliseconds: now) }
    return list
  }

  /// Whether the account matches the filters. They compare with the text shown to the caller, without invisible characters; an
  /// empty filter matches everything.
  private static func isAsked(_ account: Account, _ bound: BoundArguments) -> Bool {
    func lowercased(_ value: JSONValue?) -> String? {
      value?.stringValue.map { VisibleText.line($0).lowercased() }.flatMap { $0.isEmpty ? nil : $0 }
    }
    if let type = lowercased(bound["type"]?.value), lowercased(account.type) != type { return false }
    guard let part = lowercased(bound["name_contains"]?.value) else { return true }
    return lowercased(account.name)?.contains(part: part) == true
  }

  private static func content(of accounts: [Account], errors: [String]) -> JSONObject {
    let narrowing = "Pass 'type' or 'name_contains' to narrow it."
    let errors = errors.map { shown(.string($0)) }
    let list = LongList(accounts, "accounts", narrowing: narrowing, besides: errors) { account in
      var object: JSONObject = [
        "id": shown(account.id), "name": shown(account.name), "type": shown(account.type),
        "balance_dollars": account.balanceDollars,
        // A client may display the number without its trailing zero.
        "balance_text": account.balanceDollars.numberValue.map { .string(DollarText.of($0)) } ?? .null,
        "balance_error": shown(account.balanceError),
      ]
      if account.balanceUpdatedAt != .null { object.append("balance_updated_at", shown(account.balanceUpdatedAt)) }
      return .object(object)
    }
    var content: JSONObject = ["total_accounts": JSONValue(accounts.count)]
    if let note = list.note { content["note"] = .string(note) }
    content["accounts"] = .array(list.shown)
    if !errors.isEmpty { content["errors"] = .array(errors) }
    return content
  }

  /// Returns a value from Sequence as visible text. Undocumented values (an array, an object, a number of many digits) become
  /// their JSON text.
  private static func shown(_ value: JSONValue) -> JSONValue {
    switch value {
    case .null, .bool: value
    case .number(let number) where number.text.utf8.count <= 40: value
    case .string(let text): .string(VisibleText.line(text))
    case .number, .array, .object: .string(VisibleText.line(JSONWriter.text(value)))
    }
  }
}
