import Testing

@testable import JSON

@Suite struct JSONObjectTests {
  @Test func `setting keeps the place of a name and appends a new one`() {
    var object: JSONObject = ["a": 1, "b": 2]
    object["a"] = 3
    object["c"] = 4
    #expect(JSONWriter.text(.object(object)) == #"{"a":3,"b":2,"c":4}"#)
    object["b"] = nil
    object["missing"] = nil
    #expect(object.keys == ["a", "c"])
    #expect(object["b"] == nil)
  }

  @Test func `an explicit null is a member`() {
    var object = JSONObject()
    object["a"] = .some(.null)
    #expect(object.count == 1)
    #expect(object["a"] == .some(.null))
  }

  @Test func `the order does not matter for equality, and values do`() {
    #expect(JSONObject([("a", 1), ("b", 2)]) == JSONObject([("b", 2), ("a", 1)]))
    #expect(JSONObject([("a", 1)]) != JSONObject([("a", 2)]))
    #expect(JSONObject([("a", 1)]) != JSONObject([("b", 1)]))
    #expect(JSONObject([("a", 1)]) != JSONObject([("a", 1), ("b", 2)]))
    #expect(
      JSONObject([("a", 1), ("b", 2)]).hashValue == JSONObject([("b", 2), ("a", 1)]).hashValue)
  }

  @Test func `composed and decomposed letters are not equal`() {
    #expect(JSONObject([("\u{E9}", 1)]) != JSONObject([("e\u{301}", 1)]))
    #expect(JSONValue.string("\u{E9}") != .string("e\u{301}"))
    #expect(JSONObject([("a", "\u{E9}")]) != JSONObject([("a", "e\u{301}")]))
  }

  @Test func `comparing large objects in another order costs linear time`() {
    let members = (0..<50_000).map { ("name\($0)", JSONValue($0)) }
    #expect(JSONObject(members) == JSONObject(members.reversed()))
    #expect(JSONObject(members) != JSONObject(members.dropLast() + [("other", 0)]))
  }

  @Test func `comparing deep objects costs linear time`() {
    func nested(_ inner: JSONValue) -> JSONValue {
      (0..<127).reduce(inner) { value, _ in ["a": value, "b": 1] }
    }
    #expect(nested(1) != nested(2))
    #expect(nested(1) == nested(1))
  }

  @Test func `values are reached through names and positions`() {
    let value: JSONValue = ["a": [1, ["b": true]]]
    #expect(value["a"]?[1]?["b"]?.boolValue == true)
    #expect(value["a"]?[2] == nil)
    #expect(value["a"]?[-1] == nil)
    #expect(value["x"] == nil)
    #expect(value[0] == nil)
  }

  @Test(
    arguments: [
      (JSONValue.null, "null"), (true, "boolean"), (1, "number"), ("", "string"), ([], "array"), ([:], "object"),
    ] as [(JSONValue, String)])
  func `a value knows its type's name`(value: JSONValue, name: String) {
    #expect(value.typeName == name)
  }
}
