import JSON
import Rules

/// Reads the answers of the Platform API. Where the service deviates from its documentation, the service wins: a missing field
/// is nil, an unknown enumeration value is kept, and only an answer without the requested object or list is a fault.
enum PlatformResponseDecoder {
  /// What an answer lacks, as a message for the user.
  struct Fault: Error, Equatable {
    let message: String
  }

  /// Returns the `data` object of an answer.
  static func data(_ answer: JSONObject) throws(Fault) -> JSONObject {
    guard let data = answer["data"] else { throw Fault(message: "its 'data' is missing") }
    guard let object = data.objectValue else { throw Fault(message: "its 'data' is of type \(data.typeName)") }
    return object
  }

  /// One page of a list.
  struct Page {
    let items: [JSONObject]
    let hasNext: Bool
  }

  static func firstPage(_ answer: JSONObject) throws(Fault) -> Page { try page(answer, number: 1) }

  /// - Parameter number: The number of the requested page, from 1.
  static func page(_ answer: JSONObject, number: Int) throws(Fault) -> Page {
    let data = try data(answer)
    guard let items = data["items"]?.arrayValue else { throw Fault(message: "its 'data.items' is not a list") }
    let size = cents(data["pagination"]?["pageSize"]) ?? Int64(PlatformAPI.pageSize)
    // Some answers omit it; then a page that is not full is the last one. An empty page is always the last.
    let hasNext = data["pagination"]?["hasNextPage"]?.boolValue ?? (Int64(items.count) >= size)
    return Page(items: items.compactMap(\.objectValue), hasNext: hasNext && !items.isEmpty && number < maximumPages)
  }

  /// Longer lists are truncated: a list of that length is assumed to be endless.
  static let maximumPages = 100
  static let maximumItems = maximumPages * PlatformAPI.pageSize

  /// The result for a number that does not fit.
  static let tooLarge = Int64.max

  /// Returns a whole number: `1000`, `1000.00` and `1e3` are the same, and `tooLarge` stands for any larger one. Returns nil for a
  /// fraction, text that is not a number, or a number below `Int64.min`.
  static func cents(_ value: JSONValue?) -> Int64? {
    guard let number = value?.numberValue ?? value?.stringValue.flatMap({ JSONNumber($0) }) else { return nil }
    let decimal = ExactDecimal(number)
    guard decimal.isWhole else { return nil }
    return decimal.wholeText.flatMap { Int64($0) } ?? (decimal < ExactDecimal(0) ? nil : tooLarge)
  }

  /// Returns an amount of money in cents, at least 0 and at most `Money.maximum`; nil for any other value.
  static func amount(_ value: JSONValue?) -> Int64? {
    cents(value).flatMap { 0...Money.maximum.cents ~= $0 ? $0 : nil }
  }

  /// Returns the text if it is not empty.
  static func text(_ value: JSONValue?) -> String? { value?.stringValue.flatMap { $0.isEmpty ? nil : $0 } }

  /// Returns an id: a string, or a number in its original digits.
  static func id(_ value: JSONValue?) -> String? { text(value) ?? value?.numberValue?.text }
}
