import Config
import JSON
import MCP
import Secrets
import SequenceAPI

/// `get_accounts`: the accounts and their balances, as the original server gives them, with two filters.
struct GetAccountsTool: CatalogTool {
  let services: CatalogServices
  let accessToken: SecretReference

  static let name = "get_accounts"

  let tool = Tool(
    name: name, title: "Get accounts",
    description: """
      Lists the accounts of the user's Sequence account with their balances in US dollars: pods, income sources and \
      linked accounts. It only reads.
      """,
    inputSchema: InputSchema.accounts, outputSchema: OutputSchema.accounts,
    annotations: ToolAnnotations(
      readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true))

  func call(_ arguments: JSONObject, _ context: ToolCallContext) -> ToolReply {
    let bound: BoundArguments
    do throws(ArgumentFaults) {
      bound = try ArgumentBinder.bind(arguments, to: InputSchema.accountsParameters, takesIdempotencyKey: false)
    } catch {
      return ToolAnswer.failure(.invalidArguments(error.faults, of: Self.name))
    }
    let token: Secret
    do throws(SecretFault) {
      token = try services.secrets.resolve(accessToken)
    } catch {
      return ToolAnswer.failure(.secret(error, what: "the access token", status: nil))
    }
    do throws(SequenceAPIError) {
      let list = try services.client.accounts(accessToken: token, isCancelled: { context.isCancelled })
      return ToolAnswer.success(Self.content(of: list, bound))
    } catch {
      return ToolAnswer.failure(.api(error, status: nil, idempotencyKey: nil))
    }
  }

  private static func content(of list: AccountList, _ bound: BoundArguments) -> JSONObject {
    let type = bound["type"]?.value.stringValue?.lowercased()
    let part = bound["name_contains"]?.value.stringValue?.lowercased()
    let accounts = list.accounts.filter { account in
      if let type, account.type.stringValue?.lowercased() != type { return false }
      if let part, account.name.stringValue?.lowercased().contains(part) != true { return false }
      return true
    }
    var content: JSONObject = [
      "accounts": .array(
        accounts.map { account in
          [
            "id": UntrustedValue.clean(account.id), "name": UntrustedValue.clean(account.name),
            "type": UntrustedValue.clean(account.type), "balance_dollars": account.balanceDollars,
            "balance_error": UntrustedValue.clean(account.balanceError),
          ]
        }),
      "total_accounts": JSONValue(accounts.count),
    ]
    if !list.errors.isEmpty {
      content["errors"] = .array(list.errors.map { .string(UntrustedText.clean($0)) })
    }
    return content
  }
}
