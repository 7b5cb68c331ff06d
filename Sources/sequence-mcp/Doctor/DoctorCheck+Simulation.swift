import JSON
import MCP
import Platform
import Rules
import SequenceAPI

extension DoctorCheck {
  /// Checks that the key may trigger each rule of the Platform API, by a simulation, which moves nothing. Only with
  /// `--simulate`. The ledger records it like the simulation of a call.
  static let simulation = DoctorCheck(subject: "simulation") { input in
    guard let configuration = input.configuration else { return [] }
    let rules = configuration.rules.filter { $0.isEnabled && $0.api == .platform }
    guard input.simulates else {
      guard input.isOnline, !rules.isEmpty else { return [] }
      return [.note("not tried: whether the API key may trigger", help: "'--simulate' simulates each rule once")]
    }
    guard !rules.isEmpty else { return [.note("no rule is triggered through the Platform API")] }
    guard !configuration.server.readOnly else {
      return [.note("not tried: the configuration is read-only, so nothing is triggered")]
    }
    do throws(CommandError) {
      let runtime = try ServerRuntime(
        configuration: configuration, state: input.state, console: input.console,
        mode: ServerMode(isSandbox: configuration.sandbox, logLevel: .error))
      let session = try InProcessClient(runtime, of: configuration)
      defer { session.end() }
      return try rules.map { rule throws(CommandError) in
        let call: JSONObject = ["tool": .string(rule.alias), "arguments": .object(rule.leastArguments)]
        return finding(rule, try session.call(GenericTool.simulateTrigger.name, call), input)
      }
    } catch {
      return [.problem(error.message, help: "'\(input.arguments.next(ValidateConfigCommand.self))' checks the file")]
    }
  }

  /// - Parameter result: The CallToolResult of the simulation.
  private static func finding(_ rule: Rule, _ result: JSONValue, _ input: DoctorInput) -> Finding {
    let content = result["structuredContent"]
    let who = "rule '\(rule.alias)'"
    guard result["isError"]?.boolValue == true else {
      let transfers = content?["run"]?["simulated"]?.arrayValue ?? []
      let text = "\(who): the API key may trigger it; simulated: \(words(transfers))"
      guard let limit = exceededLimit(rule, transfers, input) else { return .fine(text) }
      return .note("\(text), which is over \(limit), so the call would be refused")
    }
    let call = FailedCall(content: content ?? .null, arguments: input.arguments)
    let (code, message, help) = (call.code ?? "", (call.message ?? "").withoutStop, (call.help ?? "").withoutStop)
    switch code {
    case SequenceErrorCode.accessDenied.name:
      return .problem(
        "\(who): the API key may not trigger it",
        help: "give the key TRIGGER_RULES for this rule in Sequence")
    case CallCode.simulationNotClean.rawValue, CallCode.simulationAmountsUnreadable.rawValue,
      CallCode.simulationUnfinished.rawValue:
      return .note("\(who): the API key may trigger it, but: \(message)", help: help)
    case CallCode.paused.rawValue, CallCode.tooManyRequests.rawValue:
      return .note("\(who): not tried: \(message)", help: help)
    default: return .problem("\(who): \(code): \(message)", help: help)
    }
  }

  /// Returns the first cap that the transfers alone exceed: `per_day of the rule, $500.00`; nil if there is none.
  private static func exceededLimit(_ rule: Rule, _ transfers: [JSONValue], _ input: DoctorInput) -> String? {
    let amounts = transfers.compactMap { $0["amount"]?.numberValue.flatMap { try? Money($0) } }
    let total = Money(cents: amounts.reduce(0) { $0.addingSaturated($1.cents) })
    let limits = [("the rule", rule.limits), ("all rules together", input.configuration?.limits ?? Limits())]
    for (owner, limits) in limits {
      for (kind, cap) in limits.moneyCaps where total > cap {
        return "\(kind.rawValue) of \(owner), \(DollarText.of(cap))"
      }
    }
    return nil
  }

  /// `Checking -> Bills $50.00, Checking -> Taxes $30.00`.
  private static func words(_ transfers: [JSONValue]) -> String {
    func text(_ value: JSONValue?) -> String? { value?.stringValue.map { VisibleText.line($0, limit: 60) } }
    let shown = transfers.prefix(5).map { transfer in
      TransferText.line(
        from: text(transfer["from"]) ?? "?", to: text(transfer["to"]) ?? "?", amount: text(transfer["amount_text"]))
    }
    return shown.isEmpty
      ? "nothing moves" : shown.joined(separator: ", ") + (transfers.count > shown.count ? ", ..." : "")
  }
}

extension Rule {
  /// The arguments of the smallest call: those of a good example, else the amount's default or its minimum.
  fileprivate var leastArguments: JSONObject {
    for example in examples {
      if case .payload = example.outcome { return example.arguments }
    }
    guard case .parameter(let name) = executeAmount,
      let parameter = parameters.first(where: { $0.name == name }), parameter.defaultValue == nil
    else { return [:] }
    let least = amountBounds.least ?? Money(cents: 100)
    let isExcluded = parameter.constraints.exclusiveMinimum != nil
    return [name: .string((isExcluded ? Money(cents: least.cents + 1) : least).description)]
  }
}
