import JSON
import Platform
import Secrets

/// Reads from the Platform API for one tool call. Nothing here can move money.
package struct PlatformReader: Sendable {
  let client: SequenceClient
  let api: PlatformAPI
  let key: Secret
  /// The calling tool, for the owner's audit log at Sequence.
  let tool: String
  /// How many of the rate limit's tokens must be left for triggers.
  let reserve: Int64
  let isCancelled: @Sendable () -> Bool
  /// The deadline of all reads, on the monotonic clock; nil if each has only the client's own time limit.
  private var endMilliseconds: Int64?

  init(
    client: SequenceClient, api: PlatformAPI, key: Secret, tool: String, reserve: Int64,
    isCancelled: @escaping @Sendable () -> Bool
  ) {
    self.client = client
    self.api = api
    self.key = key
    self.tool = tool
    self.reserve = reserve
    self.isCancelled = isCancelled
  }

  /// Returns a reader whose reads all end by `end`.
  /// - Parameter end: On the monotonic clock.
  package func reading(untilMilliseconds end: Int64) -> PlatformReader {
    var reader = self
    reader.endMilliseconds = min(end, endMilliseconds ?? end)
    return reader
  }

  /// What an API key may be allowed to read.
  private enum Scope: String {
    case rules = "READ_RULES"
    case accounts = "READ_ACCOUNTS"
    case transfers = "READ_TRANSFERS"
  }

  /// Checks that the key is valid, with the request that needs no scope.
  /// - Throws: `SequenceAPIError`, `UNAUTHORIZED` if it is not.
  package func checkKey() throws(SequenceAPIError) {
    _ = try read(api.beneficiaries(tool: tool), needing: nil, "", PlatformReader.items)
  }

  /// Checks that the key may read accounts.
  /// - Throws: `SequenceAPIError`, `ACCESS_DENIED` if it may not.
  package func checkAccounts() throws(SequenceAPIError) {
    _ = try read(api.anyAccount(tool: tool), needing: .accounts, "for an account", PlatformReader.items)
  }

  /// Checks that the key may read transfers, with one of the rule's latest runs.
  /// - Returns: false if no such run has a transfer, in which case nothing is proven.
  /// - Throws: `SequenceAPIError`, `ACCESS_DENIED` if the key may not read transfers.
  package func checkTransfers(ruleID: String) throws(SequenceAPIError) -> Bool {
    let executions = try read(
      try api.executions(ruleID: ruleID, tool: tool), needing: .rules, "for the rule \(ruleID)", PlatformReader.items)
    for id in executions.compactMap({ $0["id"]?.id }) {
      guard let transfer = try execution(ruleID: ruleID, id: id).transferIDs.first else { continue }
      _ = try read(try api.transfer(id: transfer, tool: tool), needing: .transfers, Self.ofAccounts) {
        answer throws(AnswerValue.Fault) in try answer.data()
      }
      return true
    }
    return false
  }

  /// Returns the current state of one run.
  /// - Throws: `SequenceAPIError`; `RULE_EXECUTION_NOT_FOUND` may resolve within seconds for a run that was just created.
  package func execution(ruleID: String, id: String) throws(SequenceAPIError) -> RuleExecution {
    try read(try api.execution(ruleID: ruleID, id: id, tool: tool), needing: .rules, "for the rule \(ruleID)") {
      answer throws(AnswerValue.Fault) in RuleExecution(try answer.data())
    }
  }

  /// The transfers of a run that could be read.
  package struct TransferList: Sendable {
    /// In the order of the run.
    package var transfers: [Transfer] { ids.compactMap { known[$0] } }
    /// The reasons why the other transfers could not be read.
    package fileprivate(set) var errors: [SequenceAPIError] = []
    fileprivate let ids: [String]
    fileprivate var known: [String: Transfer]
  }

  /// Reads the transfers of a run, each with a separate request. If the run lists more than `maxTransfers`, only the first
  /// ones are read.
  /// - Parameter earlier: What was read of the same run before, and is not read again.
  package func transfers(of execution: RuleExecution, after earlier: TransferList? = nil) -> TransferList {
    let ids = Array(execution.transferIDs.prefix(PlatformReader.maxTransfers))
    var list = TransferList(ids: ids, known: earlier?.known ?? [:])
    let unread = ids.filter { list.known[$0] == nil }
    let results = concurrently(unread) { id in
      Result { () throws(SequenceAPIError) in
        try read(try api.transfer(id: id, tool: tool), needing: .transfers, Self.ofAccounts) {
          answer throws(AnswerValue.Fault) in
          let transfer = Transfer(try answer.data())
          guard transfer.isOne(id, of: execution) else {
            throw AnswerValue.Fault(message: "it is about another transfer")
          }
          return transfer
        }
      }
    }
    for (id, result) in zip(unread, results) {
      switch result {
      case .success(let transfer): list.known[id] = transfer
      case .failure(let error): list.errors.append(error)
      }
    }
    return list
  }

  private static let ofAccounts = "for the accounts of the transfer"

  /// More transfers than any Sequence rule creates.
  static let maxTransfers = 100

  /// Returns all rules, without their steps.
  package func rules() throws(SequenceAPIError) -> [PlatformRuleSummary] {
    try pages(needing: .rules, "for your rules") { page in api.rules(page: page, tool: tool) }.compactMap(
      PlatformRuleSummary.init)
  }

  /// Returns one rule with its steps.
  package func rule(id: String) throws(SequenceAPIError) -> PlatformRule {
    try read(try api.rule(id: id, tool: tool), needing: .rules, "for the rule \(id)") {
      answer throws(AnswerValue.Fault) in
      guard let rule = PlatformRule(try answer.data()) else {
        throw AnswerValue.Fault(message: "its 'data.id' is missing")
      }
      return rule
    }
  }

  /// Returns all accounts with their balances, in the order of Sequence's list, within the client's limit for one call. An account
  /// whose balance cannot be read is an entry that states the reason.
  package func accounts() throws(SequenceAPIError) -> AccountList {
    let reader = reading(untilMilliseconds: client.endMilliseconds)
    let list = try reader.pages(needing: .accounts, "for an account") { page in
      api.accounts(page: page, tool: tool)
    }.compactMap(PlatformAccount.init)
    let read = concurrently(list) { reader.account($0) }
    if isCancelled() { throw .cancelled }
    var accounts = AccountList()
    accounts.accounts = read.map(\.account)
    accounts.isComplete = !read.contains(where: \.mayPass)
    return accounts
  }

  /// - Returns: the account, and whether its balance is missing for a reason that may pass.
  private func account(_ summary: PlatformAccount) -> (account: Account, mayPass: Bool) {
    do throws(SequenceAPIError) {
      let request = try api.account(id: summary.id, tool: tool)
      let account = try read(request, needing: .accounts, "for this account") {
        answer throws(AnswerValue.Fault) in
        guard let account = PlatformAccount(try answer.data()) else {
          throw AnswerValue.Fault(message: "its 'data.id' is missing")
        }
        // A cache or a proxy may answer with another account.
        guard account.id.lowercased() == summary.id.lowercased() else {
          throw AnswerValue.Fault(message: "it is about another account")
        }
        return account
      }
      return (account.account(), false)
    } catch {
      return (summary.account(fault: "\(error.code): \(error.message)"), ![403, 404].contains(error.statusCode))
    }
  }

  /// Returns the entries of all pages of a list that have an id, each once. A page without a new one is the last: a list may
  /// begin again.
  private func pages(
    needing scope: Scope, _ target: String, _ request: (Int) -> APIRequest
  ) throws(SequenceAPIError) -> [AnswerValue] {
    var items: [AnswerValue] = []
    var seen: Set<String> = []
    for number in 1...PlatformReader.maxPages {
      let (page, hasNext) = try read(request(number), needing: scope, target) { answer throws(AnswerValue.Fault) in
        let page = try PlatformReader.items(answer)
        let pagination = answer["data"]?["pagination"]
        let size = pagination?["pageSize"]?.cents ?? Int64(PlatformAPI.pageSize)
        // Some answers omit it; then a page that is not full is the last one.
        return (page, pagination?["hasNextPage"]?.sent.boolValue ?? (Int64(page.count) >= size))
      }
      let new = page.filter { $0["id"]?.id.map { seen.insert($0).inserted } ?? false }
      items += new.prefix(PlatformReader.maxItems - items.count)
      if !hasNext || new.isEmpty || items.count == PlatformReader.maxItems { break }
    }
    return items
  }

  private static func items(_ answer: AnswerValue) throws(AnswerValue.Fault) -> [AnswerValue] {
    try answer.list("items")
  }

  /// Longer lists are truncated: a list of that length is assumed to be endless.
  private static let maxPages = 100
  private static let maxItems = maxPages * PlatformAPI.pageSize

  /// - Parameters:
  ///   - scope: What the key needs for it; nil if any key may do it.
  ///   - target: For what it needs that, as the end of a sentence.
  private func read<Value>(
    _ request: APIRequest, needing scope: Scope?, _ target: String,
    _ decode: (AnswerValue) throws(AnswerValue.Fault) -> Value
  ) throws(SequenceAPIError) -> Value {
    do throws(SequenceAPIError) {
      return try client.read(
        request, key, leaving: reserve, untilMilliseconds: endMilliseconds, isCancelled: isCancelled, decode)
    } catch {
      throw scope.map { error.lacking($0.rawValue, target) } ?? error
    }
  }

  /// Runs the work for each item, several at the same time, and returns the results in the order of the items. The calling
  /// thread works too, so the work continues, more slowly, if no other thread is available.
  private func concurrently<Item: Sendable, Value: Sendable>(
    _ items: [Item], _ work: @escaping @Sendable (Item) -> Value
  ) -> [Value] {
    let state = Monitor((next: 0, values: [Value?](repeating: nil, count: items.count)))
    let run: @Sendable () -> Void = {
      while true {
        let index = state.withLock { state in
          defer { state.next += 1 }
          return state.next
        }
        guard index < items.count else { return }
        let value = work(items[index])
        state.withLock { $0.values[index] = value }
      }
    }
    let others = min(items.count, client.connection.readsAtOnce) - 1
    let threads = (0..<max(0, others)).compactMap { _ in try? Thread(run) }
    run()
    for thread in threads { thread.join() }
    return state.withLock { $0.values.compactMap { $0 } }
  }
}
