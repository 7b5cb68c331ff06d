/// What stands in `\p{...}` (ECMA-262, UnicodePropertyValueExpression): a general category or a binary property.
/// Scripts are not among them: the Swift standard library does not know scripts.
struct PatternProperty: Sendable {
  private let test: @Sendable (Unicode.Scalar.Properties, Unicode.Scalar) -> Bool

  func contains(_ scalar: Unicode.Scalar) -> Bool { test(scalar.properties, scalar) }

  /// - Parameter expression: `Lu`, `Uppercase_Letter`, `General_Category=Lu`, `gc=Lu` or `Alphabetic`; nil for any other.
  init?(_ expression: String) {
    let parts = expression.utf8.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false).map {
      String(Substring($0))
    }
    if parts.count == 2 {
      guard parts[0] == "gc" || parts[0] == "General_Category" else { return nil }
    } else if parts.count == 1, let test = PatternProperty.binary[expression] {
      self.test = test
      return
    }
    guard let name = parts.last, let categories = PatternProperty.categories(named: name) else { return nil }
    test = { properties, _ in categories.contains(properties.generalCategory) }
  }

  /// The general categories that a short or long name stands for; `L` and `Letter` for all that start with L.
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

  /// The binary properties of ECMA-262's table that people use.
  private static let binary: [String: @Sendable (Unicode.Scalar.Properties, Unicode.Scalar) -> Bool] = [
    "Any": { _, _ in true }, "ASCII": { _, scalar in scalar.value < 128 },
    "Alphabetic": { properties, _ in properties.isAlphabetic }, "Alpha": { properties, _ in properties.isAlphabetic },
    "Uppercase": { properties, _ in properties.isUppercase }, "Upper": { properties, _ in properties.isUppercase },
    "Lowercase": { properties, _ in properties.isLowercase }, "Lower": { properties, _ in properties.isLowercase },
    "White_Space": { properties, _ in properties.isWhitespace }, "space": { properties, _ in properties.isWhitespace },
    "ASCII_Hex_Digit": { properties, _ in properties.isASCIIHexDigit },
    "Hex_Digit": { properties, _ in properties.isHexDigit }, "Dash": { properties, _ in properties.isDash },
    "ID_Start": { properties, _ in properties.isIDStart }, "ID_Continue": { properties, _ in properties.isIDContinue },
    "XID_Start": { properties, _ in properties.isXIDStart },
    "XID_Continue": { properties, _ in properties.isXIDContinue }, "Math": { properties, _ in properties.isMath },
    "Emoji": { properties, _ in properties.isEmoji },
    "Emoji_Presentation": { properties, _ in properties.isEmojiPresentation },
    "Emoji_Modifier": { properties, _ in properties.isEmojiModifier },
    "Emoji_Modifier_Base": { properties, _ in properties.isEmojiModifierBase },
    "Ideographic": { properties, _ in properties.isIdeographic }, "Cased": { properties, _ in properties.isCased },
    "Case_Ignorable": { properties, _ in properties.isCaseIgnorable },
    "Diacritic": { properties, _ in properties.isDiacritic }, "Extender": { properties, _ in properties.isExtender },
    "Quotation_Mark": { properties, _ in properties.isQuotationMark },
    "Default_Ignorable_Code_Point": { properties, _ in properties.isDefaultIgnorableCodePoint },
    "Noncharacter_Code_Point": { properties, _ in properties.isNoncharacterCodePoint },
  ]
}
