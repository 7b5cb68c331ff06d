import JSON
import Rules
import SourceYAML

extension YAMLNode {
  /// The value of that key, where this is a mapping that has it.
  subscript(key: String) -> YAMLNode? {
    guard case .mapping(let entries) = content, let index = entries.index(of: key) else { return nil }
    return entries[index].value
  }

  /// The entry of that key, where this is a mapping that has it.
  func entry(_ key: String) -> Entry? {
    guard case .mapping(let entries) = content, let index = entries.index(of: key) else { return nil }
    return entries[index]
  }

  /// Whether this is a mapping that has that key.
  func has(_ key: String) -> Bool {
    if case .mapping(let entries) = content { entries.index(of: key) != nil } else { false }
  }

  var items: [YAMLNode] {
    if case .sequence(let items) = content { items } else { [] }
  }

  var entries: [Entry] {
    if case .mapping(let entries) = content { entries } else { [] }
  }
}

extension [YAMLNode.Entry] {
  /// Where the entry of that key stands. By position, since a loop over the entries would copy each.
  fileprivate func index(of key: String) -> Int? { indices.first { self[$0].key.hasSameBytes(as: key) } }
}
