import JSON

/// The two endpoints by which another process looks into the sandbox and scripts it.
enum SandboxControl {
  /// `GET /sandbox/moves`: `{"moves": [...], "carried_out": N, "api_requests": N}`.
  static func moves(_ bank: SandboxBank, apiRequests: Int) -> HTTPReply {
    .json(
      200,
      [
        "moves": .array(bank.moves.map(\.json)), "carried_out": JSONValue(bank.moves.count { $0.isCarriedOut }),
        "api_requests": JSONValue(apiRequests),
      ])
  }

  /// `POST /sandbox/faults`: `{"faults": ["NAME[:COUNT]", ...]}` for a sequence, `{"seed": N, "percent": N}` for
  /// chance, `{"faults": []}` for none. `script` is nil where the request makes no sense.
  static func script(_ request: HTTPRequest) -> (script: FaultScript?, reply: HTTPReply) {
    guard let body = request.jsonBody else { return refusal(HTTPRequest.bodyRule) }
    if let texts = body["faults"]?.arrayValue {
      var steps: [FaultStep] = []
      for text in texts {
        do throws(FaultTextError) {
          steps.append(try FaultStep(parsing: text.stringValue ?? ""))
        } catch {
          return refusal(error.message)
        }
      }
      return (FaultScript(steps), accepted)
    }
    guard let seed = body["seed"]?.numberValue?.intValue, let percent = body["percent"]?.numberValue?.intValue,
      0...100 ~= percent
    else { return refusal("write 'faults', or 'seed' and 'percent' (0 to 100)") }
    let script = FaultScript(seed: UInt64(bitPattern: Int64(seed)), percent: percent, faults: SandboxFault.quick)
    return (script, accepted)
  }

  private static let accepted = HTTPReply.json(200, ["message": "OK"])

  private static func refusal(_ message: String) -> (FaultScript?, HTTPReply) {
    (nil, .failure(400, "INVALID_REQUEST", message))
  }
}
