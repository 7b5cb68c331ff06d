import Rules
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
}
