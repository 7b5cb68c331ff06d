import Sandbox
import Secrets

/// Whether a typed secret is one that could be used, in words for the person who typed it.
enum SecretShape {
  /// What is wrong with it, without saying any of it; nil where nothing is.
  static func problem(_ text: String) -> String? {
    do throws(SecretFault) {
      _ = try SecretText.secret(Array(text.utf8), from: "the secret")
      return nil
    } catch {
      return "\(error.message); \(error.help)"
    }
  }

  /// Why it may not be the whole secret and nothing else, to complete "the secret ...", without saying any of it; nil where it
  /// looks like one.
  static func doubt(_ text: String) -> String? {
    if let doubt = SecretDoubt.about(text) { return "\(doubt.problem); \(doubt.help)" }
    guard SandboxCatalog.isMadeUp(secret: text) else { return nil }
    return "is one of the sandbox's, which Sequence does not accept; store your own"
  }
}
