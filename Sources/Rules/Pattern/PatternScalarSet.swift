/// A set of Unicode code points: a term of a pattern that consumes one character.
struct PatternScalarSet: Sendable {
  private(set) var ranges: [ClosedRange<UInt32>]
  /// Whether a code point is in a `\p{...}` or `\P{...}` of the set, for each of them.
  private var properties: [PatternProperty.Test] = []
  private(set) var isNegated = false

  init(_ ranges: [ClosedRange<UInt32>] = []) {
    self.ranges = ranges
    seal()
  }

  init(_ scalar: UInt32) { self.init([scalar...scalar]) }

  init(having property: @escaping PatternProperty.Test, isNegated: Bool) {
    self.init()
    properties = [{ property($0) != isNegated }]
  }

  /// ECMA-262 section 22.2.2.9, CharacterClassEscape: `\d` and `\w` are ASCII.
  static let digits = PatternScalarSet([0x30...0x39])
  static let word = PatternScalarSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
  /// ECMA-262 sections 12.2 and 12.3, WhiteSpace and LineTerminator.
  static let space = PatternScalarSet([
    0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
    0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
  ])
  /// The set for `.`: everything except line terminators.
  static let anyButLineEnd = PatternScalarSet([0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029]).negated

  /// The complement of the set.
  var negated: PatternScalarSet {
    var set = self
    set.isNegated.toggle()
    return set
  }

  /// The only code point in the set; nil if there is not exactly one.
  var onlyScalar: UInt32? {
    guard !isNegated, properties.isEmpty, ranges.count == 1, ranges[0].count == 1 else { return nil }
    return ranges[0].lowerBound
  }

  /// Whether the set contains a `\p{...}`.
  var hasProperties: Bool { !properties.isEmpty }

  /// Adds code points while a class is parsed.
  mutating func insert(_ range: ClosedRange<UInt32>) { ranges.append(range) }

  /// Adds one of the sets above or a property; never a negated class.
  mutating func insert(_ set: PatternScalarSet) {
    guard set.isNegated else {
      ranges += set.ranges
      properties += set.properties
      return
    }
    if set.properties.isEmpty {
      ranges += set.complement
    } else {
      properties += set.properties.map { contains in { !contains($0) } }
    }
  }

  /// Sorts and merges the ranges. Called once the set is complete.
  mutating func seal() {
    var joined: [ClosedRange<UInt32>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = joined.last, range.lowerBound <= last.upperBound &+ 1 {
        joined[joined.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    ranges = joined
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    let isListed = ranges.contains { $0.contains(scalar.value) }
    return (isListed || properties.contains { $0(scalar) }) != isNegated
  }

  private var complement: [ClosedRange<UInt32>] {
    var result: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges {
      if range.lowerBound > next { result.append(next...range.lowerBound - 1) }
      next = range.upperBound + 1
    }
    if next <= 0x10FFFF { result.append(next...0x10FFFF) }
    return result
  }
}

/// The content of `\p{...}` (ECMA-262, UnicodePropertyValueExpression): a general category or a binary property. Scripts are
/// not supported because the Swift standard library does not provide them.
enum PatternProperty {
  typealias Test = @Sendable (Unicode.Scalar) -> Bool

  /// Returns whether a code point has the property.
  /// - Parameter expression: `Lu`, `Uppercase_Letter`, `General_Category=Lu`, `gc=Lu` or `Alphabetic`; the result is nil for
  ///   any other.
  static func named(_ expression: String) -> Test? {
    let parts = expression.utf8.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false).map {
      String(Substring($0))
    }
    if parts.count == 2 {
      guard parts[0] == "gc" || parts[0] == "General_Category" else { return nil }
    } else if parts.count == 1, let test = binary[expression] {
      return test
    }
    guard let name = parts.last, let categories = categories(named: name) else { return nil }
    return { categories.contains($0.properties.generalCategory) }
  }

  /// Returns the general categories with that short or long name; `L` and `Letter` mean all that start with L.
  private static func categories(named name: String) -> Set<Unicode.GeneralCategory>? {
    if name == "LC" || name == "Cased_Letter" { return [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter] }
    if let one = categoryNames.first(where: { $0.short == name || $0.long == name }) { return [one.category] }
    guard let group = groupNames.first(where: { $0.short == name || $0.long == name }) else { return nil }
    return Set(categoryNames.filter { $0.short.hasPrefix(group.short) }.map(\.category))
  }

  private static let groupNames: [(short: String, long: String)] = [
    ("L", "Letter"), ("M", "Mark"), ("N", "Number"), ("P", "Punctuation"), ("S", "Symbol"), ("Z", "Separator"),
    ("C", "Other"),
  ]

  /// Unicode Standard Annex 44, table 12.
  private static let categoryNames: [(short: String, long: String, category: Unicode.GeneralCategory)] = [
    ("Lu", "Uppercase_Letter", .uppercaseLetter), ("Ll", "Lowercase_Letter", .lowercaseLetter),
    ("Lt", "Titlecase_Letter", .titlecaseLetter), ("Lm", "Modifier_Letter", .modifierLetter),
    ("Lo", "Other_Letter", .otherLetter), ("Mn", "Nonspacing_Mark", .nonspacingMark),
    ("Mc", "Spacing_Mark", .spacingMark), ("Me", "Enclosing_Mark", .enclosingMark),
    ("Nd", "Decimal_Number", .decimalNumber), ("Nl", "Letter_Number", .letterNumber),
    ("No", "Other_Number", .otherNumber), ("Pc", "Connector_Punctuation", .connectorPunctuation),
    ("Pd", "Dash_Punctuation", .dashPunctuation), ("Ps", "Open_Punctuation", .openPunctuation),
    ("Pe", "Close_Punctuation", .closePunctuation), ("Pi", "Initial_Punctuation", .initialPunctuation),
    ("Pf", "Final_Punctuation", .finalPunctuation), ("Po", "Other_Punctuation", .otherPunctuation),
    ("Sm", "Math_Symbol", .mathSymbol), ("Sc", "Currency_Symbol", .currencySymbol),
    ("Sk", "Modifier_Symbol", .modifierSymbol), ("So", "Other_Symbol", .otherSymbol),
    ("Zs", "Space_Separator", .spaceSeparator), ("Zl", "Line_Separator", .lineSeparator),
    ("Zp", "Paragraph_Separator", .paragraphSeparator), ("Cc", "Control", .control), ("Cf", "Format", .format),
    ("Cs", "Surrogate", .surrogate), ("Co", "Private_Use", .privateUse), ("Cn", "Unassigned", .unassigned),
  ]

  /// The commonly used binary properties of ECMA-262's table.
  private static let binary: [String: Test] = [
    "Any": { _ in true }, "ASCII": { $0.isASCII }, "Alphabetic": { $0.properties.isAlphabetic },
    "Alpha": { $0.properties.isAlphabetic }, "Uppercase": { $0.properties.isUppercase },
    "Upper": { $0.properties.isUppercase }, "Lowercase": { $0.properties.isLowercase },
    "Lower": { $0.properties.isLowercase }, "White_Space": { $0.properties.isWhitespace },
    "space": { $0.properties.isWhitespace }, "ASCII_Hex_Digit": { $0.properties.isASCIIHexDigit },
    "Hex_Digit": { $0.properties.isHexDigit }, "Dash": { $0.properties.isDash },
    "ID_Start": { $0.properties.isIDStart }, "ID_Continue": { $0.properties.isIDContinue },
    "XID_Start": { $0.properties.isXIDStart }, "XID_Continue": { $0.properties.isXIDContinue },
    "Math": { $0.properties.isMath }, "Emoji": { $0.properties.isEmoji },
    "Emoji_Presentation": { $0.properties.isEmojiPresentation }, "Emoji_Modifier": { $0.properties.isEmojiModifier },
    "Emoji_Modifier_Base": { $0.properties.isEmojiModifierBase }, "Ideographic": { $0.properties.isIdeographic },
    "Cased": { $0.properties.isCased }, "Case_Ignorable": { $0.properties.isCaseIgnorable },
    "Diacritic": { $0.properties.isDiacritic }, "Extender": { $0.properties.isExtender },
    "Quotation_Mark": { $0.properties.isQuotationMark },
    "Default_Ignorable_Code_Point": { $0.properties.isDefaultIgnorableCodePoint },
    "Noncharacter_Code_Point": { $0.properties.isNoncharacterCodePoint },
  ]
}
