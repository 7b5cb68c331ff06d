import JSON
import SequenceAPI

/// JSON from the API on its way to the model: its texts lose invisible characters and excess length.
enum UntrustedValue {
  /// The value with every text in it cleaned; numbers keep their digits.
  static func clean(_ value: JSONValue) -> JSONValue {
    switch value {
    case .null, .bool, .number: value
    case .string(let text): .string(UntrustedText.clean(text))
    case .array(let elements): .array(elements.map(clean))
    case .object(let object):
      .object(JSONObject(object.members.map { (UntrustedText.clean($0.key), clean($0.value)) }))
    }
  }
}
