import JSON

/// The tags that the core schema knows. One that agrees with its node changes nothing; `!!str` makes any scalar a string.
enum YAMLTag: String {
  case string = "str"
  case integer = "int"
  case float, boolean = "bool", null
  case sequence = "seq"
  case mapping = "map"
  case merge

  private static let prefix = "tag:yaml.org,2002:"

  /// The known tag of that full name.
  init?(fullName: String) {
    guard fullName.utf8.starts(with: YAMLTag.prefix.utf8) else { return nil }
    self.init(rawValue: String(fullName.utf8.dropFirst(YAMLTag.prefix.utf8.count)) ?? "")
  }

  /// The scalar's content under this tag, or nil where the two disagree.
  func content(of text: String) -> YAMLNode.Content? {
    let content = YAMLScalar.content(ofPlain: text)
    switch (self, content) {
    case (.string, _): return .string(text)
    case (.null, .null), (.boolean, .boolean), (.float, .number), (.float, .numberLike), (.integer, .numberLike):
      return content
    case (.integer, .number(let number)):
      return number.text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || $0 &- 0x30 < 10 } ? content : nil
    case (.merge, .string("<<")): return content
    default: return nil
    }
  }
}
