import JSON
import Platform
import Rules
import SourceYAML

extension ValueReader {
  static func list<Element>(
    of section: @autoclosure @escaping @Sendable () -> Section<Element>, kind: String
  ) -> ValueReader
  where Value == [Located<Element>] {
    ValueReader(
      schema: { ["type": "array", "items": .object($0.reference(section()))] },
      read: { node, place, context in
        guard case .sequence(let items) = node.content else {
          return context.refuseType(node, place, expected: "a list of \(kind)s", help: "start each with '- '")
        }
        let section = section()
        return items.enumerated().map { index, item in
          if let key = section.keyAround(item) {
            context.report(
              .missingKey, "\(kind) \(index + 1) has none of its keys",
              help: "put its lines below \(quoted(key + ":"))", at: item.range)
            return Located(nil, of: item)
          }
          let element = section.read(item, .numbered(kind, index + 1), ownerRange: item.range, &context)
          context.noteErrorsOfAliases(in: item)
          return Located(element, of: item)
        }
      })
  }
}

/// A mapping from names to sections, in file order: `rules`, `parameters`.
struct NamedSections<Element>: Sendable {
  /// The term for a section in messages: `rule`.
  let kind: String
  let section: @Sendable () -> Section<Element>
  /// Creates the value of a section, which stores its name.
  let make: @Sendable (_ name: String) -> Element
  let nameSchema: @Sendable () -> JSONObject
  var allowsNull = false
  /// The maximum number of sections; further ones are not read.
  var limit: Int?
  /// The keys beside the mapping, which are no names here.
  var ownerKeys: @Sendable () -> [String] = { [] }
  /// Returns what is wrong with entries that are no sections at all, with a help.
  var refusal: @Sendable ([YAMLNode.Entry]) -> (message: String, help: String)? = { _ in nil }
  /// Reports an invalid name.
  let checkName: @Sendable (String, SourceRange, inout ReadingContext) -> Void

  /// Reads the mapping. An unreadable section has no value.
  var reader: ValueReader<[Named<Element>]> {
    ValueReader(
      schema: { definitions in
        var schema: JSONObject = [
          "type": allowsNull ? ["object", "null"] : "object", "propertyNames": .object(nameSchema()),
          "additionalProperties": .object(definitions.reference(section())),
        ]
        if let limit { schema.append("maxProperties", JSONValue(limit)) }
        return schema
      }, isMapping: true,
      read: { node, place, context in
        if allowsNull, case .null = node.content { return [] }
        guard case .mapping(let entries) = node.content else {
          return context.refuseType(
            node, place, expected: "a mapping of \(kind)s by name", help: listHelp(node, place.key))
        }
        if let (message, help) = refusal(entries) {
          context.hideSecrets(in: node)
          return context.refuse(.wrongType, message, help: help, at: node.range)
        }
        return read(entries, place, &context)
      })
  }

  /// Returns the help with the lines of a mapping for a value that is a list or a name.
  private func listHelp(_ node: YAMLNode, _ key: String) -> String? {
    if case .null = node.content { return "write one below it, or remove the key" }
    var name = node.scalarText
    if case .sequence(let items) = node.content { name = items.first?.scalarText }
    guard let name = name ?? (node.isSequence ? "\(kind)_name" : nil) else { return nil }
    let sample = section().keys.first { $0.sample != nil }.map { "\($0.name): \($0.sample ?? "")" } ?? "..."
    return
      "write each as its name with its keys below\(node.isSequence ? ", without '- '" : ""):"
      + "\n\(key):\n  \(name):\n    \(sample)"
  }

  private func read(
    _ entries: [YAMLNode.Entry], _ place: KeyContext, _ context: inout ReadingContext
  ) -> [Named<Element>] {
    let limit = limit ?? .max
    if entries.count > limit {
      context.report(
        .tooManyEntries, "\(place.subject) has \(entries.count) \(kind)s; at most \(limit) are allowed",
        at: entries[limit].keyRange)
    }
    // The end of the entries that belong below an earlier one and are reported with it.
    var unindentedEnd = 0
    // Whether an entry that is no section was reported. One report explains them all.
    var isMisplaced = false
    // Whether the entries that follow belong below one that was reported.
    var isBelowMisplaced = false
    func element(_ index: Int, _ entry: YAMLNode.Entry) -> Element? {
      guard index < limit, index >= unindentedEnd else { return nil }
      if index > 0, context.reportSecret(entry, below: entries[index - 1]) { return nil }
      let unindented = unindentedKeys(entries, after: index)
      if let misplaced = misplaced(entry, place), unindented == 0 || !entry.value.isMissing {
        if !isMisplaced { context.report(.unknownKey, misplaced.message, help: misplaced.help, at: entry.keyRange) }
        isMisplaced = true
        isBelowMisplaced = entry.value.isMissing
        return nil
      }
      if isBelowMisplaced, !hasKeysOfSection(entry.value) { return nil }
      if let missing = MissingSpace(in: entry.key) {
        context.report(missing, .wrongType, from: entry.keyRange.start)
        return nil
      }
      guard unindented == 0 else {
        unindentedEnd = index + 1 + unindented
        context.reportNotIndented(entry, before: entries[index + 1], count: unindented)
        return nil
      }
      guard context.check(entry.keyRange, { checkName(entry.key, entry.keyRange, &$0) }) else { return nil }
      let element = section().read(
        entry.value, .named(kind, entry.key), from: make(entry.key), ownerRange: entry.keyRange, &context)
      context.noteErrorsOfAliases(in: entry.value)
      // What is missing in it, or was meant as the section below it, was reported.
      return entry.value.isIncomplete ? nil : element
    }
    return entries.enumerated().map { index, entry in Named(entry, element(index, entry)) }
  }

  /// Whether a value can only be meant as one of these sections: `{title: string}`.
  private func isShorthand(_ value: YAMLNode) -> Bool {
    guard let text = value.scalarText, let help = section().shorthandHelp(text) else { return false }
    return help.contains(part: ": \(text)}")
  }

  private func isKey(_ name: String) -> Bool { section().key(named: name) != nil }

  /// Returns the number of keys after an entry, in its column, that belong to it: it is empty, or they are no sections.
  private func unindentedKeys(_ entries: [YAMLNode.Entry], after index: Int) -> Int {
    let next = entries[(index + 1)...]
    switch entries[index].value.content {
    case .null: return next.prefix { isKey($0.key) }.count
    case .mapping: return next.prefix { isKey($0.key) && !hasKeysOfSection($0.value) }.count
    case .boolean, .number, .string, .numberLike, .sequence: return 0
    }
  }

  /// Whether a value is a mapping with a required key of the section, or with any key if the section requires none.
  private func hasKeysOfSection(_ value: YAMLNode) -> Bool {
    guard case .mapping(let inner) = value.content else { return false }
    let keys = section().keys
    let required = keys.filter(\.isRequired)
    return inner.contains { entry in
      (required.isEmpty ? keys : required).contains { $0.name.hasSameBytes(as: entry.key) }
    }
  }

  /// Returns what is wrong with an entry that is a key of the owner, or of a section whose name is missing above it; nil for a
  /// section.
  private func misplaced(_ entry: YAMLNode.Entry, _ place: KeyContext) -> (message: String, help: String)? {
    if case .mapping(let inner) = entry.value.content, inner.contains(where: { isKey($0.key) }) { return nil }
    let ownerKeys = ownerKeys()
    if !ownerKeys.isEmpty, entry.value.scalarText?.isEmpty == false, isKey(entry.key) {
      return (
        "\(quoted(entry.key)) is a key of a \(kind), and the \(kind)'s name is missing above it",
        "write the name and a colon in a line above, and indent its keys by two more spaces"
      )
    }
    guard ownerKeys.contains(where: { $0.hasSameBytes(as: entry.key) }), !isShorthand(entry.value) else { return nil }
    return (
      "\(quoted(entry.key)) is not a \(kind): it is a key beside \(place.subject)",
      "put it in the column of \(place.subject): two fewer spaces"
    )
  }
}
