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
  var endMilliseconds: Int64?

  /// Returns a reader whose reads all end by `end`.
  /// - Parameter end: On the monotonic clock.
  package func reading(untilMilliseconds end: Int64) -> PlatformReader {
    var reader = self
    reader.endMilliseconds = min(end, endMilliseconds ?? end)
    return reader
  }

  /// Checks that the key is valid, with the request that needs no scope.
  /// - Throws: `SequenceAPIError`, `UNAUTHORIZED` if it is not.
  package func checkKey() throws(SequenceAPIError) { _ = try read(.beneficiaries, PlatformReader.items) }

  /// Checks that the key may read accounts.
  /// - Throws: `SequenceAPIError`, `ACCESS_DENIED` if it may not.
  package func checkAccounts() throws(SequenceAPIError) { _ = try read(.anyAccount, PlatformReader.items) }

  /// Checks that the key may read transfers, with one of the rule's latest runs.
  /// - Returns: false if no such run has a transfer, in which case nothing is proven.
  /// - Throws: `SequenceAPIError`, `ACCESS_DENIED` if the key may not read transfers.
  package func checkTransfers(ruleID: String) throws(SequenceAPIError) -> Bool {
    for id in try read(.executions(ruleID: ruleID), PlatformReader.items).compactMap({ $0["id"]?.id }) {
      guard let transfer = try execution(ruleID: ruleID, id: id).transferIDs.first else { continue }
      _ = try read(.transfer(id: transfer)) { answer throws(AnswerValue.Fault) in try answer.data() }
      return true
    }
    return false
  }

  /// Returns the current state of one run.
  /// - Throws: `SequenceAPIError`; `RULE_EXECUTION_NOT_FOUND` may resolve within seconds for a run that was just created.
  package func execution(ruleID: String, id: String) throws(SequenceAPIError) -> RuleExecution {
    try read(.execution(ruleID: ruleID, id: id)) { answer throws(AnswerValue.Fault) in
      RuleExecution(try answer.data())
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
        try read(.transfer(id: id)) { answer throws(AnswerValue.Fault) in
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

  /// More transfers than any Sequence rule creates.
  static let maxTransfers = 100

  /// Returns all rules, without their steps.
  package func rules() throws(SequenceAPIError) -> [PlatformRuleSummary] {
    try pages(PlatformAPI.Resource.rules).compactMap(PlatformRuleSummary.init)
  }

  /// Returns one rule with its steps.
  package func rule(id: String) throws(SequenceAPIError) -> PlatformRule {
    try read(.rule(id: id)) { answer throws(AnswerValue.Fault) in
      guard let rule = PlatformRule(try answer.data()) else { throw PlatformReader.missingID }
      return rule
    }
  }

  /// Returns all accounts with their balances, in the order of Sequence's list, within the client's limit for one call. An
  /// account whose balance cannot be read is an entry that states the reason.
  package func accounts() throws(SequenceAPIError) -> AccountList {
    let reader = reading(untilMilliseconds: client.endMilliseconds)
    let list = try reader.pages(PlatformAPI.Resource.accounts).compactMap(Account.init(platform:))
    let read = concurrently(list) { reader.account($0) }
    if isCancelled() { throw .cancelled }
    var accounts = AccountList()
    accounts.accounts = read.map(\.account)
    accounts.isComplete = !read.contains(where: \.mayPass)
    return accounts
  }

  /// - Returns: the account, and whether its balance is missing for a reason that may pass.
  private func account(_ summary: Account) -> (account: Account, mayPass: Bool) {
    let id = summary.id.stringValue ?? ""
    do throws(SequenceAPIError) {
      let account = try read(.account(id: id)) { answer throws(AnswerValue.Fault) in
        guard let account = Account(platform: try answer.data()) else { throw PlatformReader.missingID }
        // A cache or a proxy may answer with another account.
        guard account.id.stringValue?.lowercased() == id.lowercased() else {
          throw AnswerValue.Fault(message: "it is about another account")
        }
        return account
      }
      return (account, false)
    } catch {
      return (summary.lackingBalance(error), ![403, 404].contains(error.statusCode))
    }
  }

  private static let missingID = AnswerValue.Fault(message: "its 'data.id' is missing")

  /// Returns the entries of all pages of a list that have an id, each once. A page without a new one is the last: a list may
  /// begin again.
  private func pages(_ resource: (Int) -> PlatformAPI.Resource) throws(SequenceAPIError) -> [AnswerValue] {
    var items: [AnswerValue] = []
    var seen: Set<String> = []
    for number in 1...PlatformReader.maxPages {
      let (page, hasNext) = try read(resource(number)) { answer throws(AnswerValue.Fault) in
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

  private func read<Value>(
    _ resource: PlatformAPI.Resource, _ decode: (AnswerValue) throws(AnswerValue.Fault) -> Value
  ) throws(SequenceAPIError) -> Value {
    do throws(SequenceAPIError) {
      return try client.read(
        try api.get(resource, tool: tool), key, leaving: reserve, untilMilliseconds: endMilliseconds,
        isCancelled: isCancelled, decode)
    } catch {
      throw resource.scope.map(error.lacking) ?? error
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
