/// How long a client waits for a tool call, which limits how long its person may take. A client cannot report it, and progress
/// notifications rarely extend it.
package struct CallTimeout: Sendable, Hashable {
  /// How long the client waits before it abandons the call.
  let limitMilliseconds: Int64
  /// How long a question in the client stays open.
  let questionMilliseconds: Int64
  /// Whether the owner has set `question_timeout`.
  var isSetByOwner = false

  /// How long before the client's limit a call must be answered.
  static let marginMilliseconds: Int64 = 10_000
  /// The maximum time a window stays open.
  static let longestWindowMilliseconds: Int64 = 50_000
  /// The minimum time a window must be able to stay open. In less, nobody could find, read and answer it, so it is not opened.
  static let shortestWindowMilliseconds: Int64 = 20_000
  /// The same minimum if the owner set how long the preceding question stays open.
  static let shortestWindowOfOwnerMilliseconds: Int64 = 5000
  /// The maximum time for a question that no pending call waits for: a modern client's, or one at the owner's own terminal.
  static let longestQuestionMilliseconds: Int64 = 300_000

  /// For a client of which nothing is known.
  package static let oneMinute = CallTimeout(limitMilliseconds: 60_000, questionMilliseconds: 50_000)
  package static let threeMinutes = CallTimeout(limitMilliseconds: 180_000, questionMilliseconds: 150_000)
  package static let fiveMinutes = CallTimeout(limitMilliseconds: 300_000, questionMilliseconds: 240_000)
  package static let twoHours = CallTimeout(limitMilliseconds: 7_200_000, questionMilliseconds: 300_000)

  /// Returns the timeout with the owner's time for questions.
  /// - Parameter questionSeconds: `server.question_timeout`.
  func setByOwner(questionSeconds: Int?) -> CallTimeout {
    guard let questionSeconds else { return self }
    return CallTimeout(
      limitMilliseconds: limitMilliseconds, questionMilliseconds: Int64(questionSeconds) * 1000, isSetByOwner: true)
  }

  /// Returns how long a question in the client may stay open.
  /// - Parameters:
  ///   - elapsed: Milliseconds since the client sent the request.
  ///   - endsRequest: Whether the question ends the request (MCP 2026-07-28, basic/patterns/mrtr).
  func question(elapsed: Int64, endsRequest: Bool) -> Int64 {
    if isSetByOwner { return questionMilliseconds }
    return endsRequest ? CallTimeout.longestQuestionMilliseconds : min(questionMilliseconds, left(elapsed: elapsed))
  }

  /// Returns how long a window may stay open, or nil if that is too short to open one.
  func window(elapsed: Int64) -> Int64? {
    let left = min(left(elapsed: elapsed), CallTimeout.longestWindowMilliseconds)
    if isSetByOwner { return max(left, CallTimeout.shortestWindowOfOwnerMilliseconds) }
    return left >= CallTimeout.shortestWindowMilliseconds ? left : nil
  }

  /// When a call must be answered, in milliseconds since the client sent the request. If the owner set a longer time for
  /// questions, the client is assumed to wait longer.
  var deadlineMilliseconds: Int64 {
    let own = isSetByOwner ? questionMilliseconds + CallTimeout.shortestWindowOfOwnerMilliseconds : 0
    return max(limitMilliseconds - CallTimeout.marginMilliseconds, own)
  }

  /// Returns how much longer the call may take.
  func left(elapsed: Int64) -> Int64 { max(0, limitMilliseconds - CallTimeout.marginMilliseconds - elapsed) }
}
