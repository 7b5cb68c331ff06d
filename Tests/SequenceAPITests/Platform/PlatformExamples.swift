import Foundation
import JSON
import Platform
import Secrets
import SequenceAPI
import TestSupport

/// Answers of the Platform API as in its public description, with invented names and numbers (Sequence API docs, read 2026-11).
/// `lenient` are answers without fields that the description requires.
struct PlatformExample: Sendable, CustomStringConvertible {
  let operation: String
  let name: String
  let status: Int
  let body: JSONValue

  var description: String { "\(operation): \(name)" }
  var response: HTTPResponse { HTTPResponse(statusCode: status, body: JSONWriter.write(body)) }

  static let all: [PlatformExample] = {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "examples.jsonl")
    let lines = (try? Data(contentsOf: path))?.split(separator: UInt8(ascii: "\n")) ?? []
    return lines.compactMap { line in
      guard let object = try? JSONParser.parse(Array(line)), let operation = object["operation"]?.stringValue,
        let name = object["name"]?.stringValue, let status = object["status"]?.numberValue?.intValue,
        let body = object["body"]
      else { return nil }
      return PlatformExample(operation: operation, name: name, status: status, body: body)
    }
  }()

  static func of(_ operation: String) -> [PlatformExample] { all.filter { $0.operation == operation } }

  static func named(_ name: String, _ operation: String) -> HTTPResponse {
    all.first { $0.name == name && $0.operation == operation }?.response ?? HTTPResponse(statusCode: 599, body: [])
  }
}

extension PlatformAPI {
  static func sample() throws -> PlatformAPI {
    PlatformAPI(baseURL: try ServiceURL("https://api.getsequence.io/platform/v1"), version: "1.2.3")
  }
}

extension SequenceClient {
  /// Returns a client of both APIs, without randomness.
  static func platform(
    _ transport: any HTTPTransport, clock: ManualClock = ManualClock(SequenceClient.scriptedStart),
    limiter: RateLimiter? = nil, scrubber: SecretScrubber = SecretScrubber()
  ) throws -> SequenceClient {
    SequenceClient(
      remote: try .sample("https://api.getsequence.io"), platform: try .sample(), timeoutMilliseconds: 30_000,
      over: .scripted(transport, clock: clock, limiter: limiter, scrubber: scrubber))
  }

  static let sampleKey = Secret("sk_not-a-real-key-1")

  func reader(
    leaving reserve: Int64 = 0, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> PlatformReader {
    guard
      let reader = platformReader(
        key: SequenceClient.sampleKey, tool: "pay", leaving: reserve, isCancelled: isCancelled)
    else { throw CocoaError(.featureUnsupported) }
    return reader
  }
}
