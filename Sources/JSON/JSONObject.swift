import Platform

/// The ordered members of an object. Names are compared by their bytes (RFC 8259 section 8.3).
package struct JSONObject: Sendable {
  /// A name and its value.
  package typealias Member = (key: String, value: JSONValue)

  /// The members in the order they were read or added.
  package private(set) var members: [Member]

  package init() { members = [] }

  /// - Parameter members: Must have distinct names.
  package init(_ members: [(String, JSONValue)]) {
    // Assigning the array directly would cast each member at run time.
    self.members = members.map { (key: $0, value: $1) }
  }

  /// - Parameter members: Must have distinct names.
  package init(members: [Member]) { self.members = members }

  package var count: Int { members.count }
  package var isEmpty: Bool { members.isEmpty }
  package var keys: [String] { members.map(\.key) }

  /// The value with that name. Setting replaces an existing member in place or appends a new one; nil removes it.
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

  /// Appends a member without checking whether its name already exists. The name must be new.
  package mutating func append(_ key: String, _ value: JSONValue) { members.append((key, value)) }

  /// Returns the index of the member with that name.
  func position(of key: String) -> Int? {
    members.firstIndex { $0.key.hasSameBytes(as: key) }
  }
}

extension JSONObject: Hashable {
  /// Whether both contain the same names with equal values, in any order.
  package static func == (one: JSONObject, other: JSONObject) -> Bool {
    guard one.count == other.count else { return false }
    if zip(one.members, other.members).allSatisfy({ $0.key.hasSameBytes(as: $1.key) }) {
      return zip(one.members, other.members).allSatisfy { $0.value == $1.value }
    }
    // A dictionary instead of a search per name: hostile input must not take quadratic time.
    let others = Dictionary(other.members.map { (ByteText($0.key), $0.value) }) { first, _ in first }
    return one.members.allSatisfy { others[ByteText($0.key)] == $0.value }
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(count) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral members: (String, JSONValue)...) { self.init(members) }
}
