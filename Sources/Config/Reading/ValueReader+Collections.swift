import JSON
import Platform
import Rules
import SourceYAML

extension ValueReader {
  /// Reads a mapping from names to sections, in file order: `rules`, `parameters`. An unreadable section has no value.
  /// - Parameters:
  ///   - kind: The term for a section in messages: `rule`.
  ///   - name: The property that stores the key.
  ///   - limit: The maximum number of sections; further ones are not read.
  ///   - ownerKeys: Keys beside the mapping, which are no names here.
  ///   - checkName: Reports an invalid name.
  static func entries<Element: Sendable>(
    of section: @autoclosure @escaping @Sendable () -> Section<Element>, kind: String,
    name: any WritableKeyPath<Element, String> & Sendable,
    nameSchema: @autoclosure @escaping @Sendable () -> JSONObject, allowsNull: Bool = false, limit: Int? = nil,
    ownerKeys: [String] = [], checkName: @escaping @Sendable (String, SourceRange, inout ReadingContext) -> Void
  ) -> ValueReader where Value == [Named<Element>] {
    let setName = access(name)
    var reader = ValueReader(
      type: "mapping of \(kind)s",
      schema: { definitions in
        let section = section()
        var schema: JSONObject = [
          "type": allowsNull ? ["object", "null"] : "object", "propertyNames": .object(nameSchema()),
          "additionalProperties": .object(definitions.reference(section.name, section.schema)),
        ]
        if let limit { schema.append("maxProperties", JSONValue(limit)) }
        return schema
      },
      read: { node, place, context in
        if allowsNull, case .null = node.content { return [] }
        guard case .mapping(let entries) = node.content else {
          context.reportWrongType(
            node, subject: place.subject, expected: "a mapping of \(kind)s by name",
            help: listHelp(node, place.key, kind, section().keys))
          return nil
        }
        let section = section()
        var elements: [Named<Element>] = []
        elements.reserveCapacity(entries.count)
        if let limit, entries.count > limit {
          context.report(
            .tooManyEntries, "\(place.subject) has \(entries.count) \(kind)s; at most \(limit) are allowed",
            at: entries[limit].keyRange)
        }
        var unindented = 0
        var isMisplaced = false
        for index in entries.indices {
          let (name, range, keyRange) = (entries[index].key, entries[index].value.range, entries[index].keyRange)
          var element: Element?
          if index >= limit ?? .max {
          } else if unindented > 0 {
            unindented -= 1
          } else if let misplaced = misplaced(entries[index], place, kind, section.keys, ownerKeys) {
            if !isMisplaced { context.report(.unknownKey, misplaced.message, help: misplaced.help, at: keyRange) }
            isMisplaced = true
          } else if let missing = MissingBlank(in: name.utf8) {
            context.report(missing, .wrongType, from: keyRange.start)
          } else {
            unindented = unindentedKeys(entries, after: index, section.keys)
            if unindented > 0 {
              context.reportNotIndented(entries[index], before: entries[index + 1], count: unindented)
            } else {
              let isText = context.check(keyRange) { checkName(name, keyRange, &$0) }
              var draft = section.initial()
              setName(&draft) { $0 = name }
              if isText {
                let isRead = section.read(
                  entries[index].value, .named(kind, name), ownerRange: keyRange, into: &draft, &context)
                context.noteErrorsOfAliases(in: entries[index].value)
                if isRead { element = consume draft }
              }
            }
          }
          elements.append(Named(name, Located(element, range: range, keyRange: keyRange)))
        }
        return elements
      })
    reader.isMapping = true
    return reader
  }

  /// Returns the number of keys after an empty entry, in its column, that belong to it.
  private static func unindentedKeys<Element>(
    _ entries: [YAMLNode.Entry], after index: Int, _ keys: [Key<Element>]
  ) -> Int {
    guard case .null = entries[index].value.content else { return 0 }
    return entries[(index + 1)...].prefix { entry in keys.contains { $0.name.hasSameBytes(as: entry.key) } }.count
  }

  /// Returns what is wrong with an entry that is a key of the owner, or of a section whose name is missing above it; nil for a
  /// section.
  private static func misplaced<Element>(
    _ entry: YAMLNode.Entry, _ place: ValuePlace, _ kind: String, _ keys: [Key<Element>], _ ownerKeys: [String]
  ) -> (message: String, help: String)? {
    if case .mapping(let entries) = entry.value.content,
      entries.contains(where: { inner in keys.contains { $0.name.hasSameBytes(as: inner.key) } })
    {
      return nil
    }
    if !ownerKeys.isEmpty, entry.value.scalarText?.isEmpty == false,
      keys.contains(where: { $0.name.hasSameBytes(as: entry.key) })
    {
      return (
        "\(quoted(entry.key)) is a key of a \(kind), and the \(kind)'s name is missing above it",
        "write the name and a colon in a line above, and indent its keys by two more spaces"
      )
    }
    guard ownerKeys.contains(where: { $0.hasSameBytes(as: entry.key) }) else { return nil }
    return (
      "\(quoted(entry.key)) is not a \(kind): it is a key beside \(place.subject)",
      "put it in the column of \(place.subject): two fewer spaces"
    )
  }

  /// Returns the help with the lines of a mapping for a value that is a list.
  private static func listHelp<Element>(
    _ node: YAMLNode, _ key: String, _ kind: String, _ keys: [Key<Element>]
  ) -> String? {
    guard case .sequence(let items) = node.content else { return nil }
    let name = items.first?.scalarText ?? "\(kind)_name"
    let sample = keys.first { $0.sample != nil }.map { "\($0.name): \($0.sample ?? "")" } ?? "..."
    return "write each as its name with its keys below, without '- ':\n\(key):\n  \(name):\n    \(sample)"
  }

  /// Reads a list of sections.
  static func list<Element: Sendable>(
    of section: @autoclosure @escaping @Sendable () -> Section<Element>, kind: String
  ) -> ValueReader
  where Value == [Located<Element>] {
    ValueReader(
      type: "list of \(kind)s",
      schema: { definitions in
        let section = section()
        return ["type": "array", "items": .object(definitions.reference(section.name, section.schema))]
      },
      read: { node, place, context in
        guard case .sequence(let items) = node.content else {
          context.reportWrongType(
            node, subject: place.subject, expected: "a list of \(kind)s", help: "start each with '- '")
          return nil
        }
        let section = section()
        return items.enumerated().map { index, item in
          let element = section.read(item, .numbered(kind, index + 1), ownerRange: item.range, &context)
          context.noteErrorsOfAliases(in: item)
          return Located(element, range: item.range, keyRange: item.range)
        }
      })
  }
}
