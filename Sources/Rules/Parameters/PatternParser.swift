/// Reads a pattern by the grammar of ECMA-262 section 22.2.1 with the `u` flag, which is also how validators of JSON Schema
/// compile what is published: what they would refuse is refused here.
struct PatternParser {
  /// How deep groups may nest, which bounds the recursion.
  private static let depthLimit = 100

  let scalars: [Unicode.Scalar]
  var index = 0
  private var depth = 0
  private var groupNames: Set<String> = []

  init(_ source: String) { scalars = Array(source.unicodeScalars) }

  /// - Throws: `PatternError` with the first fault.
  mutating func parse() throws(PatternError) -> PatternNode {
    let node = try parseAlternatives()
    guard index == scalars.count else { throw error("')' without '('") }
    return node
  }

  var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  /// Moves behind the scalar, where it comes next.
  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    index += 1
    return true
  }

  func error(_ message: String, at offset: Int? = nil) -> PatternError {
    PatternError(message: message, offset: offset ?? index)
  }

  private mutating func parseAlternatives() throws(PatternError) -> PatternNode {
    var alternatives = [try parseSequence()]
    while take("|") { alternatives.append(try parseSequence()) }
    return alternatives.count == 1 ? alternatives[0] : .alternatives(alternatives)
  }

  private mutating func parseSequence() throws(PatternError) -> PatternNode {
    var terms: [PatternNode] = []
    while let next, next != "|", next != ")" { terms.append(try parseTerm()) }
    return .sequence(terms)
  }

  private mutating func parseTerm() throws(PatternError) -> PatternNode {
    let start = index
    let scalar = scalars[index]
    index += 1
    switch scalar {
    case "^": return try unrepeatable(.assertion(.start))
    case "$": return try unrepeatable(.assertion(.end))
    case "(": return try quantified(parseGroup(start))
    case ".": return try quantified(.scalars(.anyButLineEnd))
    case "[": return try quantified(.scalars(parseClass(start)))
    case "\\":
      if take("b") { return try unrepeatable(.assertion(.wordBoundary)) }
      if take("B") { return try unrepeatable(.assertion(.notWordBoundary)) }
      return try quantified(.scalars(parseEscape(start, isInClass: false)))
    case "*", "+", "?": throw error("nothing to repeat before '\(scalar)'", at: start)
    case "{", "}", "]": throw error("write '\\\(scalar)' for a literal '\(scalar)'", at: start)
    default: return try quantified(.scalars(PatternScalarSet(scalar.value)))
    }
  }

  private mutating func parseGroup(_ start: Int) throws(PatternError) -> PatternNode {
    if take("?") { try parseGroupKind(start) }
    depth += 1
    guard depth <= PatternParser.depthLimit else { throw error("groups nest too deeply", at: start) }
    let node = try parseAlternatives()
    depth -= 1
    guard take(")") else { throw error("'(' without ')'", at: start) }
    return node
  }

  /// Reads what follows `(?`.
  private mutating func parseGroupKind(_ start: Int) throws(PatternError) {
    if take(":") { return }
    if next == "=" || next == "!" {
      throw error("look-ahead is not supported: a pattern is matched in time linear in the value", at: start)
    }
    guard take("<") else { throw error("only '(?:' and '(?<name>' may follow '('", at: start) }
    if next == "=" || next == "!" {
      throw error("look-behind is not supported: a pattern is matched in time linear in the value", at: start)
    }
    var name = String.UnicodeScalarView()
    while let next, next != ">" {
      let properties = next.properties
      let isAllowed = next == "$" || next == "_" || (name.isEmpty ? properties.isIDStart : properties.isIDContinue)
      guard isAllowed else { throw error("a group's name is made of letters, digits, '_' and '$'") }
      name.append(next)
      index += 1
    }
    guard take(">"), !name.isEmpty else { throw error("a group's name is written '(?<name>'", at: start) }
    guard groupNames.insert(String(name)).inserted else { throw error("two groups of the same name", at: start) }
  }

  private mutating func unrepeatable(_ node: PatternNode) throws(PatternError) -> PatternNode {
    if let next, "*+?{".unicodeScalars.contains(next) { throw error("an anchor cannot be repeated") }
    return node
  }

  private mutating func quantified(_ node: PatternNode) throws(PatternError) -> PatternNode {
    let start = index
    let bounds: (minimum: Int, maximum: Int?)
    if take("*") {
      bounds = (0, nil)
    } else if take("+") {
      bounds = (1, nil)
    } else if take("?") {
      bounds = (0, 1)
    } else if take("{") {
      bounds = try parseCounts(start)
    } else {
      return node
    }
    // Lazy or greedy makes no difference to whether the whole value matches.
    _ = take("?")
    if let next, "*+?{".unicodeScalars.contains(next) { throw error("a repetition cannot be repeated") }
    return .repeated(node, minimum: bounds.minimum, maximum: bounds.maximum, offset: start)
  }

  private mutating func parseCounts(_ start: Int) throws(PatternError) -> (Int, Int?) {
    let wrong = error("a counted repetition is written '{2}', '{2,}' or '{2,5}'; a literal '{' is '\\{'", at: start)
    guard let minimum = parseCount() else { throw wrong }
    var maximum: Int? = minimum
    if take(",") { maximum = parseCount() }
    guard take("}") else { throw wrong }
    if let maximum, maximum < minimum { throw error("the counts are out of order", at: start) }
    return (minimum, maximum)
  }

  private mutating func parseCount() -> Int? {
    var count: Int?
    while let next, ("0"..."9").contains(next) {
      count = min((count ?? 0) * 10 + Int(next.value - 0x30), 1_000_000_000)
      index += 1
    }
    return count
  }
}
