import JSON
import Platform
package import Rules

/// The refusal of a trigger by a cap: the cap, what is used, what is left, and when it frees.
struct LimitRefusal {
  let kind: LimitKind
  /// The alias or the generic tool whose cap it is; nil for one over all rules together.
  let tool: String?
  /// In cents, calls, or seconds for a cooldown.
  let cap: Int64
  let used: Int64
  let needed: Int64
  /// The time until the same call would be accepted; nil if waiting does not help.
  let freesInMilliseconds: Int64?
  let now: Int64
  /// The largest amount of another call that would go through now, in cents; nil if none would.
  var room: Int64?

  var refusal: Refusal {
    Refusal(
      code: kind.refusalCode, reason: reason, help: help, isRetryable: freesInMilliseconds != nil, details: details)
  }

  private var owner: String { tool.map { "of '\($0)'" } ?? "over all rules together" }

  private var reason: String {
    if kind == .cooldown {
      return "the cooldown \(owner) is \(kind.text(cap)) between two calls, and the last one was more recent than that."
    }
    guard let window = kind.window else {
      return "the limit \(kind.rawValue) \(owner) is \(kind.text(cap)), and this call needs \(kind.text(needed))."
    }
    return
      "the limit \(kind.rawValue) \(owner) is \(kind.text(cap)) \(window.text); \(kind.text(used)) used, "
      + "\(kind.text(cap - used)) left, and this call needs \(kind.text(needed))."
  }

  private var help: String {
    let raise = "Only the owner can raise the limit, in the configuration file; do not try to get around it."
    guard let freesInMilliseconds, let freesAt else {
      return "Waiting does not help: this call alone is over the limit. \(raise)"
    }
    let smaller = room.map { " A call of at most \(kind.text($0)) would go through now." } ?? ""
    return
      "The same call would go through at \(freesAt) (in \(DurationText.rough(freesInMilliseconds))).\(smaller) \(raise)"
  }

  private var freesAt: String? {
    freesInMilliseconds.map { Timestamp.rfc3339(milliseconds: now.addingSaturated($0)) }
  }

  private var details: JSONObject {
    var details: JSONObject = ["limit": .string(kind.rawValue), "scope": .string(tool ?? "all_rules")]
    if kind == .cooldown {
      details.append("cooldown_seconds", JSONValue(Int(cap)))
    } else {
      details.append("cap", kind.json(cap))
      details.append("used", kind.json(used))
      details.append("left", kind.json(cap - used))
      details.append("needed", kind.json(needed))
    }
    if let freesInMilliseconds, let freesAt {
      details.append("frees_at", .string(freesAt))
      details.append("retry_after_seconds", JSONValue(Int(freesInMilliseconds.addingSaturated(999) / 1000)))
    }
    return details
  }
}

extension Refusal {
  /// Returns the refusal by a limit after which waiting does not help.
  /// - Parameters:
  ///   - tool: The tool that has the limit; nil for one over all rules together.
  ///   - cap: In cents, calls, or seconds for a cooldown, as are `used` and `needed`.
  package static func limit(_ kind: LimitKind, of tool: String?, cap: Int64, used: Int64, needed: Int64) -> Refusal {
    LimitRefusal(
      kind: kind, tool: tool, cap: cap, used: used, needed: needed, freesInMilliseconds: nil, now: 0
    ).refusal
  }
}
