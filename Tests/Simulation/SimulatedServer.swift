import Catalog
import Config
import JSON
import MCP
import Platform
import Rules
import Safeguards
import Secrets
import SequenceAPI

/// One server process: the real safeguards, catalog and client over a simulated world.
// `@unchecked Sendable`: see `SimulatedMachine`.
final class SimulatedServer: CustomStringConvertible, @unchecked Sendable {
  let process: SimulatedProcess
  private(set) var choice: ConfigurationChoice
  /// The stored secrets that this process has sent, which Sequence or a gateway may quote.
  private(set) var sentSecrets: [String] = []
  private let world: World
  private let log: SimulatedLog
  private let secrets: SecretResolver
  private let scrubber = SecretScrubber()
  private var safeguards: TriggerGuard
  private let served = ServedTools()
  private let memory = ConsentMemory()
  private var catalog: ToolCatalog?
  private var services: CatalogServices?
  private let limiter: RateLimiter
  private let platformState = SharedPlatformState()
  private var isServing = false

  init(_ world: World, number: Int, _ choice: ConfigurationChoice, log: SimulatedLog) {
    self.world = world
    self.choice = choice
    self.log = log
    process = SimulatedProcess(number: number)
    limiter = RateLimiter(clock: world.machine)
    let scrubber = scrubber
    secrets = SecretResolver(environment: SimulatedSecrets.environment, scrubber: scrubber)
    safeguards = SimulatedServer.safeguards(world, process, log) { scrubber.scrub($0) }
    load(choice)
  }

  deinit { served.serve(nil) }

  /// Returns the safeguards of a process of this program.
  static func safeguards(
    _ world: World, _ process: SimulatedProcess, _ log: SimulatedLog, scrub: @escaping @Sendable (String) -> String
  ) -> TriggerGuard {
    let ledger = Ledger(
      path: SimulatedStorage.path, clock: world.machine, storage: SimulatedStorage(world, process),
      notice: { text in
        world.trace.note("  notice: \(text)")
        if text.contains("older lines are in") { world.statistics.rotations += 1 }
        if text.contains("torn by a crash") { world.statistics.tornLines += 1 }
        log.take(Array(text.utf8))
      }, randomBits: { world.dice.bits() })
    return TriggerGuard(ledger: ledger, scrub: scrub)
  }

  /// Serves another configuration from now on.
  func load(_ choice: ConfigurationChoice) {
    self.choice = choice
    let configuration = choice.configuration
    guard let url = try? ServiceURL("https://api.getsequence.io"),
      let platform = try? ServiceURL("https://api.getsequence.io" + SimulatedPlatform.path)
    else { return }
    let remote = RemoteAPI(baseURL: url, triggerPath: configuration.sequence.triggerPath, version: "1.2.3")
    let (world, log) = (world, log)
    var connection = APIConnection(
      transport: SimulatedTransport(world, self), limiter: limiter,
      scrubber: world.plant == .cutBeforeScrubbed ? SecretScrubber() : scrubber,
      notice: { log.take(Array($0.utf8)) })
    connection.clock = world.machine
    connection.pause = { milliseconds in
      world.machine.pass(milliseconds: milliseconds)
      // Waits come in steps of 100 ms. If the call were suspended after each of them, nothing else would ever end.
      if world.dice.chance(30) { world.current?.suspend() }
    }
    connection.jitter = { world.dice.number($0) }
    connection.readsAtOnce = 1
    let client = SequenceClient(
      remote: remote, platform: PlatformAPI(baseURL: platform, version: "1.2.3"), timeoutMilliseconds: 30_000,
      over: connection)
    let scrubber = scrubber
    var process = ProcessServices(
      safeguards: safeguards, clock: world.machine,
      log: Logger(descriptor: log.descriptor, clock: world.machine, scrub: { scrubber.scrub(bytes: $0) }))
    (process.served, process.consentMemory, process.platformState) = (served, memory, platformState)
    let services = CatalogServices(process: process, client: client, secrets: secrets)
    self.services = services
    catalog = ToolCatalog(configuration: configuration, services: services, isReadOnly: false)
    // With the plant, calls in progress are judged by the configuration that was served at the start.
    if let catalog, !isServing || world.plant != .staleTerms { served.serve(catalog) }
    isServing = true
  }

  /// Starts a call on the current thread.
  func call(_ call: SimulatedCall) -> ToolReply? {
    catalog?.call(
      call.tool, arguments: call.allArguments,
      context: ToolCallContext(isCancelled: { call.isCancelled }))
  }

  /// Returns what a client receives of a result: all output goes through the scrubber.
  func shown(_ result: ToolResult) -> [UInt8] {
    let content = result.structuredContent.map { JSONValue.object($0) } ?? .null
    return scrubber.scrub(bytes: JSONWriter.write(["text": .string(result.text), "content": content]))
  }

  func sends(_ secret: String) { if !sentSecrets.contains(secret) { sentSecrets.append(secret) } }

  /// Records what is still running, as a process does that ends normally.
  func stop() { safeguards.recordOpenAsUnknown() }

  /// Releases everything: a million schedules would fill the memory.
  func release() {
    if let services {
      served.serve(
        ToolCatalog(configuration: ConfigurationChoice.withoutTools, services: services, isReadOnly: true))
    }
    (catalog, services) = (nil, nil)
  }

  var description: String { "server \(process.number)" }
}
