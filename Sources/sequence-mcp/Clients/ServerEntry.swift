import JSON
import Platform

/// How a client launches this program: one member of its list of servers.
struct ServerEntry {
  /// Short, since clients put it in front of every tool's name.
  static let defaultKey = "seq"

  let key: String
  /// The absolute path of the binary.
  let command: String
  let arguments: [String]

  /// - Parameter configurationPath: absolute; nil leaves it to the program to look in its own places.
  init(key: String, command: String, configurationPath: String?) {
    self.key = key
    self.command = command
    arguments = ["serve"] + (configurationPath.map { ["--config", $0] } ?? [])
  }

  /// The member's value, as that client reads it.
  func value(for client: Client) -> JSONValue {
    var object = JSONObject()
    if client.namesTransport { object.append("type", "stdio") }
    object.append("command", .string(command))
    object.append("args", .array(arguments.map { .string($0) }))
    return .object(object)
  }

  /// A whole settings file with nothing else in it.
  func document(for client: Client) -> JSONValue {
    .object([client.serversKey: .object([key: value(for: client)])])
  }

  /// Whether an entry launches some copy of this program.
  static func isOurs(_ entry: JSONValue) -> Bool {
    FilePath.lastComponent(entry["command"]?.stringValue ?? "").utf8.elementsEqual("sequence-mcp".utf8)
  }

  /// An entry's arguments led to the wanted configuration; what the person added to them, such as `--read-only`, stays.
  func arguments(mergedInto present: JSONValue?) -> JSONValue {
    let wanted = JSONValue.array(arguments.map { .string($0) })
    guard var words = present?.arrayValue, !words.isEmpty else { return wanted }
    guard arguments.count == 3 else { return .array(words) }
    if let option = words.firstIndex(of: "--config"), option + 1 < words.count {
      words[option + 1] = .string(arguments[2])
    } else if !words.contains(where: { $0.stringValue?.hasPrefix("--config=") ?? false }) {
      words += ["--config", .string(arguments[2])]
    } else {
      words = words.map { $0.stringValue?.hasPrefix("--config=") ?? false ? .string("--config=" + arguments[2]) : $0 }
    }
    return .array(words)
  }
}
