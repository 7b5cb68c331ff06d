import JSON
import SourceYAML

extension YAMLNode {
  /// The value of that key, where this is a mapping that has it.
  subscript(key: String) -> YAMLNode? { entry(key)?.value }

  /// The entry of that key, where this is a mapping that has it.
  func entry(_ key: String) -> Entry? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.first { $0.key.hasSameBytes(as: key) }
  }

  var items: [YAMLNode] {
    if case .sequence(let items) = content { items } else { [] }
  }

  var entries: [Entry] {
    if case .mapping(let entries) = content { entries } else { [] }
  }
}

extension String {
  /// Whether both hold the same code points; Swift's `==` would take canonically equivalent texts for one.
  func hasSameBytes(as other: String) -> Bool {
    // Most texts differ in their length already, which costs nothing to ask.
    guard utf8.count == other.utf8.count else { return false }
    var (one, other) = (self, other)
    return one.withUTF8 { one in other.withUTF8 { one.elementsEqual($0) } }
  }
}
