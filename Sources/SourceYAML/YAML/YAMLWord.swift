/// The plain scalars that are no text: null and the booleans in each of their spellings (YAML 1.2, section 10.3.2).
enum YAMLWord: String, Sendable {
  case nothing = "", tilde = "~"
  case null, capitalNull = "Null", upperNull = "NULL"
  case `true`, capitalTrue = "True", upperTrue = "TRUE"
  case `false`, capitalFalse = "False", upperFalse = "FALSE"

  /// The word that the text is, or nil.
  init?(_ text: String) {
    switch text.utf8.first {
    // Most texts are no such word: the longest of them is `false`, and asking for each takes longer than all the rest.
    case nil, UInt8(ascii: "~"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"), UInt8(ascii: "T"),
      UInt8(ascii: "f"), UInt8(ascii: "F"):
      guard text.utf8.count <= 5 else { return nil }
      self.init(rawValue: text)
    default: return nil
    }
  }

  var content: YAMLNode.Content {
    switch self {
    case .nothing, .tilde, .null, .capitalNull, .upperNull: .null
    case .true, .capitalTrue, .upperTrue: .boolean(true)
    case .false, .capitalFalse, .upperFalse: .boolean(false)
    }
  }
}
