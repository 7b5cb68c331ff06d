import JSON
import Rules
import SourceYAML

/// An entry of `examples` as read from the file.
final class ExampleDraft {
  var example = RuleExample()
  var arguments: Located<LocatedJSON>?
  var payload: Located<LocatedJSON>?
  var error: Located<RuleExample.Outcome>?

  static let section = Section(
    name: "example", documentation: "A call, and the payload or the error that it must result in.",
    initial: { ExampleDraft() },
    keys: [
      Key(
        "arguments", at: { $1(&$0.arguments) }, .object, required: true, sample: "{amount: 50}", "The call's arguments."
      ) { $0.example.arguments = $1.value.objectValue ?? [:] },
      Key(
        "payload", at: { $1(&$0.payload) }, .json,
        "What the arguments render to; $now, $uuid and $today match any value of that form."
      ) { $0.example.outcome = .payload($1.value) },
      Key(
        "error", at: { $1(&$0.error) }, .expectedError, "The name of the argument at fault, or true for any error."
      ) { $0.example.outcome = $1 },
    ],
    elsewhere: { entry in
      ["title", "description"].contains(entry.key) ? nil : RuleDraft.place(of: entry, beside: "examples")
    },
    keywords: { [("oneOf", [["required": ["payload"]], ["required": ["error"]]])] },
    finish: { draft, scope, context in
      if let payload = draft.payload, let error = draft.error {
        context.report(
          .conflictingKeys, "\(scope.place.description) expects a payload and an error at once",
          help: "keep one of them", at: error.keyRange, related: [("the other one", payload.keyRange)])
      } else if draft.payload == nil, draft.error == nil, scope.lacks("payload", "error") {
        context.report(
          .missingKey, "\(scope.place.description) says neither 'payload' nor 'error'",
          help: "write the payload that the arguments render to, or error: with the name of the argument at fault",
          at: draft.arguments?.keyRange ?? scope.ownerRange)
      }
    })
}

extension ValueReader where Value == RuleExample.Outcome {
  fileprivate static var expectedError: ValueReader {
    ValueReader(
      schema: { _ in ["anyOf": [["type": "string", "minLength": 1], ["const": true]]] },
      read: { node, place, context in
        switch node.content {
        case .boolean(true): return .error(argument: nil)
        case .string(let name) where !name.isEmpty: return .error(argument: name)
        case .null, .boolean, .number, .numberLike, .string, .sequence, .mapping:
          return context.refuseType(node, place, expected: "the name of an argument, or true")
        }
      })
  }
}
