import JSON

/// What became of a trigger, as results report it (`status`).
package enum ResultStatus: String, Sendable, CaseIterable {
  case accepted, duplicate, rejected, unknown
  case dryRun = "dry_run"
  case simulated

  var json: JSONValue { .string(rawValue) }
}
