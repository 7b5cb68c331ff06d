#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
import JSON
package import Platform
import Synchronization

/// Serves one MCP client over two descriptors. One thread reads, and answers what needs no waiting; tool calls run on a few
/// worker threads; whoever has something to say queues it with the one writer.
package final class Server: Sendable {
  let options: ServerOptions
  let clock: any Clock
  let log: Logger
  let writer: MessageWriter
  let pool: WorkerPool
  let questions: OpenQuestions
  let budget: ByteBudget
  let state: Mutex<ServerState>
  private let reader: InputReader

  /// - Parameters:
  ///   - wake: a descriptor that becomes readable when the server shall end (SIGTERM, SIGINT); nothing is read from it.
  ///   - reloadRequests: a descriptor that becomes readable when the provider shall be made anew (SIGHUP); it is emptied.
  ///   - scrub: applied to everything that is written to `output`, in whole lines.
  ///   - log: never gets arguments, results or questions.
  package init(
    provider: any ToolProvider, info: ServerInfo, input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO,
    wake: Int32? = nil, reloadRequests: Int32? = nil, options: ServerOptions = ServerOptions(),
    scrub: @escaping @Sendable ([UInt8]) -> [UInt8] = { $0 }, clock: any Clock = SystemClock(), log: Logger
  ) {
    self.options = options
    self.clock = clock
    self.log = log
    reader = InputReader(input: input, output: output, wake: wake, reloadRequests: reloadRequests)
    writer = MessageWriter(output: output, wake: wake, scrub: scrub)
    pool = WorkerPool(limit: options.concurrentCalls)
    questions = OpenQuestions(limit: options.openQuestions)
    budget = ByteBudget(limit: options.heldArgumentBytes)
    state = Mutex(
      ServerState(
        catalogue: Catalogue(
          provider: provider, info: info, isReloadable: options.isReloadable, pageBytes: options.pageBytes)))
  }

  /// Serves until the input ends, the output is closed or `wake` is readable; then gives running calls their grace and
  /// returns. Call it once. Ignores SIGPIPE for the whole process, since a client that went away is no reason to die.
  /// - Parameter onReloadRequest: runs on this thread, so it must not wait.
  package func run(onReloadRequest: () -> Void = {}) {
    signal(SIGPIPE, SIG_IGN)
    var reader = reader
    var framer = LineFramer(maxLineBytes: options.maxLineBytes)
    var ending: InputReader.Event?
    while ending == nil, !writer.isClosed {
      // The tick for calls that wait; a call can only begin on this thread, so none is missed.
      let hasCalls = state.withLock { !$0.calls.isEmpty }
      let event = reader.next(timeoutMilliseconds: hasCalls ? 1000 : nil)
      switch event {
      case .chunk(let bytes):
        framer.append(bytes)
        while let frame = framer.next() {
          receive(frame)
          writer.relieve()
        }
      case .endOfInput:
        if let frame = framer.finish() { receive(frame) }
        ending = event
      case .stop, .outputClosed: ending = event
      case .reloadRequest: onReloadRequest()
      case .idle: break
      }
      tick()
      writer.flush()
    }
    shutDown(endingSubscriptions: ending == .stop)
  }

  /// Serves these tools from now on and tells the clients that asked to be told. Questions to the person that do not hold any
  /// more are withdrawn; those that modern clients hold are judged when they are answered.
  /// - Parameter info: nil keeps the server's name and title.
  package func replaceProvider(_ provider: any ToolProvider, info: ServerInfo? = nil) {
    let old = state.withLock { $0.catalogue }
    let catalogue = Catalogue(
      provider: provider, info: info ?? old.info, isReloadable: options.isReloadable, pageBytes: options.pageBytes)
    let method = "notifications/tools/list_changed"
    state.withLock { state in
      state.catalogue = catalogue
      if state.session != nil { writer.enqueue(OutgoingMessage.notification(method)) }
      for subscription in state.subscriptions where subscription.wantsToolsListChanged {
        writer.enqueue(OutgoingMessage.notification(method, ["_meta": subscription.meta]))
      }
    }
    withdrawOutdatedQuestions()
    writer.flush()
  }

  private func shutDown(endingSubscriptions: Bool) {
    let open = state.withLock { state in
      state.isEnding = true
      return state.asking.keys.compactMap { state.takeQuestion($0) }
    }
    for (call, asked) in open { resume(call, asked, with: .clientGone) }
    pool.close(withinMilliseconds: options.shutdownGraceMilliseconds)
    let abandoned = state.withLock { state in
      defer { state.calls = [:] }
      if endingSubscriptions {
        for subscription in state.subscriptions { end(subscription, state.catalogue.info) }
      }
      return state.calls.count
    }
    if abandoned > 0 { log.warning("stopped while calls were running", ["calls": .init(abandoned)]) }
    options.onShutdown()
    writer.close(withinMilliseconds: options.shutdownGraceMilliseconds)
  }
}
