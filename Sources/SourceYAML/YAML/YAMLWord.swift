/// The plain scalars that are no text: null and the booleans in each of their spellings (YAML 1.2, section 10.3.2).
enum YAMLWord: String, Sendable {
  case nothing = "", tilde = "~"
  case null, capitalNull = "Null", upperNull = "NULL"
  case `true`, capitalTrue = "True", upperTrue = "TRUE"
  case `false`, capitalFalse = "False", upperFalse = "FALSE"

  /// The word that the text is, or nil.
  init?(_ text: String) {
    // By the first byte, since asking each text for every word takes longer than all the rest.
    switch text.utf8.first {
    case nil: self = .nothing
    case UInt8(ascii: "~") where text == "~": self = .tilde
    case UInt8(ascii: "n") where text == "null": self = .null
    case UInt8(ascii: "N") where text == "Null": self = .capitalNull
    case UInt8(ascii: "N") where text == "NULL": self = .upperNull
    case UInt8(ascii: "t") where text == "true": self = .true
    case UInt8(ascii: "T") where text == "True": self = .capitalTrue
    case UInt8(ascii: "T") where text == "TRUE": self = .upperTrue
    case UInt8(ascii: "f") where text == "false": self = .false
    case UInt8(ascii: "F") where text == "False": self = .capitalFalse
    case UInt8(ascii: "F") where text == "FALSE": self = .upperFalse
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
