/// A protocol version and its features. Code outside `Protocol` tests only these flags, so a new version is one more row in
/// `all`.
struct ProtocolVersion: Sendable, Hashable {
  /// How a client communicates: with an `initialize` handshake, or with all context in each request.
  enum Era: Sendable, Hashable {
    case legacy, modern
  }

  /// The features that differ between versions (MCP changelogs, 2025-03-26 to 2026-07-28).
  struct Features: OptionSet, Sendable, Hashable {
    let rawValue: Int

    /// `annotations` of a tool.
    static let annotations = Features(rawValue: 1 << 0)
    /// `message` in `notifications/progress`.
    static let progressMessage = Features(rawValue: 1 << 1)
    /// Several messages in one JSON array.
    static let batching = Features(rawValue: 1 << 2)
    /// `title` of a tool and of the server.
    static let titles = Features(rawValue: 1 << 3)
    /// `outputSchema` of a tool and `structuredContent` of a result.
    static let structuredOutput = Features(rawValue: 1 << 4)
    /// `_meta` of a tool.
    static let toolMeta = Features(rawValue: 1 << 5)
    /// Asking the person through the client.
    static let elicitation = Features(rawValue: 1 << 6)
    /// `mode` in an elicitation.
    static let elicitationMode = Features(rawValue: 1 << 7)
    /// `resultType` and the server's identity in each result.
    static let resultEnvelope = Features(rawValue: 1 << 8)
    /// A question to the person ends the request that needs the answer; the client sends it again with the answer.
    static let questionsEndRequests = Features(rawValue: 1 << 9)
    /// An error for a request that needs a capability that the client did not declare.
    static let missingCapabilityError = Features(rawValue: 1 << 10)
  }

  /// The version's name on the wire, a date.
  let name: String
  let era: Era
  let features: Features

  func has(_ feature: Features) -> Bool { features.contains(feature) }

  /// Newest first, as `supportedVersions` lists them.
  static let all: [ProtocolVersion] = [
    ProtocolVersion(
      name: "2026-07-28", era: .modern,
      features: [
        .annotations, .progressMessage, .titles, .structuredOutput, .toolMeta, .elicitation, .elicitationMode,
        .resultEnvelope, .questionsEndRequests, .missingCapabilityError,
      ]),
    ProtocolVersion(
      name: "2025-11-25", era: .legacy,
      features: [
        .annotations, .progressMessage, .titles, .structuredOutput, .toolMeta, .elicitation, .elicitationMode,
      ]),
    ProtocolVersion(
      name: "2025-06-18", era: .legacy,
      features: [.annotations, .progressMessage, .titles, .structuredOutput, .toolMeta, .elicitation]),
    ProtocolVersion(
      name: "2025-03-26", era: .legacy, features: [.annotations, .progressMessage, .batching]),
    ProtocolVersion(name: "2024-11-05", era: .legacy, features: []),
  ]

  /// Returns the version with that name in that era, or nil.
  static func named(_ name: String, _ era: Era) -> ProtocolVersion? { all.first { $0.name == name && $0.era == era } }

  /// The version offered to a client that requests an unsupported version in a handshake.
  static let latestLegacy = all.first { $0.era == .legacy } ?? all[0]
}
