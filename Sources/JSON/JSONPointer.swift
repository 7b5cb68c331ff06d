/// A path into a JSON value, as RFC 6901 writes it: `/payload/items/0`.
package struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
  /// The unescaped reference tokens; none means the whole document.
  package let tokens: [String]

  package init(tokens: [String] = []) { self.tokens = tokens }

  /// The pointer to a member or element below this one.
  package func appending(_ token: String) -> JSONPointer { JSONPointer(tokens: tokens + [token]) }

  package var description: String {
    tokens.map { token in
      "/" + token.unicodeScalars.map { $0 == "~" ? "~0" : $0 == "/" ? "~1" : String($0) }.joined()
    }.joined()
  }
}
