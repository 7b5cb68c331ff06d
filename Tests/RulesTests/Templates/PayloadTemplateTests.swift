import JSON
import Testing

@testable import Rules

@Suite struct PayloadTemplateTests {
  private let parameters = [
    parameter("amount", .money), parameter("note", required: false), parameter("count", .integer, required: false),
    parameter("ratio", .number, required: false), parameter("flag", .boolean, required: false),
  ]
  private let context = RenderContext(alias: "move", nowMilliseconds: 1_795_363_200_034, uuid: { "uuid-1" })

  @Test(arguments: [
    (#"{"a":"{{ amount }}"}"#, #"{"a":50.5}"#), (#"{"a":"{{ amount | cents }}"}"#, #"{"a":5050}"#),
    (#"{"a":"{{ amount | dollars }}"}"#, #"{"a":"50.50"}"#), (#"{"a":"$ {{ amount }}"}"#, #"{"a":"$ 50.50"}"#),
    (#"{"a":"{{ amount | cents }} c"}"#, #"{"a":"5050 c"}"#), (#"{"a":"{{ note }}"}"#, #"{"a":" Hi {{ amount }} "}"#),
    (#"{"a":"<{{ note | trim | upper }}>"}"#, #"{"a":"<HI {{ AMOUNT }}>"}"#), (#"{"a":"{{ count }}"}"#, #"{"a":3}"#),
    (#"{"a":"{{ ratio }}"}"#, #"{"a":1.10}"#), (#"{"a":"{{ ratio }}x"}"#, #"{"a":"1.10x"}"#),
    (#"{"a":"{{ flag }}","b":"{{ flag }}!"}"#, #"{"a":true,"b":"true!"}"#),
    (#"{"a":[1.50,null,false,"{{ count }}"],"{{ note }}":{}}"#, #"{"a":[1.50,null,false,3],"{{ note }}":{}}"#),
    (#"{"a":"{{{{ x }}","b":""}"#, #"{"a":"{{ x }}","b":""}"#),
    (
      #"{"a":"{{ $alias }}","b":"{{ $uuid }}","c":"at {{ $now }}"}"#,
      #"{"a":"move","b":"uuid-1","c":"at 2026-11-22T16:00:00.034Z"}"#
    ),
  ])
  func `the template becomes exact JSON`(_ template: String, _ expected: String) throws {
    let bound = try ArgumentBinder.bind(
      ["amount": number("50.50"), "note": " Hi {{ amount }} ", "count": 3, "ratio": number("1.10"), "flag": true],
      to: parameters)
    #expect(payload(json(template)).render(bound, context).map { JSONWriter.text($0) } == expected)
  }

  @Test func `an absent optional argument leaves out its key or item`() throws {
    let bound = try ArgumentBinder.bind(["amount": 1], to: parameters)
    let template = payload(json(#"{"note":"{{ note }}","list":[1,"{{ note | upper }}",2],"deep":{"n":"{{ count }}"}}"#))
    #expect(template.render(bound, context).map { JSONWriter.text($0) } == #"{"list":[1,2],"deep":{}}"#)
  }

  @Test(arguments: TemplateFilter.all.map(\.name))
  func `every filter gives the type it declares`(_ name: String) throws {
    let filter = try #require(TemplateFilter.named(name))
    let result = filter.apply(filter.input == .money ? 5 : "Text")
    #expect(result.typeName == (filter.output == .integer ? "number" : filter.output.schemaType))
  }

  private func payload(_ value: JSONValue) -> PayloadTemplate {
    switch value {
    case .null: .null
    case .bool(let value): .bool(value)
    case .number(let number): .number(number)
    case .string(let text): .string(TemplateString.parse(text).string)
    case .array(let items): .array(items.map(payload))
    case .object(let object): .object(object.members.map { ($0.key, payload($0.value)) })
    }
  }
}
