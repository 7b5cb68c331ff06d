import JSON
import Platform

/// `type: string`: text. Its length is counted in Unicode code points.
struct StringParameter: ParameterKind {
  /// Lengths from this one on are enforced but not published: llama.cpp would refuse the whole request.
  private static let publishedLengthLimit = 2000

  var noun: String { "the value" }

  func takes(_ keyword: ParameterKeyword) -> Bool { keyword == .enum || !keyword.isForNumbers }

  func allowed(_ constraints: Constraints) -> String {
    let shape = constraints.format.map(\.example) ?? "text"
    // A format limits the length itself.
    let isBounded = constraints.minLength != nil || constraints.maxLength != nil
    let least = constraints.minLength ?? 0
    let length = maxLength(constraints)
    let range =
      least == 0
      ? "at most \(length.counted("character"))"
      : least == length ? "exactly \(length.counted("character"))" : "\(least) to \(length.counted("character"))"
    let pattern =
      constraints.pattern.map { " that matches \(VisibleText.escaped($0.anchoredSource, limit: 200))" } ?? ""
    return constraints.format != nil && !isBounded ? shape + pattern : "\(shape) of \(range)\(pattern)"
  }

  func normalize(_ value: JSONValue, _ constraints: Constraints) throws(InvalidValue) -> JSONValue {
    guard case .string(let text) = value else { throw InvalidValue("is not text") }
    let length = text.unicodeScalars.count
    if length < constraints.minLength ?? 0 { throw InvalidValue("has only \(length.counted("character"))") }
    if length > maxLength(constraints) { throw InvalidValue("has \(length.counted("character"))") }
    if let format = constraints.format, !format.matches(text) {
      throw InvalidValue("is not \(format.example)")
    }
    if let pattern = constraints.pattern, !pattern.matches(text) {
      throw InvalidValue("does not match the pattern")
    }
    return value
  }

  func publish(_ constraints: Constraints, in schema: inout JSONObject) {
    if let format = constraints.format { schema.append("format", .string(format.rawValue)) }
    if let least = constraints.minLength, isPublished(least) { schema.append("minLength", JSONValue(least)) }
    if let most = constraints.maxLength, isPublished(most) { schema.append("maxLength", JSONValue(most)) }
    if let pattern = constraints.pattern?.publishedSource { schema.append("pattern", .string(pattern)) }
  }

  func unpublished(_ constraints: Constraints, after description: String?) -> [String] {
    var sentences: [String] = []
    if let least = constraints.minLength, !isPublished(least) {
      sentences.append("At least \(least.counted("character")).")
    }
    let most = maxLength(constraints)
    // A list of values limits the length itself, and so does a format.
    let isLimited = constraints.enumValues != nil || constraints.format != nil && constraints.maxLength == nil
    if !isLimited, !isPublished(most) { sentences.append("At most \(most.counted("character")).") }
    if let pattern = constraints.pattern, pattern.publishedSource == nil {
      sentences.append("Must match the regular expression \(pattern.anchoredSource) (ECMA-262, flag u).")
    }
    return sentences
  }

  private func isPublished(_ length: Int) -> Bool { length < StringParameter.publishedLengthLimit }

  private func maxLength(_ constraints: Constraints) -> Int {
    constraints.maxLength ?? Constraints.defaultMaxLength
  }
}
