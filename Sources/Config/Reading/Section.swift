import JSON
import Platform
import Rules
import Secrets
import SourceYAML

/// A YAML mapping with fixed keys, whose declarations define how it is read. Its value is a class: drafts are large, and
/// copies of them would make large stack frames.
struct Section<Value>: Sendable {
  /// The name in the schema's `$defs`.
  let name: String
  let documentation: String
  /// Creates the value before any key is read. Its properties are the defaults.
  let initial: @Sendable () -> Value
  let keys: [Key<Value>]
  /// Returns the keys that this section lacks but that need more help than "unknown key": those of earlier versions of the
  /// language, and those of a similar section.
  var absentKeys: @Sendable () -> [AbsentKey] = { [] }
  /// Returns where an unknown key belongs, such as one of the mapping around this one that is indented too far.
  var elsewhere: @Sendable (YAMLNode.Entry) -> String? = { _ in nil }
  /// The help for a text in place of the mapping; nil lists the keys.
  var shorthandHelp: @Sendable (_ text: String) -> String? = { _ in nil }
  /// Whether keys that start with `x-` are ignored.
  var allowsExtensions = false
  /// Additional keywords of the JSON Schema.
  var keywords: @Sendable () -> [(String, JSONValue)] = { [] }
  /// Derives values and runs checks after all keys are read.
  var finish: @Sendable (Value, SectionScope, inout ReadingContext) -> Void = { _, _, _ in }

  /// Returns the value with every key that could be read; nil if the node is not a mapping.
  /// - Parameters:
  ///   - start: Default: `initial()`.
  ///   - ownerRange: The range where a missing key is reported.
  func read(
    _ node: YAMLNode, _ place: KeyOwner, from start: Value? = nil, ownerRange: SourceRange,
    _ context: inout ReadingContext
  ) -> Value? {
    guard !node.isFaulty else { return nil }
    guard case .mapping(let entries) = node.content else {
      reportOtherType(node, place, &context)
      return nil
    }
    let value = start ?? initial()
    let misspelled = readKeys(entries, place, into: value, &context)
    let scope = SectionScope(
      place: place, ownerRange: ownerRange, range: node.range, entries: entries, misspelled: misspelled,
      isIncomplete: node.isIncomplete || entries.contains { $0.key == "<<" })
    reportMissingKeys(scope, &context)
    context.noteErrorsOfAliases(in: node)
    finish(value, scope, &context)
    return value
  }

  private func reportOtherType(_ node: YAMLNode, _ place: KeyOwner, _ context: inout ReadingContext) {
    // The secret itself may have been written in place of a mapping that names it.
    if keys.contains(where: { SecretGuess.isSecretKey($0.name) }) { context.hide(node.range) }
    let missing = node.scalarText.flatMap { MissingSpace(in: $0) }
    if let missing, key(named: missing.key) != nil {
      return context.report(missing, .wrongType, from: node.range.start)
    }
    context.reportWrongType(
      node, subject: place.description, expected: "a mapping of keys",
      help: node.scalarText.flatMap(shorthandHelp)
        ?? (node.isSequence ? "write its keys without brackets and '- '; they are " : "its keys are ") + keyNames)
  }

  /// Reads the entries into the value and reports those that are no keys.
  /// - Returns: The keys that misspelled ones were probably meant to be.
  private func readKeys(
    _ entries: [YAMLNode.Entry], _ place: KeyOwner, into value: Value, _ context: inout ReadingContext
  ) -> [String] {
    var misspelled: [String] = []
    // The end of the keys that belong below an earlier one and are reported with it.
    var unindentedEnd = 0
    for (index, entry) in entries.enumerated() {
      if let key = key(named: entry.key) {
        var isUsable = !entry.value.isFaulty
        let unindented = key.isMapping ? unindentedCount(entries, after: index) : 0
        if unindented > 0 {
          unindentedEnd = index + 1 + unindented
          if isUsable { context.reportNotIndented(entry, before: entries[index + 1], count: unindented) }
          isUsable = false
        }
        key.read(entry, isUsable, value, &context)
      } else if !isExtension(entry), index >= unindentedEnd {
        unindentedEnd = index + 1 + unknownCount(entries, below: index)
        let previous = index > 0 ? entries[index - 1] : nil
        guard let name = reportUnknown(entry, below: previous, place, &context) else { continue }
        misspelled.append(name)
        // Checks treat the key that was meant as unreadable, not as absent.
        if let meant = key(named: name), !entries.contains(where: { $0.key.hasSameBytes(as: name) }) {
          meant.read(entry, false, value, &context)
        }
      }
    }
    return misspelled
  }

  /// Reports the required keys that no entry has, unless a misspelling that was reported explains it.
  private func reportMissingKeys(_ scope: SectionScope, _ context: inout ReadingContext) {
    let isOtherFile = scope.misspelled.contains { name in absentKeys().contains { $0.isOfOtherFile && $0.name == name }
    }
    if isOtherFile { return }
    for key in keys where key.isRequired && scope.lacks(key.name) && !scope.sets(key.name) {
      context.report(
        .missingKey, "\(scope.place.description) is missing the key \(quoted(key.name))",
        help: "add the line: \(key.name): \(key.sample ?? "...")", at: scope.ownerRange)
    }
  }

  func key(named name: String) -> Key<Value>? { keys.first { $0.name.hasSameBytes(as: name) } }

  func help(forAbsent entry: YAMLNode.Entry) -> String? {
    absentKeys().first { $0.name.hasSameBytes(as: entry.key) }?.help(entry.value.scalarText)
  }

  private func isExtension(_ entry: YAMLNode.Entry) -> Bool {
    allowsExtensions && entry.key.utf8.starts(with: "x-".utf8)
  }

  /// Returns the number of unknown keys after an empty one, in its column, which therefore belong below it.
  private func unindentedCount(_ entries: [YAMLNode.Entry], after index: Int) -> Int {
    guard case .null = entries[index].value.content, entries[index].value.scalarText?.isEmpty ?? true else { return 0 }
    return entries[(index + 1)...].prefix { isForeign($0) }.count
  }

  /// Returns the number of unknown keys in the lines below an unknown key without a value. They belong to it, if it is the
  /// heading of another mapping.
  private func unknownCount(_ entries: [YAMLNode.Entry], below index: Int) -> Int {
    guard entries[index].value.isMissing else { return 0 }
    let column = entries[index].keyRange.start.column
    return entries[(index + 1)...].prefix { key(named: $0.key) == nil && $0.keyRange.start.column == column }.count
  }

  /// Whether the key is unknown and not a misspelling.
  private func isForeign(_ entry: YAMLNode.Entry) -> Bool {
    key(named: entry.key) == nil && !isExtension(entry) && entry.key.utf8.allSatisfy { $0 < 0x80 }
      && nearest(to: entry.key, keys.map(\.name)) == nil
  }

  /// Returns the required key whose value was written in place of the mapping; nil if any of its keys belongs to the section.
  func keyAround(_ node: YAMLNode) -> String? {
    guard case .mapping(let entries) = node.content, !entries.isEmpty, entries.allSatisfy(isForeign) else { return nil }
    return keys.first(where: \.isRequired)?.name
  }

  private var keyNames: String { keys.map(\.name).joined(separator: ", ") }

  /// - Returns: The key that was most likely meant.
  private func reportUnknown(
    _ entry: YAMLNode.Entry, below previous: YAMLNode.Entry?, _ place: KeyOwner, _ context: inout ReadingContext
  ) -> String? {
    if context.isFull {
      context.noteCut()
      context.hideInlineSecret(entry.value)
      return nil
    }
    // A number or a boolean as a key was reported.
    if JSONNumber(entry.key) != nil || ["true", "false"].contains(entry.key.lowercased()),
      context.hasError(in: entry.keyRange)
    {
      return nil
    }
    if let missing = MissingSpace(in: entry.key), key(named: missing.key) != nil {
      if SecretGuess.isSecretKey(missing.key) { context.hide(entry.keyRange) }
      context.report(missing, .unknownKey, from: entry.keyRange.start)
      return missing.key
    }
    if let name = keyWithoutColon(entry) {
      if SecretGuess.isSecretKey(name) {
        context.hideInlineSecret(entry.value)
        context.hide(entry.keyRange)
      }
      context.report(
        .unknownKey, "there is no colon after \(quoted(name))", help: "write \(name): with a space, then its value",
        at: entry.keyRange)
      return name
    }
    let nearest = nearest(to: entry.key, keys.map(\.name))
    if SecretGuess.isSecretKey(entry.key) || nearest.map(SecretGuess.isSecretKey) == true {
      context.hideInlineSecret(entry.value)
    } else {
      context.hideSecrets(in: entry.value)
    }
    let absent =
      entry.key == "<<"
      ? "write << without quotes: only then it merges"
      : help(forAbsent: entry) ?? elsewhere(entry)
    if absent ?? nearest == nil, let previous, context.reportSecret(entry, below: previous) { return nil }
    context.report(
      .unknownKey, "unknown key \(quoted(entry.key)) in \(place.description)",
      help: absent ?? nearest.map(Suggestion.question) ?? "the keys here are \(keyNames)", at: entry.keyRange)
    return absent == nil ? nearest : entry.key
  }

  /// Returns the key of `{per_day 100}` and `{per_day=100}`, which are keys without a value, and of `confirm = {above: 100}`,
  /// whose colon is that of the value.
  private func keyWithoutColon(_ entry: YAMLNode.Entry) -> String? {
    let name = String(entry.key.prefix { !" \t=;".contains($0) })
    guard name.utf8.count < entry.key.utf8.count, key(named: name) != nil else { return nil }
    if case .null = entry.value.content { return name }
    return entry.key.contains { "={[".contains($0) } ? name : nil
  }
}

/// A key that a section does not have although its writer had a reason to expect it.
struct AbsentKey: Sendable {
  let name: String
  /// Whether it shows that the whole file is another one, which lacks the required keys.
  var isOfOtherFile = false
  /// Returns the help for the text of its value; nil for a value that is not a scalar.
  let help: @Sendable (String?) -> String

  /// Keys of a subsection.
  static func keys(_ names: [String], below section: String) -> [AbsentKey] {
    names.map { name in AbsentKey(name: name) { _ in "it belongs below \(quoted(section))" } }
  }

  /// Every key of a subsection.
  static func keys<Value>(of subsection: Section<Value>, below section: String) -> [AbsentKey] {
    keys(subsection.keys.map(\.name), below: section)
  }
}

/// The owner and the source ranges of a section, for checks after its keys are read.
struct SectionScope: Sendable {
  let place: KeyOwner
  /// The range of the key that owns the section.
  let ownerRange: SourceRange
  /// The range of the section itself.
  let range: SourceRange
  let entries: [YAMLNode.Entry]
  /// The keys that misspelled ones were probably meant to be.
  let misspelled: [String]
  /// Whether a merge key failed or is in quotes, so that its entries are missing.
  let isIncomplete: Bool

  /// Returns the entry of a key; nil if the file does not set it.
  func entry(_ key: String) -> YAMLNode.Entry? { entries.first { $0.key.hasSameBytes(as: key) } }

  /// Whether the file sets a key, misspelled or not.
  func sets(_ key: String) -> Bool { misspelled.contains(key) || entry(key) != nil }

  /// Whether the file sets a key, misspelled or not, in the section itself and not in what it merges.
  func setsItself(_ key: String) -> Bool { misspelled.contains(key) || entry(key)?.isMerged == false }

  /// Whether the absence of these keys is to be reported. False if a reported misspelling or a failed merge key explains it.
  func lacks(_ keys: String...) -> Bool { !isIncomplete && !keys.contains(where: misspelled.contains) }
}

extension ValueReader {
  /// Reads a section below a key. The section is created only if a file has it: few are worth the cost at every start.
  static func section(_ section: @autoclosure @escaping @Sendable () -> Section<Value>) -> ValueReader {
    ValueReader(
      schema: { $0.reference(section()) }, isMapping: true,
      read: { node, place, context in
        section().read(node, .section(place.key), ownerRange: node.range, &context)
      })
  }
}
