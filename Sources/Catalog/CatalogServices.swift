package import Config
package import MCP
package import Platform
package import Safeguards
package import SequenceAPI

/// What tools need beside their own rule, shared by all tools of a catalogue.
package final class CatalogServices: Sendable {
  package let client: SequenceClient
  package let secrets: SecretResolver
  package let safeguards: TriggerGuard
  package let served: ServedTools
  package let clock: any Clock
  package let log: Logger
  /// Whether triggers only tell what they would send.
  package let isDryRun: Bool
  /// What the person types to let a refused call through, but for its code: `sequence-mcp approve`, with the options that
  /// lead to this server's state folder.
  package let approveCommand: String
  /// Over which API `get_accounts` reads.
  let accountsAPI: SequenceAPIName
  let platformUse: PlatformUse

  /// - Parameter platformUse: outlives reloads.
  package init(
    client: SequenceClient, secrets: SecretResolver, safeguards: TriggerGuard, served: ServedTools, clock: any Clock,
    log: Logger, isDryRun: Bool, approveCommand: String, accountsAPI: SequenceAPIName = .remote,
    platformUse: PlatformUse = PlatformUse()
  ) {
    self.client = client
    self.secrets = secrets
    self.safeguards = safeguards
    self.served = served
    self.clock = clock
    self.log = log
    self.isDryRun = isDryRun
    self.approveCommand = approveCommand
    self.accountsAPI = accountsAPI
    self.platformUse = platformUse
  }
}
