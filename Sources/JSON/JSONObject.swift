import CSystem

/// An object's members in their order. Names are told apart by their bytes, as RFC 8259 section 8.3 wants it:
/// Swift's own `==` would take the composed and the decomposed `é` for one name.
package struct JSONObject: Sendable {
  /// One name and its value.
  package typealias Member = (key: String, value: JSONValue)

  /// The members in the order in which they were read or added.
  package private(set) var members: [Member]

  package init() { members = [] }

  /// - Parameter minimumCapacity: how many members it will have, about.
  package init(minimumCapacity: Int) {
    members = []
    members.reserveCapacity(minimumCapacity)
  }

  /// - Parameter members: with distinct names.
  package init(_ members: [(String, JSONValue)]) {
    // The array as it is would be cast at run time, member by member.
    self.members = members.map { (key: $0, value: $1) }
  }

  package var count: Int { members.count }
  package var isEmpty: Bool { members.isEmpty }
  package var keys: [String] { members.map(\.key) }

  /// The value of that name. Setting keeps the place of a present name and appends a new one; nil removes it.
  package subscript(key: String) -> JSONValue? {
    get { position(of: key).map { members[$0].value } }
    set {
      switch (position(of: key), newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append((key, value))
      case (nil, nil): break
      }
    }
  }

  /// Adds a member whose name is known to be new, without looking for it.
  package mutating func append(_ key: String, _ value: JSONValue) { members.append((key, value)) }

  private func position(of key: String) -> Int? {
    members.firstIndex { $0.key.hasSameBytes(as: key) }
  }
}

extension JSONObject: Hashable {
  /// Equal where both hold the same names with equal values, in any order.
  package static func == (one: JSONObject, other: JSONObject) -> Bool {
    guard one.count == other.count else { return false }
    if zip(one.members, other.members).allSatisfy({ $0.key.hasSameBytes(as: $1.key) }) {
      return zip(one.members, other.members).allSatisfy { $0.value == $1.value }
    }
    // By name, without a search for each: hostile input must not cost the square of its size.
    let others = Dictionary(other.members.map { (Array($0.key.utf8), $0.value) }) { first, _ in first }
    return one.members.allSatisfy { others[Array($0.key.utf8)] == $0.value }
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(count) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral members: (String, JSONValue)...) { self.init(members) }
}

extension String {
  /// Whether both are the same UTF-8 bytes: Swift's own `==` takes the composed and the decomposed `é` for one.
  @inlinable
  package func hasSameBytes(as other: String) -> Bool {
    // Most texts differ in their length already, which costs nothing to ask.
    utf8.count == other.utf8.count && hasSameBytes(asEquallyLong: other)
  }

  @usableFromInline
  func hasSameBytes(asEquallyLong other: String) -> Bool {
    let count = utf8.count
    let areSame = utf8.withContiguousStorageIfAvailable { one in
      other.utf8.withContiguousStorageIfAvailable { other in
        guard let one = one.baseAddress, let other = other.baseAddress else { return true }
        return memcmp(one, other, count) == 0
      }
    }
    return (areSame ?? nil) ?? utf8.elementsEqual(other.utf8)
  }
}
