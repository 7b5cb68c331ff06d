import CSystem
import Platform
import Rules
import Secrets

extension SecretResolver {
  /// Creates the resolver of an owner's command, which names each secret command that it has to wait for.
  /// - Parameter references: Every secret of the configuration.
  init(_ references: [SecretReference], _ console: Console) {
    self = SecretResolver(environment: console.environment, scrubber: SecretScrubber(), references: references)
      .notingWaits { command in
        // In a log, nobody is waiting.
        guard isatty(STDERR_FILENO) == 1 else { return }
        console.remark("Waiting for the command '\(command.program)' to print its secret.")
      }
  }
}

extension SecretScrubber {
  /// Creates the scrubber of a configuration's secrets, as far as they can be read without running a command. What an owner's
  /// command shows may contain one that was copied into the configuration.
  convenience init(of configuration: Configuration, _ console: Console) {
    self.init()
    SecretResolver(environment: console.environment, scrubber: self, references: configuration.secretReferences)
      .registerWithoutRunning()
  }
}
