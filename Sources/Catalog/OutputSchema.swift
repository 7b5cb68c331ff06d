import JSON
import SequenceAPI

/// The parts of the `outputSchema`s that several tools publish. Failures (`isError`) need not conform (MCP 2025-06-18,
/// server/tools), but the official TypeScript client validates them too, so each schema describes both and requires only what
/// both contain. There is no combinator at the root, because some engines reject it.
enum OutputSchema {
  /// The schema of every tool that triggers a rule.
  static let trigger = schema(triggerMembers)

  /// The schema of every tool that triggers a rule through the Platform API.
  static let platformTrigger = {
    var members = triggerMembers
    members["run"] = [
      "type": "object",
      "description": "What happened to the run. Only 'moved' has moved; amounts are in US dollars.",
      "properties": .object(runMembers), "required": ["outcome"],
    ]
    return schema(members)
  }()

  private static func schema(_ members: JSONObject) -> JSONObject {
    ["type": "object", "properties": .object(members), "required": ["message"]]
  }

  private static let transfers: JSONValue = [
    "type": "array",
    "items": [
      "type": "object",
      "properties": [
        "from": ["type": "string"], "to": ["type": "string"], "amount": ["type": ["number", "null"]],
        "amount_text": ["type": ["string", "null"]], "status": ["type": "string"], "error_code": ["type": "string"],
      ],
      "required": ["from", "to", "amount"],
    ],
  ]

  /// The members of a run.
  static let runMembers: JSONObject = [
    "execution_id": ["type": "string", "description": "For get_run; a simulation has none."],
    "outcome": [
      "type": "string",
      "enum": .array(RunOutcome.allCases.map { .string($0.rawValue) } + [.string(RunResult.simulated)]),
      "description":
        "settling, running: not finished; call get_run later. simulated: nothing moved.",
    ],
    "simulated_outcome": ["type": "string", "description": "How the simulation ended."],
    "moved": ["type": ["number", "null"], "description": "What has moved; null if Sequence did not report it."],
    "moved_text": ["type": ["string", "null"], "description": "The same as formatted text, such as $4,812.10."],
    "pending": ["type": ["number", "null"], "description": "What may still move."],
    "pending_text": ["type": ["string", "null"]],
    "next_attempt_at": ["type": "string"], "message": ["type": "string"],
    "transfers": transfers, "simulated": transfers,
  ]

  private static let triggerMembers: JSONObject = [
    "success": ["type": "boolean", "description": "Whether the call did what its status says."],
    "status": [
      "type": "string", "enum": .array(ResultStatus.allCases.map(\.json)),
      "description": """
      accepted: Sequence accepted the trigger, which does not mean that money has moved yet. duplicate: the same call \
      was made before and was not sent again. rejected: it did not run, for certain. unknown: it may have run. dry_run: \
      nothing was sent. simulated: Sequence said what it would transfer; nothing moved.
      """,
    ],
    "code": ["type": ["string", "null"]],
    "message": ["type": "string"],
    "request_id": ["type": ["string", "null"], "description": "Sequence's own id of the request."],
    "idempotency_key": ["type": "string", "description": "The key under which Sequence knows this trigger."],
    "duplicate": ["type": "boolean"],
    "would_send": ["type": "object", "description": "In a dry run: the request, its secrets redacted."],
    "notes": ["type": "array", "items": ["type": "string"]],
    "error": error, "status_code": statusCode, "hint": hint, "retryable": retryable,
  ]

  /// Returns the schema of a tool that triggers nothing.
  /// - Parameter members: Those of a success.
  static func withFailure(_ members: JSONObject) -> JSONObject {
    ["type": "object", "properties": .object(JSONObject(members: members.members + failureMembers.members))]
  }

  private static let failureMembers: JSONObject = [
    "error": error, "code": ["type": "string"], "message": ["type": "string"], "status_code": statusCode, "hint": hint,
    "retryable": retryable,
  ]

  private static let error: JSONValue = ["type": "boolean", "description": "true in failures; absent otherwise."]
  private static let statusCode: JSONValue = [
    "type": ["integer", "null"], "description": "Sequence's HTTP status; null if it sent none.",
  ]
  private static let hint: JSONValue = ["type": "string", "description": "What the user can do."]
  private static let retryable: JSONValue = [
    "type": "boolean", "description": "Whether the same call may be retried unchanged.",
  ]
}
