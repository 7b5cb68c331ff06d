import Platform

/// A parser for the grammar of ECMA-262 section 22.2.1 with the `u` flag. JSON Schema validators compile the published pattern
/// the same way, so what they would refuse is refused here.
struct PatternParser {
  /// The maximum nesting of groups, which bounds the recursion.
  private static let depthLimit = 100

  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var depth = 0
  private var groupNames: Set<String> = []

  init(_ source: String) { scalars = Array(source.unicodeScalars) }

  /// - Throws: `PatternError` for the first fault.
  mutating func parse() throws(PatternError) -> PatternNode {
    let node = try parseAlternatives()
    guard index == scalars.count else { throw error("')' without '('") }
    return node
  }

  private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    index += 1
    return true
  }

  private func error(_ message: String, at offset: Int? = nil) -> PatternError {
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

  /// Parses what follows `(?`.
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
    // Lazy or greedy does not affect whether the whole value matches.
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

  /// Parses what follows a backslash.
  /// - Parameters:
  ///   - start: The position of the backslash.
  ///   - isInClass: Whether this is inside `[...]`, where `\b` is a backspace and `\-` a hyphen.
  private mutating func parseEscape(_ start: Int, isInClass: Bool) throws(PatternError) -> PatternScalarSet {
    guard let scalar = next else { throw error("'\\' at the end", at: start) }
    index += 1
    switch scalar {
    case "d": return .digits
    case "D": return PatternScalarSet.digits.negated
    case "w": return .word
    case "W": return PatternScalarSet.word.negated
    case "s": return .space
    case "S": return PatternScalarSet.space.negated
    case "p", "P": return try parseProperty(start, isNegated: scalar == "P")
    case "1"..."9", "k": throw backReference(start, scalar, isInClass: isInClass)
    default: return PatternScalarSet(try parseScalarEscape(start, scalar, isInClass: isInClass))
    }
  }

  private func backReference(_ start: Int, _ scalar: Unicode.Scalar, isInClass: Bool) -> PatternError {
    isInClass
      ? unknownEscape(start, scalar)
      : error("back-references are not supported: a pattern is matched in time linear in the value", at: start)
  }

  private func unknownEscape(_ start: Int, _ scalar: Unicode.Scalar) -> PatternError {
    let isPlain = scalar.value >= 0x20 && scalar.value < 0x7F && !scalar.properties.isAlphabetic
    let shown = VisibleText.escaped(String(scalar), limit: 60)
    return error("'\\\(shown)' is not a valid escape" + (isPlain ? "; write '\(shown)'" : ""), at: start)
  }

  private mutating func parseScalarEscape(
    _ start: Int, _ scalar: Unicode.Scalar, isInClass: Bool
  ) throws(PatternError) -> UInt32 {
    switch scalar {
    case "t": return 0x09
    case "n": return 0x0A
    case "v": return 0x0B
    case "f": return 0x0C
    case "r": return 0x0D
    case "0":
      if let next, ("0"..."9").contains(next) { throw error("octal escapes are not supported", at: start) }
      return 0
    case "c":
      guard let letter = next, letter.value < 128, letter.properties.isAlphabetic else {
        throw error("'\\c' wants a letter", at: start)
      }
      index += 1
      return letter.value % 32
    case "x": return try parseHex(2, start)
    case "u": return try parseUnicode(start)
    case "b" where isInClass: return 0x08
    case "-" where isInClass: return scalar.value
    case "^", "$", "\\", ".", "*", "+", "?", "(", ")", "[", "]", "{", "}", "|", "/": return scalar.value
    default: throw unknownEscape(start, scalar)
    }
  }

  private mutating func parseHex(_ count: Int, _ start: Int) throws(PatternError) -> UInt32 {
    let end = index + count
    guard end <= scalars.count, let value = hexValue(index..<end) else {
      throw error("'\\\(count == 2 ? "x" : "u")' needs \(count) hexadecimal digits", at: start)
    }
    index = end
    return value
  }

  /// Returns the value of hexadecimal digits; nil if one is not a digit, or if there are none or more than eight.
  private func hexValue(_ range: Range<Int>) -> UInt32? {
    Hex.value(String(String.UnicodeScalarView(scalars[range])).utf8)
  }

  /// Parses `\u{1F600}`, `\u00E9` or a surrogate pair.
  private mutating func parseUnicode(_ start: Int) throws(PatternError) -> UInt32 {
    if take("{") {
      guard let end = scalars[index...].firstIndex(of: "}"), let value = hexValue(index..<end),
        Unicode.Scalar(value) != nil
      else { throw error("'\\u{' needs the hexadecimal number of a character and '}'", at: start) }
      index = end + 1
      return value
    }
    let first = try parseHex(4, start)
    guard Unicode.Scalar(first) == nil else { return first }
    if first < 0xDC00, index + 6 <= scalars.count, scalars[index] == "\\", scalars[index + 1] == "u",
      let second = hexValue(index + 2..<index + 6), (0xDC00...0xDFFF).contains(second)
    {
      index += 6
      return 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
    }
    throw error("half of a surrogate pair matches nothing; write '\\u{...}'", at: start)
  }

  private mutating func parseProperty(_ start: Int, isNegated: Bool) throws(PatternError) -> PatternScalarSet {
    guard take("{"), let end = scalars[index...].firstIndex(of: "}") else {
      throw error("a property is written '\\p{L}'", at: start)
    }
    let name = String(String.UnicodeScalarView(scalars[index..<end]))
    guard let test = PatternProperty.named(name) else {
      let isScript = ["Script=", "sc=", "Script_Extensions=", "scx="].contains { name.hasPrefix($0) }
      throw error(
        isScript
          ? "scripts are not supported in '\\p{...}'; write the characters' ranges"
          : "unknown property '\(VisibleText.escaped(name, limit: 60))'; general categories such as 'L' and 'Lu', and "
            + "'Alphabetic', are supported",
        at: start)
    }
    index = end + 1
    return PatternScalarSet(having: test, isNegated: isNegated)
  }

  /// Parses a class after its `[`, including the `]`.
  private mutating func parseClass(_ start: Int) throws(PatternError) -> PatternScalarSet {
    let isNegated = take("^")
    var set = PatternScalarSet()
    while !take("]") {
      guard next != nil else { throw error("'[' without ']'", at: start) }
      let atomStart = index
      let low = try parseAtom()
      // A hyphen at either end of a class is literal.
      guard next == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else {
        set.insert(low)
        continue
      }
      index += 1
      // A set such as `\d` has no order.
      guard let first = low.onlyScalar, let last = try parseAtom().onlyScalar else {
        throw error("a range needs one character at each end; write '\\-' for a hyphen", at: atomStart)
      }
      guard first <= last else { throw error("the range is out of order", at: atomStart) }
      set.insert(first...last)
    }
    set.seal()
    return isNegated ? set.negated : set
  }

  private mutating func parseAtom() throws(PatternError) -> PatternScalarSet {
    let start = index
    guard let scalar = next else { throw error("'[' without ']'") }
    index += 1
    return scalar == "\\" ? try parseEscape(start, isInClass: true) : PatternScalarSet(scalar.value)
  }
}
