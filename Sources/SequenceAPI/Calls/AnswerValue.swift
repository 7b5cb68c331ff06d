import JSON
import Platform
import Rules

/// A value of an answer. What decides about an outcome is judged as it was sent, so that no secret that equals one of the API's
/// words can change it. What is shown or kept is scrubbed first, whole: a secret cut by a limit would leave a prefix that the
/// scrubber does not recognize.
///
/// Where the service deviates from its documentation, the service wins: a missing member is nil, an unknown word is kept, and
/// only an answer without the requested object or list is a fault.
struct AnswerValue {
  /// The value with its secrets. Only for comparisons.
  let sent: JSONValue
  private let scrub: @Sendable (String) -> String

  /// - Parameter scrub: Removes secrets from a text.
  init(_ sent: JSONValue, scrub: @escaping @Sendable (String) -> String) {
    self.sent = sent
    self.scrub = scrub
  }

  /// The member with that name; nil if this is not an object or has no such member.
  subscript(name: String) -> AnswerValue? { sent[name].map { AnswerValue($0, scrub: scrub) } }

  /// The elements of an array.
  var elements: [AnswerValue]? { sent.arrayValue?.map { AnswerValue($0, scrub: scrub) } }

  /// The objects in an array.
  var objects: [AnswerValue]? { elements?.filter { $0.sent.objectValue != nil } }

  /// The word that was sent. Only for comparisons.
  var word: String { sent.stringValue ?? "" }

  // MARK: Without secrets

  var json: JSONValue { sent.scrubbed(by: scrub) }

  /// Nil if it is not a number, or contains a secret.
  var number: JSONNumber? {
    sent.numberValue.flatMap { scrub($0.text).hasSameBytes(as: $0.text) ? $0 : nil }
  }

  /// Nil if it is not a text, or is empty.
  var text: String? { sent.stringValue.flatMap { $0.isEmpty ? nil : scrub($0) } }

  /// A text, or the JSON of any other value.
  var shown: String { sent.stringValue.map(scrub) ?? JSONWriter.text(json) }

  /// An id: a text, or a number in its original digits.
  var id: String? { text ?? sent.numberValue.map { scrub($0.text) } }

  /// The result for a number that does not fit.
  static let tooLarge = Int64.max

  /// The value as a whole number: `1000`, `1000.00` and `1e3` are equal, and a number over `Int64.max` is `tooLarge`. nil for a
  /// fraction, text that is not a number, or a number below `Int64.min`.
  var cents: Int64? {
    guard let number = number ?? text.flatMap({ JSONNumber($0) }) else { return nil }
    let decimal = ExactDecimal(number)
    guard decimal.isWhole else { return nil }
    return decimal.wholeText.flatMap { Int64($0) } ?? (decimal < ExactDecimal(0) ? nil : AnswerValue.tooLarge)
  }

  /// An amount of money in cents, at least 0 and at most `Money.maximum`; nil for any other value.
  var amount: Int64? { cents.flatMap { 0...Money.maximum.cents ~= $0 ? $0 : nil } }

  // MARK: Objects and lists that must be there

  /// What an answer lacks, as a message for the user.
  struct Fault: Error, Equatable {
    let message: String
  }

  /// The `data` object of an answer.
  func data() throws(Fault) -> AnswerValue {
    let data = self["data"]
    guard let data, data.sent.objectValue != nil else { throw Fault(missing: "data", found: data) }
    return data
  }

  /// The list with that name in the `data` of an answer.
  func list(_ name: String) throws(Fault) -> [AnswerValue] {
    let list = try data()[name]
    guard let elements = list?.elements else { throw Fault(missing: "data.\(name)", found: list) }
    return elements
  }

  // MARK: Outcomes

  /// The object and its `data`, which may each say what came of a request.
  private var parts: [AnswerValue] { [self] + (self["data"].map { [$0] } ?? []) }

  /// Whether the answer or its `data` reports a failure.
  var hasFailure: Bool { parts.contains(where: \.reportsFailure) }

  /// Whether a member of the object reports a failure. Messages are prose, so they prove nothing.
  var reportsFailure: Bool {
    let nothing: [JSONValue] = [.null, .bool(false), 0, "", [], [:]]
    return sent.objectValue?.members.contains { name, value in
      switch AnswerValue.normalizedName(name) {
      case "error", "errors", "errorcode", "errormessage", "failed", "failure", "iserror", "fault", "exception":
        !nothing.contains(value)
      case "ok", "success": value != .null && value != .bool(true)
      case "accepted", "triggered", "executed": AnswerValue.says(false, value)
      case "status", "statuscode": AnswerValue.isFailureStatus(value)
      default: false
      }
    } ?? false
  }

  /// Whether the answer or its `data` reports an acceptance, by the id of a run or in so many words. A refused request may
  /// have an id, too.
  var hasAcceptance: Bool {
    self["data"]?["executionId"]?.isID == true
      || parts.flatMap { $0.sent.objectValue?.members ?? [] }.contains { name, value in
        switch AnswerValue.normalizedName(name) {
        case "ok", "success", "accepted", "triggered", "executed": AnswerValue.says(true, value)
        case "status":
          AnswerValue.says(true, value) || AnswerValue.acceptanceWords.contains(value.stringValue?.lowercased() ?? "")
        default: false
        }
      }
  }

  /// Whether it is an id, and no placeholder for none.
  var isID: Bool {
    guard let id = sent.stringValue ?? sent.numberValue?.text else { return false }
    return !["", "0", "null", "undefined", "none"].contains(VisibleText.line(id).lowercased())
  }

  private static func says(_ isYes: Bool, _ value: JSONValue) -> Bool {
    value == .bool(isYes) || value == (isYes ? 1 : 0)
      || (isYes ? ["true", "yes", "1"] : ["false", "no", "0"]).contains(value.stringValue?.lowercased())
  }

  /// Returns the name of a member without case and underscores.
  private static func normalizedName(_ name: String) -> String { name.lowercased().filter { $0 != "_" } }

  /// Whether a `status` in a body is a word for a failure, or the HTTP status of one.
  private static func isFailureStatus(_ status: JSONValue) -> Bool {
    switch status {
    case .string(let word): failureWords.contains(word.lowercased()) || Int(word).map { $0 >= 400 } ?? false
    case .number(let number): number.intValue.map { $0 >= 400 } ?? false
    case .bool(let isSuccess): !isSuccess
    case .null, .array, .object: false
    }
  }

  private static let failureWords: Set<String> = [
    "failed", "failure", "fail", "error", "rejected", "refused", "declined", "denied", "cancelled", "canceled",
    "skipped", "blocked",
  ]

  private static let acceptanceWords: Set<String> = [
    "accepted", "ok", "success", "succeeded", "queued", "triggered", "executed",
  ]
}

extension AnswerValue.Fault {
  fileprivate init(missing path: String, found: AnswerValue?) {
    message = "its '\(path)' is \(found.map { "of type " + $0.sent.typeName } ?? "missing")"
  }
}

extension JSONValue {
  /// Returns the value with all its strings, member names and numbers scrubbed.
  fileprivate func scrubbed(by scrub: (String) -> String) -> JSONValue {
    switch self {
    case .null, .bool: return self
    case .string(let text): return .string(scrub(text))
    case .number(let number):
      let text = scrub(number.text)
      return text.hasSameBytes(as: number.text) ? self : .string(text)
    case .array(let elements): return .array(elements.map { $0.scrubbed(by: scrub) })
    case .object(let object):
      return .object(JSONObject(object.members.map { (scrub($0.key), $0.value.scrubbed(by: scrub)) }))
    }
  }
}
