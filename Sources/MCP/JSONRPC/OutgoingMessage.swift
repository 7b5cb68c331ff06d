import JSON

/// Puts messages to the client together as bytes, without the newline that ends a line.
enum OutgoingMessage {
  /// - Parameter result: a JSON text, spliced in as it is.
  static func result(_ result: [UInt8], id: RequestID) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(result.count + id.bytes.count + 40)
    bytes += #"{"jsonrpc":"2.0","id":"#.utf8
    bytes += id.bytes
    bytes += #","result":"#.utf8
    bytes += result
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }

  /// - Parameter id: nil where the request's id could not be read; JSON-RPC answers null then.
  static func error(_ error: RPCError, id: RequestID?) -> [UInt8] {
    var body: JSONObject = ["code": .init(error.code), "message": .string(error.message)]
    if let data = error.data { body.append("data", data) }
    return JSONWriter.write(["jsonrpc": "2.0", "id": id?.value ?? .null, "error": .object(body)])
  }

  static func notification(_ method: String, _ params: JSONObject? = nil) -> [UInt8] {
    var message: JSONObject = ["jsonrpc": "2.0", "method": .string(method)]
    if let params { message.append("params", .object(params)) }
    return JSONWriter.write(.object(message))
  }

  static func request(id: String, _ method: String, _ params: JSONObject) -> [UInt8] {
    JSONWriter.write(["jsonrpc": "2.0", "id": .string(id), "method": .string(method), "params": .object(params)])
  }
}
