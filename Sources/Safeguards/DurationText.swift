/// Lengths of time for people.
enum DurationText {
  /// The two largest units, rounded up: `45 s`, `10 min`, `3 h 12 min`, `2 d 4 h`.
  static func rough(_ milliseconds: Int64) -> String {
    let seconds = milliseconds.addingSaturated(999) / 1000
    if seconds < 120 { return "\(seconds) s" }
    let minutes = (seconds + 59) / 60
    if minutes < 60 { return "\(minutes) min" }
    if minutes < 48 * 60 { return pair(minutes / 60, "h", minutes % 60, "min") }
    let hours = (minutes + 59) / 60
    return pair(hours / 24, "d", hours % 24, "h")
  }

  private static func pair(_ large: Int64, _ unit: String, _ small: Int64, _ smallUnit: String) -> String {
    small == 0 ? "\(large) \(unit)" : "\(large) \(unit) \(small) \(smallUnit)"
  }
}
