import JSON
import Platform
import Rules
import Secrets
import SourceYAML

extension ValueReader where Value == SecretReference {
  /// Reads a secret reference: exactly one of the forms of `SecretSource`.
  static var secretReference: ValueReader {
    ValueReader(
      schema: { $0.reference("secretReference") { _ in SecretReferenceReader.schema } },
      encode: { reference in
        switch reference.value {
        case .text(let text, _): .object([reference.source.key: .string(text)])
        case .command(let command):
          .object(
            JSONObject(
              [(reference.source.key, .array(command.words.map { .string($0) }))]
                + (command.cacheSeconds > 0 ? [("cache", .string(DurationText.write(command.cacheSeconds)))] : [])))
        }
      },
      read: { node, place, context in SecretReferenceReader.read(node, place, &context) })
  }
}

/// A reader for secret references. A value in place of a reference may be the secret itself, so it is neither quoted nor shown
/// in excerpts.
enum SecretReferenceReader {
  private static let keys = SecretSource.all.map(\.key)
  private static let forms = SecretSource.forms
  /// The key for how long a command's secret is kept in memory.
  private static let cacheKey = "cache"
  private static let cache = ValueReader<Int>.duration(0...86_400)

  static var schema: JSONObject {
    [
      "description": "where a secret is kept, never the secret itself",
      "oneOf": .array(
        SecretSource.all.map { source in
          [
            "type": "object", "properties": .object(properties(source)),
            "required": [.string(source.key)], "additionalProperties": false,
          ]
        }),
    ]
  }

  private static func properties(_ source: SecretSource) -> JSONObject {
    var definitions = SchemaDefinitions()
    var value: JSONObject = ["type": "string", "minLength": 1]
    var properties = JSONObject()
    switch source.value {
    case .text(let text):
      if let pattern = text.name?.pattern { value.append("pattern", .string(pattern)) }
    case .program:
      value = ["type": "array", "items": ["type": "string"], "minItems": 1]
      var kept = cache.schema(&definitions)
      kept.append("description", "how long the secret is kept in memory, up to 1d; 0s unless set")
      properties.append(cacheKey, .object(kept))
    }
    value.append("description", .string(source.summary))
    properties.append(source.key, .object(value))
    return properties
  }

  static func read(_ node: YAMLNode, _ place: KeyContext, _ context: inout ReadingContext) -> SecretReference? {
    if isFaulty(node, &context) { return nil }
    guard case .mapping(let entries) = node.content else {
      if case .null = node.content {
        return context.refuse(
          .wrongType, "\(place.subject) must be \(forms), not empty", help: "write \(place.key): {file: PATH}",
          at: node.range)
      }
      if let text = node.scalarText, NamedPath.unexpanded(text) == text {
        context.hide(node.range)
        return context.refuse(
          .inlineSecret, "\(place.subject) must name where the secret is kept; variables are not expanded here",
          help: "write {env: NAME} with the variable's name", at: node.range)
      }
      reportInline(at: node.range, place, &context)
      return nil
    }
    // What is no name and no path may be the secret itself, or hold it at any depth.
    for entry in entries {
      let items = if case .sequence(let items) = entry.value.content { items } else { [YAMLNode]() }
      let isCommand = entry.key.hasSameBytes(as: SecretSource.command.key) && !items.isEmpty
      for node in isCommand ? items : [entry.value] where node.scalarText == nil { context.hide(node.range) }
    }
    func isCache(_ entry: YAMLNode.Entry) -> Bool { entry.key.hasSameBytes(as: cacheKey) }
    let named = entries.filter { SecretSource.named($0.key) != nil }
    for entry in entries where SecretSource.named(entry.key) == nil && !isCache(entry) {
      reportUnknown(entry, isBesideReference: !named.isEmpty, place, &context)
    }
    guard let first = named.first, let source = SecretSource.named(first.key) else {
      if entries.allSatisfy(isCache) {
        context.report(.missingKey, "\(place.subject) names no secret", help: "write one of \(forms)", at: node.range)
      }
      return nil
    }
    if named.count > 1 {
      return context.refuse(
        .conflictingKeys, "\(place.subject) names two places for one secret", help: "keep exactly one of \(forms)",
        at: named[1].keyRange, related: [("the first one", first.keyRange)])
    }
    let written = entries.first(where: isCache)
    switch source.value {
    case .text(let value):
      if let written {
        context.report(
          .conflictingKeys, "'\(cacheKey)' works only with '\(SecretSource.command.key)'",
          help: "remove it: what '\(source.key)' names needs no cache", at: written.keyRange,
          related: [("the place of the secret", first.keyRange)])
      }
      return text(first, source, value, &context).map { SecretReference(source, $0) }
    case .program:
      let cacheSeconds = written.map { self.cacheSeconds($0.value, &context) } ?? 0
      guard let words = words(first, &context), let cacheSeconds else { return nil }
      return .command(CommandSecret(words, cacheSeconds: cacheSeconds))
    }
  }

  /// Whether the parser reported the value, which may be the secret itself.
  private static func isFaulty(_ node: YAMLNode, _ context: inout ReadingContext) -> Bool {
    if node.isFaulty { context.hide(node.range) }
    return node.isFaulty
  }

  private static func cacheSeconds(_ node: YAMLNode, _ context: inout ReadingContext) -> Int? {
    let place = KeyContext(key: cacheKey)
    // Longer text that is no duration may be the secret itself.
    guard let text = node.scalarText, text.utf8.count > 5, DurationText.parse(text) == nil else {
      return cache.read(node, place, &context)
    }
    context.hide(node.range)
    return context.refuse(
      .badDuration, "\(place.subject) must be a duration",
      help: DurationText.meant(by: text).map { "write \($0)" } ?? "write a number and its unit: 30s, 10m, 2h or 1d",
      at: node.range)
  }

  private static func words(_ entry: YAMLNode.Entry, _ context: inout ReadingContext) -> [String]? {
    let wanted = "write each word separately: [pass, show, sequence/save]"
    let itemPlace = KeyContext(key: entry.key, isItem: true, wanted: wanted)
    guard case .sequence(let items) = entry.value.content, !items.isEmpty else {
      context.hide(entry.value.range)
      return context.refuse(
        .wrongType, "'\(entry.key)' must be a list: a program and its arguments",
        help: "it is not run by a shell; " + wanted, at: entry.value.range)
    }
    var words: [String] = []
    for item in items {
      guard let word = context.text(of: item, itemPlace) else { return nil }
      guard !word.utf8.contains(0) else {
        return context.refuse(.badPath, "a command cannot contain a NUL character", at: item.range)
      }
      LookAlikeCheck.check(word, at: item.range, &context)
      words.append(word)
    }
    guard let program = program(items[0], words[0], &context) else { return nil }
    // A program that prints its own arguments can only print a secret that is among them.
    let printsItself = ["echo", "printf"].contains(String(program.split(separator: "/").last ?? ""))
    for (item, word) in zip(items, words).dropFirst()
    where printsItself || word.hasPrefix("sk_") && SecretGuess.isLikely(in: word) {
      let help = "write the command that reads it from where it is kept"
      return refuseSecret(entry.key, help: help, at: item.range, &context)
    }
    return [program] + words.dropFirst()
  }

  private static func program(_ node: YAMLNode, _ word: String, _ context: inout ReadingContext) -> String? {
    guard !word.isEmpty else {
      return context.refuse(
        .emptyValue, "'command' names no program", help: "write its name or its full path", at: node.range)
    }
    if word.utf8.starts(with: "~".utf8) { return context.absolutePath(word, node.range) }
    let isAbsolute = word.utf8.first == UInt8(ascii: "/")
    if !isAbsolute, word.utf8.contains(UInt8(ascii: " ")) {
      return context.refuse(
        .wrongType, "'command' must be a list: a program and its arguments as separate words",
        help: "it is not run by a shell, which would split \(quoted(word)) into words", at: node.range)
    }
    guard isAbsolute || !word.utf8.contains(UInt8(ascii: "/")) else {
      return context.refuse(
        .badPath, "a command's program must be a full path or a plain name, not a relative path",
        help: "it runs in '/'; write the path from '/' or '~/' on", at: node.range)
    }
    return word
  }

  /// Reads the name or path of a secret, and reports a secret in its place.
  private static func text(
    _ entry: YAMLNode.Entry, _ source: SecretSource, _ value: SecretSource.TextValue, _ context: inout ReadingContext
  ) -> String? {
    let range = entry.value.range
    if isFaulty(entry.value, &context) { return nil }
    if let text = entry.value.scalarText, isPastedSecret(text, entry, isPath: value.isPath) {
      let name = value.isPath ? ", with ./ before it if that is its name" : ""
      return refuseSecret(entry.key, help: source.wanted + name, at: range, &context)
    }
    let place = KeyContext(key: entry.key, wanted: source.wanted)
    guard let text = context.nonEmptyText(of: entry.value, place) else { return nil }
    if value.isPath { return context.absolutePath(text, range) }
    guard let name = value.name, !name.isValid(text) else { return text }
    // A value that is not a name may be the secret itself.
    context.hide(range)
    return context.refuse(.badSecretName, name.message, help: name.help, at: range)
  }

  private static func refuseSecret<Value>(
    _ key: String, help: String, at range: SourceRange, _ context: inout ReadingContext
  ) -> Value? {
    context.hide(range)
    return context.refuse(
      .inlineSecret, "'\(key)' contains what looks like the secret itself",
      help: help + InlineSecretCheck.afterSharing, at: range)
  }

  /// Reports an unknown key. A misspelled one is corrected, and a setting beside a reference is none; any other key may be the
  /// secret itself.
  private static func reportUnknown(
    _ entry: YAMLNode.Entry, isBesideReference: Bool, _ place: KeyContext, _ context: inout ReadingContext
  ) {
    context.hide(entry.value.range)
    if let missing = MissingSpace(in: entry.key), keys.contains(missing.key) {
      context.hide(entry.keyRange)
      context.report(missing, .unknownKey, from: entry.keyRange.start)
    } else if let help = suggestion(for: entry.key, among: keys + [cacheKey])
      ?? (isBesideReference && isSetting(entry)
        ? "remove it; the keys here are \(alternatives(keys + [cacheKey]))" : nil)
    {
      context.report(
        .unknownKey, "unknown key \(quoted(entry.key)) in \(place.subject)", help: help, at: entry.keyRange)
    } else if case .null = entry.value.content {
      reportInline(at: entry.keyRange, place, &context)
    } else {
      context.hide(entry.keyRange)
      reportInline(at: entry.value.range, place, &context)
    }
  }

  /// Whether an entry is like `mode: 600`, `ttl: 10m` and `required: true`: a word with a value too short for a secret.
  private static func isSetting(_ entry: YAMLNode.Entry) -> Bool {
    guard let text = entry.value.scalarText, text.utf8.count < SecretScrubber.minLength, entry.key.utf8.count <= 16,
      entry.key.utf8.allSatisfy({ 0x61...0x7A ~= $0 || $0 == UInt8(ascii: "_") })
    else { return false }
    return ["true", "false"].contains(text) || JSONNumber(text) != nil || DurationText.parse(text) != nil
  }

  /// Whether the text is a secret in place of its name or path. A number would be quoted back and is not a name either; a file
  /// reference with a slash is a path.
  private static func isPastedSecret(_ text: String, _ entry: YAMLNode.Entry, isPath: Bool) -> Bool {
    if case .number = entry.value.content { return true }
    if isPath, text.utf8.contains(UInt8(ascii: "/")) { return false }
    return SecretGuess.isLikely(in: text) || isPath && SecretGuess.isUUID(text.utf8)
  }

  private static func reportInline(at range: SourceRange, _ place: KeyContext, _ context: inout ReadingContext) {
    context.hide(range)
    context.report(
      .inlineSecret, "\(place.subject) is in the file itself; it must name where the secret is kept",
      help: "put the secret into a file with mode 600 or an environment variable and write \(forms)"
        + InlineSecretCheck.afterSharing, at: range)
  }
}
