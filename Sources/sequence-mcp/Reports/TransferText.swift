/// A transfer as one line of text, wherever an owner reads it.
enum TransferText {
  /// `Checking -> Bills $50.00`
  /// - Parameter amount: Formatted for people; nil if it is not known.
  static func line(from: String, to: String, amount: String?) -> String {
    "\(from) -> \(to) \(amount ?? "(amount not known)")"
  }
}
