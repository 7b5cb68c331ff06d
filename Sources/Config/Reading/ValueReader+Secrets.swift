import JSON
import Rules
import Secrets
import SourceYAML

extension ValueReader where Value == SecretReference {
  /// Where a secret is kept: exactly one of `{env: NAME}`, `{file: PATH}`, `{credential: NAME}`.
  static var secretReference: ValueReader {
    ValueReader(
      type: "secret reference",
      schema: { $0.reference("secretReference") { _ in SecretReferenceReader.schema } },
      encode: { reference in
        switch reference {
        case .environment(let name): ["env": .string(name)]
        case .file(let path): ["file": .string(path)]
        case .credential(let name): ["credential": .string(name)]
        }
      },
      read: { node, place, context in SecretReferenceReader.read(node, place, &context) })
  }
}

/// Reads secret references. Whatever stands in the place of one may be the secret itself, so nothing of it is quoted, and
/// excerpts leave it out.
enum SecretReferenceReader {
  private static let kinds = ["env", "file", "credential"]
  private static let forms = "{env: NAME}, {file: PATH} or {credential: NAME}"

  static var schema: JSONObject {
    [
      "description": "where a secret is kept, never the secret itself",
      "oneOf": .array(
        kinds.map { kind in
          [
            "type": "object", "properties": .object(JSONObject([(kind, ["type": "string", "minLength": 1])])),
            "required": [.string(kind)], "additionalProperties": false,
          ]
        }),
    ]
  }

  static func read(_ node: YAMLNode, _ place: ValuePlace, _ context: inout ReadingContext) -> SecretReference? {
    guard case .mapping(let entries) = node.content else {
      if case .null = node.content {
        context.report(.wrongType, "\(place.subject) must be \(forms), not empty", at: node.range)
        return nil
      }
      reportInline(at: node.range, place, &context)
      return nil
    }
    func isKnown(_ index: Int) -> Bool { kinds.contains { $0.hasSameBytes(as: entries[index].key) } }
    for index in entries.indices where !isKnown(index) { reportUnknown(entries[index], place, &context) }
    guard let first = entries.indices.first(where: isKnown) else {
      if entries.isEmpty {
        context.report(.missingKey, "\(place.subject) names no secret", help: "write one of \(forms)", at: node.range)
      }
      return nil
    }
    if let second = entries.indices.dropFirst(first + 1).first(where: isKnown) {
      context.report(
        .conflictingKeys, "\(place.subject) names two places for one secret", help: "keep exactly one of \(forms)",
        at: entries[second].keyRange, related: [("the first one", entries[first].keyRange)])
    }
    return reference(entries[first], place, &context)
  }

  private static func reference(
    _ entry: YAMLNode.Entry, _ place: ValuePlace, _ context: inout ReadingContext
  ) -> SecretReference? {
    let valuePlace = ValuePlace(key: entry.key, owner: place.owner)
    if let text = entry.value.scalarText, isPastedSecret(text, entry) {
      reportPasted(entry, &context)
      return nil
    }
    guard let text = context.nonEmptyText(of: entry.value, valuePlace) else { return nil }
    switch entry.key {
    case "env":
      guard isEnvironmentName(text) else {
        // What is no name may be the secret itself.
        context.hide(entry.value.range)
        context.report(
          .badSecretName, "'env' must be the name of an environment variable: letters, digits and underscores",
          help: "write the variable's name, not its value and without '$'", at: entry.value.range)
        return nil
      }
      return .environment(text)
    case "file":
      return context.absolutePath(text, entry.value.range).map { .file($0) }
    default:
      guard !text.utf8.contains(UInt8(ascii: "/")), text != ".", text != ".." else {
        context.report(
          .badSecretName, "'credential' must be a plain file name under $CREDENTIALS_DIRECTORY",
          help: "for a path use {file: PATH}", at: entry.value.range)
        return nil
      }
      return .credential(text)
    }
  }

  /// A misspelt kind is told so; any other key may be the secret, or stand before it.
  private static func reportUnknown(_ entry: YAMLNode.Entry, _ place: ValuePlace, _ context: inout ReadingContext) {
    context.hide(entry.value.range)
    if let help = didYouMean(entry.key, kinds) {
      context.report(
        .unknownKey, "unknown key \(quoted(entry.key)) in \(place.subject)", help: help, at: entry.keyRange)
    } else if case .null = entry.value.content {
      reportInline(at: entry.keyRange, place, &context)
    } else {
      context.hide(entry.keyRange)
      reportInline(at: entry.value.range, place, &context)
    }
  }

  /// Whether the secret stands where its name or path belongs. A number would be quoted back, and is no name either; a text
  /// with a folder in it is a path.
  private static func isPastedSecret(_ text: String, _ entry: YAMLNode.Entry) -> Bool {
    if case .number = entry.value.content { return true }
    if entry.key == "file", text.utf8.contains(UInt8(ascii: "/")) { return false }
    return SecretGuess.isLikely(in: text)
  }

  private static func reportPasted(_ entry: YAMLNode.Entry, _ context: inout ReadingContext) {
    let wanted =
      switch entry.key {
      case "env": "write the NAME of the environment variable"
      case "file": "write the PATH of the file, with ./ before it if that is its name"
      default: "write the NAME of the credential"
      }
    context.hide(entry.value.range)
    context.report(
      .inlineSecret, "'\(entry.key)' holds what looks like the secret itself",
      help: wanted + "; if the file was ever shared, make a new secret", at: entry.value.range)
  }

  private static func reportInline(at range: SourceRange, _ place: ValuePlace, _ context: inout ReadingContext) {
    context.hide(range)
    context.report(
      .inlineSecret, "\(place.subject) stands in the file itself instead of naming where the secret is kept",
      help: "put the secret into a file with mode 600 or an environment variable and write \(forms); "
        + "if the file was ever shared, make a new secret",
      at: range)
  }

  private static func isEnvironmentName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return text.utf8.allSatisfy { byte in
      byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
    }
  }
}
