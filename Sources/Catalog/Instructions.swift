import Rules

/// The server's description for the model, before it looks at any tool (MCP, `instructions`). Clients that search for tools
/// show nothing else until they search, so a server without instructions is rarely found.
enum Instructions {
  /// The maximum length of generated instructions, in code points.
  static let lengthLimit = 600
  /// The value with which an owner turns instructions off.
  static let off = "none"

  /// Returns the owner's own text, or one generated from the configuration: no amounts, no secrets, no disabled rules.
  /// - Parameter tools: The names of the published tools.
  static func text(for configuration: Configuration, tools: [String]) -> String? {
    if let written = configuration.server.instructions { return written == off ? nil : written }
    guard !tools.isEmpty else { return nil }
    var sentences = ["Tools for the user's own bank accounts and money at Sequence (getsequence.io)."]
    if tools.contains(GenericTool.getAccounts.name) {
      sentences.append("get_accounts lists accounts, pods and balances.")
    }
    if tools.contains(GenericTool.getLimits.name) {
      sentences.append("get_limits reports what is left of the owner's limits.")
    }
    let offered = Set(tools)
    let titles = configuration.rules.filter { offered.contains($0.alias) }.map(\.shownTitle)
    let canTrigger = tools.contains(GenericTool.triggerRule.name)
    if titles.isEmpty, canTrigger {
      sentences.append("trigger_rule runs one of the user's rules by its id, which can move money.")
    }
    let end =
      !titles.isEmpty || canTrigger
      ? "Call \(titles.isEmpty ? "it" : "one") only when the user asks for it. Tell the user the status of each call: accepted does not mean that money has moved yet. Never ask for secrets."
      : "They only read."
    if !titles.isEmpty {
      let head = "Each other tool runs one rule that the user has set up to move money: "
      let room = lengthLimit - (sentences + [head, end]).reduce(0) { $0 + $1.unicodeScalars.count + 1 }
      sentences.append(head + list(titles, room: room) + ".")
    }
    return (sentences + [end]).joined(separator: " ")
  }

  /// Returns the first titles that fit, and the number of the remaining ones.
  private static func list(_ titles: [String], room: Int) -> String {
    var length = 0
    let fitting = titles.prefix {
      length += $0.unicodeScalars.count + 2
      return length < room + 2
    }
    for count in stride(from: fitting.count, to: 0, by: -1) {
      let rest = titles.count - count
      let text = titles.prefix(count).joined(separator: ", ") + (rest == 0 ? "" : " and \(rest) more")
      if text.unicodeScalars.count < room { return text }
    }
    return titles.count == 1 ? "one rule" : "\(titles.count) rules"
  }
}
