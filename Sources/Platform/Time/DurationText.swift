/// Durations as text: exact with one unit in configurations and options, rounded for people.
package enum DurationText {
  private static let units: [(suffix: Character, seconds: Int, words: [String])] = [
    ("d", 86_400, ["d", "day", "days"]), ("h", 3600, ["h", "hr", "hrs", "hour", "hours"]),
    ("m", 60, ["m", "min", "mins", "minute", "minutes"]), ("s", 1, ["s", "sec", "secs", "second", "seconds"]),
  ]

  /// Returns the duration in whole seconds: `30s`, `10m`, `2h`, `1d`; nil if the text is not a duration.
  /// - Parameter takesWeeks: Whether `2w` is one, too.
  package static func parse(_ text: String, takesWeeks: Bool = false) -> Int? {
    guard (2...10).contains(text.utf8.count), let last = text.utf8.last,
      text.utf8.dropLast().allSatisfy(\.isASCIIDigit), let number = Int(text.dropLast())
    else { return nil }
    if takesWeeks, last == UInt8(ascii: "w") { return number * 604_800 }
    return units.first { $0.suffix.asciiValue == last }.map { number * $0.seconds }
  }

  /// Returns `30s` for `30 sec`, `2h` for `2 hours`; nil for text that is not a number with a unit.
  package static func meant(by text: String) -> String? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let word = text.dropFirst(digits.count).filter { $0 != " " }.lowercased()
    guard !digits.isEmpty, digits.count <= 9, let unit = units.first(where: { $0.words.contains(word) })
    else { return nil }
    return "\(digits)\(unit.suffix)"
  }

  /// Returns the duration in the largest unit that divides it evenly.
  package static func write(_ seconds: Int) -> String {
    let unit = units.first { seconds % $0.seconds == 0 && seconds >= $0.seconds } ?? units[3]
    return "\(seconds / unit.seconds)\(unit.suffix)"
  }

  /// Returns the two largest units, rounded up: `45 s`, `10 min`, `3 h 12 min`, `2 d 4 h`.
  package static func rough(_ milliseconds: Int64) -> String {
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
