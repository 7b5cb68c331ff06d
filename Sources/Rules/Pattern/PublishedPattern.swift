import Platform

/// The form of a pattern in the subset of ECMA-262 that every client's engine supports: both ends anchored, plain groups,
/// ranges for `\d`, `\w` and `\s`, and only escapes that a llama.cpp grammar supports.
enum PublishedPattern {
  /// llama.cpp refuses a whole request whose grammar repeats an element this often.
  private static let repetitionLimit = 2000

  /// Returns the anchored pattern.
  /// - Returns: nil for a pattern with a property, a word boundary, an anchor in the middle, or too many repetitions.
  static func text(of node: PatternNode) -> String? {
    let inner = withoutEdges(node, atStart: true, atEnd: true)
    guard repetitions(inner) < repetitionLimit, let text = text(inner, isGrouped: true) else { return nil }
    return "^" + text + "$"
  }

  /// Returns the pattern without the anchors at its ends, which matching the whole value makes redundant.
  private static func withoutEdges(_ node: PatternNode, atStart: Bool, atEnd: Bool) -> PatternNode {
    switch node {
    case .assertion(.start): return atStart ? .empty : node
    case .assertion(.end): return atEnd ? .empty : node
    case .empty, .scalars, .assertion(.wordBoundary), .assertion(.notWordBoundary), .repeated: return node
    case .alternatives(let alternatives):
      return .alternatives(alternatives.map { withoutEdges($0, atStart: atStart, atEnd: atEnd) })
    case .sequence(var terms):
      for index in terms.indices {
        terms[index] = withoutEdges(terms[index], atStart: atStart, atEnd: false)
        guard case .empty = terms[index] else { break }
      }
      for index in terms.indices.reversed() {
        terms[index] = withoutEdges(terms[index], atStart: false, atEnd: atEnd)
        guard case .empty = terms[index] else { break }
      }
      return .sequence(terms)
    }
  }

  /// Returns the repetitions of the most repeated element, with nested counts multiplied.
  private static func repetitions(_ node: PatternNode) -> Int {
    switch node {
    case .empty, .scalars, .assertion: return 1
    case .sequence(let nodes), .alternatives(let nodes): return nodes.map(repetitions).max() ?? 1
    case .repeated(let body, let minimum, let maximum, _):
      return min(max(maximum ?? minimum, 1), repetitionLimit) * repetitions(body)
    }
  }

  /// - Parameter isGrouped: False if alternatives need a group around them.
  private static func text(_ node: PatternNode, isGrouped: Bool) -> String? {
    switch node {
    case .empty: return ""
    case .scalars(let set): return text(set)
    case .assertion: return nil
    case .sequence(let terms):
      var text = ""
      for term in terms {
        guard let part = self.text(term, isGrouped: terms.count == 1 && isGrouped) else { return nil }
        text += part
      }
      return text
    case .alternatives(let alternatives):
      let texts = alternatives.compactMap { text($0, isGrouped: true) }
      return texts.count == alternatives.count ? "(" + texts.joined(separator: "|") + ")" : nil
    case .repeated(let body, let minimum, let maximum, _):
      guard let inner = text(body, isGrouped: true) else { return nil }
      if inner.isEmpty || maximum == 0 { return "" }
      return atom(body, inner) + quantifier(minimum, maximum)
    }
  }

  /// Returns the text, grouped if necessary, so that a quantifier can follow it.
  private static func atom(_ node: PatternNode, _ text: String) -> String {
    switch node {
    case .scalars, .alternatives: text
    case .sequence(let terms) where terms.count == 1: atom(terms[0], text)
    case .empty, .assertion, .sequence, .repeated: "(" + text + ")"
    }
  }

  private static func quantifier(_ minimum: Int, _ maximum: Int?) -> String {
    switch (minimum, maximum) {
    case (0, nil): "*"
    case (1, nil): "+"
    case (0, 1): "?"
    case (1, 1): ""
    case (let minimum, nil): "{\(minimum),}"
    case (let minimum, let maximum?): minimum == maximum ? "{\(minimum)}" : "{\(minimum),\(maximum)}"
    }
  }

  /// Returns one character or a class of ranges; nil for a set that only `\p{...}` can express.
  private static func text(_ set: PatternScalarSet) -> String? {
    if let only = set.onlyScalar { return escaped(only, isSpecial: isSyntax) }
    if set.isNegated, !set.hasProperties, set.ranges == PatternScalarSet.anyButLineEnd.ranges { return "." }
    guard !set.hasProperties, !set.ranges.isEmpty else { return nil }
    let caret = UInt32(UInt8(ascii: "^"))
    let hyphen = UInt32(UInt8(ascii: "-"))
    var body = ""
    // A caret that is not first and a hyphen that is last need no backslash.
    var trailing: Set<UInt32> = []
    for range in set.ranges {
      var (low, high) = (range.lowerBound, range.upperBound)
      while low <= high, low == caret || low == hyphen {
        trailing.insert(low)
        low += 1
      }
      while high > low, high == caret || high == hyphen {
        trailing.insert(high)
        high -= 1
      }
      guard low <= high else { continue }
      guard let first = escaped(low, isSpecial: isClassSyntax), let last = escaped(high, isSpecial: isClassSyntax)
      else { return nil }
      body += low == high ? first : high == low + 1 ? first + last : first + "-" + last
    }
    let hasCaret = trailing.contains(caret)
    let hasHyphen = trailing.contains(hyphen)
    if hasCaret, hasHyphen, body.isEmpty, !set.isNegated {
      body = "-^"
    } else {
      body += (hasCaret ? "^" : "") + (hasHyphen ? "-" : "")
    }
    return (set.isNegated ? "[^" : "[") + body + "]"
  }

  private static func isSyntax(_ byte: UInt8) -> Bool { "^$.[](){}|*+?\\".utf8.contains(byte) }
  private static func isClassSyntax(_ byte: UInt8) -> Bool { "[]\\".utf8.contains(byte) }

  /// - Returns: nil for a character that only `\u{...}` can express.
  private static func escaped(_ value: UInt32, isSpecial: (UInt8) -> Bool) -> String? {
    guard let scalar = Unicode.Scalar(value) else { return nil }
    switch value {
    case 0x09: return "\\t"
    case 0x0A: return "\\n"
    case 0x0D: return "\\r"
    case 0x20..<0x7F: return (isSpecial(UInt8(value)) ? "\\" : "") + String(scalar)
    default: break
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter, .decimalNumber, .letterNumber,
      .otherNumber, .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .otherSymbol:
      return String(scalar)
    default:
      guard value <= 0xFFFF else { return nil }
      return "\\u" + Hex.digits(UInt64(value), count: 4)
    }
  }
}
