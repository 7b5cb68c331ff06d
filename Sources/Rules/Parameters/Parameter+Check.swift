package import JSON

extension Parameter {
  /// The value in its normal form, where the parameter takes it.
  /// - Throws: `ArgumentFault` that names the parameter, the value's problem and what is allowed.
  package func check(_ value: JSONValue) throws(ArgumentFault) -> JSONValue {
    do throws(ValueProblem) {
      let normal = try type.kind.normalise(value, constraints)
      guard let choices else { return normal }
      // The declared spelling is what goes on: `1.0` becomes the list's `1`.
      guard let choice = choices.first(where: { isSame($0, normal) }) else {
        throw ValueProblem("is not one of the allowed values")
      }
      return choice
    } catch {
      throw ArgumentFault(
        argument: name, problem: "is \(value.shown()), which \(error.text)", allowed: allowed)
    }
  }

  /// What the parameter takes, in words: `a whole number from 1 to 10`.
  package var allowed: String {
    guard let choices else { return type.kind.allowed(constraints) }
    let shown = choices.prefix(20).map { $0.shown(limit: 80) }.joined(separator: ", ")
    return "one of \(shown)" + (choices.count > 20 ? " and \(choices.count - 20) more" : "")
  }

  /// The parameter as JSON Schema 2020-12, in the keywords that the engines of all clients take. What `check` enforces beyond
  /// them is said in the description, after the owner's words.
  package var publishedSchema: JSONObject {
    let kind = type.kind
    var schema = JSONObject(minimumCapacity: 4)
    schema.append("type", .string(kind.schemaType))
    var sentences = kind.unpublished(constraints)
    let choices = choices
    let isListPublished = choices?.allSatisfy { !($0.stringValue ?? "").isEmpty } ?? false
    if let choices, !isListPublished {
      sentences.append("One of \(choices.map { JSONWriter.text($0) }.joined(separator: ", ")).")
    }
    if let text = ([description].compactMap { $0 } + sentences).joinedSentences {
      schema.append("description", .string(text))
    }
    // Gemini refuses lists that hold numbers or an empty text.
    if let choices, isListPublished { schema.append("enum", .array(choices)) }
    kind.publish(constraints, in: &schema)
    if let defaultValue { schema.append("default", defaultValue) }
    return schema
  }

  /// The values of `enum` in their normal form; one that is wrong in itself stays as written, for the file's check to find.
  private var choices: [JSONValue]? {
    constraints.enumValues?.map { (try? type.kind.normalise($0, constraints)) ?? $0 }
  }

  /// Numbers are the same by value, texts by their bytes.
  private func isSame(_ one: JSONValue, _ other: JSONValue) -> Bool {
    switch (one, other) {
    case (.number(let one), .number(let other)): ExactDecimal(one) == ExactDecimal(other)
    case (.string(let one), .string(let other)): one.utf8.elementsEqual(other.utf8)
    default: one == other
    }
  }
}

extension [String] {
  /// The texts as one, with a period after one that ends without a mark; nil if there are none.
  fileprivate var joinedSentences: String? {
    guard var text = first else { return nil }
    for sentence in dropFirst() {
      let isOpen = text.utf8.last.map { !".!?:;)".utf8.contains($0) } ?? false
      text += (isOpen ? ". " : " ") + sentence
    }
    return text
  }
}
