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
    let offered = Set(tools)
    let rules = configuration.rules.filter { offered.contains($0.alias) }
    let titles = rules.map(\.shownTitle)
    // A rule may have the name of such a tool.
    let others = offered.subtracting(rules.map(\.alias))
    sentences += purposes.filter { others.contains($0.tool.name) }.map { "\($0.tool.name) \($0.does)." }
    guard !titles.isEmpty || tools.contains(GenericTool.triggerRule.name) else {
      return (sentences + ["They only read."]).joined(separator: " ")
    }
    let end =
      "Run a rule only when the user asks for it. Tell the user the status of each call: accepted does not mean that money has moved yet. Never ask for secrets."
    if !titles.isEmpty {
      let head = "Every other tool runs one of the user's rules"
      let room = lengthLimit - (sentences + [head, end]).reduce(0) { $0 + $1.unicodeScalars.count + 1 } - 2
      sentences.append(head + (list(titles, room: room).map { ": \($0)." } ?? "."))
    }
    return (sentences + [end]).joined(separator: " ")
  }

  /// What each tool does that is not a rule's.
  private static let purposes: [(tool: GenericTool, does: String)] = [
    (.getAccounts, "lists accounts, pods and balances"), (.getLimits, "reports what is left of the owner's limits"),
    (.getRun, "reports the outcome of a run"), (.simulateTrigger, "simulates a rule and moves nothing"),
    (.triggerRule, "runs other rules by their id"),
  ]

  /// Returns the first titles that fit, and the number of the remaining ones; nil if none fits.
  private static func list(_ titles: [String], room: Int) -> String? {
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
    return nil
  }
}
