import CSystem
import Platform
import TestSupport

@testable import MCP

/// A server on real pipes, with the client's ends of them.
final class Wire {
  let server: Server
  let clock = ManualClock()
  private let input: Int32
  private let output: Int32
  private let outputEnd: Int32
  private let wakeEnd: Int32
  private let finished = Monitor<ServerEnding?>(nil)
  private var framer = LineFramer(maxLineBytes: 64 << 20)
  private var isOutputOpen = true
  private var isInputOpen = true

  init(
    _ provider: any ToolProvider = FixtureProvider(), options: ServerOptions = ServerOptions()
  ) throws {
    let (input, output, wake) = (try BareProcess.pipe(), try BareProcess.pipe(), try BareProcess.pipe())
    self.input = input.write
    self.output = output.read
    outputEnd = output.write
    wakeEnd = wake.write
    let server = Server(
      provider: provider, info: ServerInfo(name: "fixture", title: "Fixture", version: "1.0.0"),
      descriptors: ServerDescriptors(input: input.read, output: output.write, wake: wake.read), options: options,
      clock: clock, log: Logger(level: .error))
    self.server = server
    try Thread { [finished] in
      let ending = server.run()
      for descriptor in [input.read, output.write, wake.read] { closeDescriptor(descriptor) }
      finished.withLock { $0 = ending }
    }.detach()
  }

  deinit {
    closeInput()
    closeOutput()
    close(wakeEnd)
  }

  func send(_ lines: String...) throws { for line in lines { try send(bytes: Array((line + "\n").utf8)) } }

  func send(bytes: [UInt8]) throws { try FileDescriptor.writeAll(bytes, to: input) }

  /// Returns the next line; nil at the end of the output or if nothing arrives within ten seconds.
  func receive() -> String? {
    while true {
      if case .line(let line)? = framer.next() { return String(decoding: line, as: UTF8.self) }
      var ready = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      guard poll(&ready, 1, 10_000) > 0, let chunk = try? FileDescriptor.readSome(output, capacity: 65536),
        !chunk.isEmpty
      else { return nil }
      framer.append(chunk)
    }
  }

  /// Fills the output with blank lines, which `receive` skips. Only for a server that writes nothing meanwhile.
  func fillOutput() throws {
    let blank = [UInt8](repeating: 0x0A, count: Int(PIPE_BUF))
    var ready = pollfd(fd: outputEnd, events: Int16(POLLOUT), revents: 0)
    while poll(&ready, 1, 0) > 0 { try FileDescriptor.writeAll(blank, to: outputEnd) }
  }

  /// Waits until the server has written something that is not read yet.
  func waitForOutput() -> Bool {
    var ready = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
    return poll(&ready, 1, 10_000) > 0
  }

  /// Returns that many next lines, sorted, since they may arrive in any order.
  func receive(count: Int) -> [String] { (0..<count).compactMap { _ in receive() }.sorted() }

  /// Sends a line and returns the answer.
  func ask(_ line: String) throws -> String? {
    try send(line)
    return receive()
  }

  func closeInput() {
    if isInputOpen { close(input) }
    isInputOpen = false
  }

  func closeOutput() {
    if isOutputOpen { close(output) }
    isOutputOpen = false
  }

  /// Wakes the server like SIGTERM.
  func stop() throws { try FileDescriptor.writeAll([1], to: wakeEnd) }

  /// Waits for `run` to return.
  func isFinished(withinMilliseconds limit: Int64 = 10_000) -> Bool {
    finished.wait(timeoutMilliseconds: limit) { $0 == nil ? nil : true } ?? false
  }

  /// Why `run` returned; nil while it runs.
  var ending: ServerEnding? { finished.withLock { $0 } }

  /// Ends the input and returns the remaining lines.
  func finish() -> [String] {
    closeInput()
    var rest: [String] = []
    while let line = receive() { rest.append(line) }
    return rest
  }
}

/// Requests as clients write them.
enum Lines {
  static func initialize(_ version: String, capabilities: String = "{}", id: String = "0") -> String {
    #"""
    {"jsonrpc":"2.0","id":\#(id),"method":"initialize","params":{"protocolVersion":"\#(version)",\#
    "capabilities":\#(capabilities),"clientInfo":{"name":"t","version":"1"}}}
    """#
  }

  static let initialized = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#

  static func legacyCall(_ id: String, _ tool: String, meta: String? = nil) -> String {
    let meta = meta.map { #","_meta":\#($0)"# } ?? ""
    return #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)","arguments":{}\#(meta)}}"#
  }

  /// - Parameter more: Members of `params` in addition to the envelope, each followed by a comma.
  static func modern(_ id: String, _ method: String, _ more: String = "", capabilities: String = "{}") -> String {
    #"""
    {"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":{\#(more)"_meta":{\#
    "io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":\#(capabilities)}}}
    """#
  }

  static func cancelled(_ id: String) -> String {
    #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":\#(id)}}"#
  }

  static func ping(_ id: String) -> String { #"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"# }
  static func pong(_ id: String) -> String { #"{"jsonrpc":"2.0","id":\#(id),"result":{}}"# }
}

/// The system's `close`, under a name that a closure in a class can use.
private func closeDescriptor(_ descriptor: Int32) { close(descriptor) }
