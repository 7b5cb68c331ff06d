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
    var text = "Tools for the user's own bank accounts and money at Sequence (getsequence.io)."
    let offered = Set(tools)
    let rules = configuration.rules.filter { offered.contains($0.alias) }
    for tool in GenericTool.allCases where offered.contains(tool.name) {
      // A rule may have the name of such a tool.
      if !rules.contains(where: { $0.alias == tool.name }) { text += " \(tool.name) \(tool.purpose)." }
    }
    guard !rules.isEmpty || offered.contains(GenericTool.triggerRule.name) else { return text + " They only read." }
    let end =
      " Run a rule only when the user asks for it. Tell the user the status of each call: accepted does not mean that "
      + "money has moved yet. Never ask for secrets."
    if !rules.isEmpty {
      text += " Every other tool runs one of the user's rules"
      let room = lengthLimit - (text + end).unicodeScalars.count - 3
      text += list(rules.map(\.shownTitle), room: room).map { ": \($0)." } ?? "."
    }
    return text + end
  }

  /// Returns the first titles that fit, and the number of the remaining ones; nil if none fits.
  private static func list(_ titles: [String], room: Int) -> String? {
    var listed = ""
    var longest: String?
    for (index, title) in titles.enumerated() {
      listed += (index == 0 ? "" : ", ") + title
      if listed.unicodeScalars.count >= room { break }
      let rest = titles.count - index - 1
      let text = listed + (rest == 0 ? "" : " and \(rest) more")
      if text.unicodeScalars.count < room { longest = text }
    }
    return longest
  }
}
