import JSON
import MCP

/// One call of a tool by a client, from its arguments to its answer.
// `@unchecked Sendable`: see `SimulatedMachine`.
final class SimulatedCall: CustomStringConvertible, @unchecked Sendable {
  enum State: Equatable {
    case running, asking, over
  }

  /// The idempotency keys that callers pass.
  static let chosenKeys = ["k1", "k2", "k3"]

  let number: Int
  let server: SimulatedServer
  let tool: String
  let arguments: JSONObject
  let explicitKey: String?
  /// Whether nothing else happens while it waits for the network.
  let isInline: Bool
  var state = State.running
  /// The code of its answer.
  var code: String?
  var isCancelled = false
  /// When its running code began, by the wall clock and the boot clock.
  var began: (wall: Int64, boot: Int64) = (0, 0)
  var fiber: Fiber?
  var question: ToolQuestion?
  /// Whether the person confirmed it.
  var isConfirmed = false
  /// Whether it used up an approval at the terminal.
  var isApproved = false
  /// The keys under which it was sent.
  var keys: [String] = []
  /// The last simulation of it by Sequence.
  var simulated: SimulatedPlatform.Run?
  /// The transfers of which it was told the truth, by their ids.
  var readTransfers: Set<String> = []
  /// The transfers of which it was told anything.
  var seenTransfers: Set<String> = []
  /// The simulation that its question showed.
  var shown: SimulatedPlatform.Run?
  /// The true time at which the person confirmed it.
  var confirmedAt: Int64 = 0

  init(
    number: Int, server: SimulatedServer, tool: String, arguments: JSONObject, explicitKey: String?, isInline: Bool
  ) {
    self.number = number
    self.server = server
    self.tool = tool
    self.arguments = arguments
    self.explicitKey = explicitKey
    self.isInline = isInline
  }

  /// Lets other things happen, unless the call is inline.
  func suspend() { if !isInline { fiber?.suspend() } }

  /// All arguments of the call, with its idempotency key.
  var allArguments: JSONObject {
    var all = arguments
    if let explicitKey { all["idempotency_key"] = .string(explicitKey) }
    return all
  }

  /// The tool whose rule it runs or simulates.
  var triggeredTool: String { tool == Swarm.Tool.simulate.rawValue ? arguments["tool"]?.stringValue ?? "" : tool }

  /// The arguments of that tool.
  private var triggerArguments: JSONObject { arguments["arguments"]?.objectValue ?? arguments }

  /// Returns the amount that it would move by one configuration, in cents.
  func cents(countsFee: Bool) -> Int64 {
    let amount = triggerArguments[countsFee ? "fee" : "amount"]?.numberValue?.intValue ?? 0
    return Int64(amount) * 100
  }

  var description: String { "call \(number)" }
}
