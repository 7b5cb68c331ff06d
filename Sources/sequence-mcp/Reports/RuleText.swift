import JSON
import Platform
import Rules

/// A rule's safeguards in the owner's words: `up to $1,000.00 a day`, `asks above $500.00`.
enum RuleText {
  /// Returns the fixed amount and all caps, or the maximum of the amount; nil if there is none.
  static func allCaps(_ rule: Rule) -> String? {
    var caps = allCaps(rule.limits)
    if case .fixed(let amount) = rule.limits.amount { caps.insert("\(DollarText.of(amount)) a call", at: 0) }
    return caps.isEmpty ? maximum(of: rule) : caps.joined(separator: ", ")
  }

  /// In order of importance.
  private static func allCaps(_ limits: Limits) -> [String] {
    let amounts = limits.caps.filter { $0.kind.unit == .cents }
    let ordered =
      amounts.filter { $0.kind.window != nil } + amounts.filter { $0.kind.window == nil }
      + limits.caps.filter { $0.kind.unit != .cents }
    return ordered.map { kind, cap in
      switch kind.unit {
      case .cents: "up to \(kind.text(cap)) \(kind.window?.shortText ?? "a call")"
      case .calls: "\(kind.text(cap)) \(kind.window?.shortText ?? "")"
      case .seconds: "one call in \(kind.text(cap))"
      }
    }
  }

  private static func maximum(of rule: Rule) -> String? {
    guard case .parameter(let name) = rule.limits.amount,
      let maximum = rule.parameters.first(where: { $0.name == name })?.constraints.maximum?.number
    else { return nil }
    return "up to \(DollarText.of(maximum)) a call"
  }

  /// Returns when someone is asked about a call, as a phrase: `asks above $500.00`.
  static func asking(_ policy: ConfirmationPolicy) -> String {
    switch policy.when {
    case .always: "asks always"
    case .above(let amount): "asks above \(DollarText.of(amount))"
    case .never: "asks nobody"
    case .client: "the client asks"
    }
  }

  /// Returns the summary of a valid file, for `validate-config`: `3 tools; move_to_savings up to $1,000.00 a day, asks above
  /// $500.00`.
  static func summary(of configuration: Configuration) -> String {
    let isReadOnly = configuration.server.readOnly
    let tools =
      GenericTool.allCases.count { $0.isOffered(by: configuration, isReadOnly: isReadOnly) }
      + (isReadOnly ? 0 : configuration.rules.count(where: \.isEnabled))
    var parts = configuration.sandbox ? ["sandbox, no money moves"] : []
    parts.append(tools.counted("tool") + (isReadOnly ? ", read only" : ""))
    for rule in configuration.rules where rule.isEnabled && !isReadOnly {
      let cap = allCaps(rule.limits).first ?? maximum(of: rule)
      parts.append("\(rule.alias) \(cap ?? "without limits")\(counted(by: rule)), \(asking(rule.confirm))")
    }
    if let settings = configuration.tools.triggerRule, !isReadOnly {
      let secrets = settings.acceptAPISecret ? ", with a secret from the chat" : ""
      let cap = allCaps(settings.limits).first ?? "without limits"
      parts.append("\(GenericTool.triggerRule.name) \(cap), \(asking(settings.confirm))\(secrets)")
    }
    let off = configuration.rules.filter { !$0.isEnabled }.map(\.alias)
    if !off.isEmpty { parts.append("\(off.joined(separator: ", ")) off") }
    let shared = allCaps(configuration.limits)
    if !shared.isEmpty, !isReadOnly { parts.append("all rules together \(shared.joined(separator: ", "))") }
    return parts.joined(separator: "; ")
  }

  /// Returns which of several amounts of a call the limits count.
  private static func counted(by rule: Rule) -> String {
    guard case .parameter(let name) = rule.limits.amount, rule.parameters.count(where: { $0.type == .money }) > 1 else {
      return ""
    }
    return " (counts '\(name)' only)"
  }

  /// Returns who is asked about a call: `you, over $500.00`.
  static func asks(_ policy: ConfirmationPolicy) -> String {
    switch policy.when {
    case .client: "the client"
    case .always: "you, each time"
    case .never: "nobody"
    case .above(let amount): "you, over \(DollarText.of(amount))"
    }
  }

  /// Returns the caps by their names in the configuration: `per_day $1,000.00, cooldown 10 min`.
  static func namedCaps(_ limits: Limits) -> String {
    limits.caps.map { "\($0.kind.rawValue) \($0.kind.text($0.cap))" }.joined(separator: ", ")
  }
}
