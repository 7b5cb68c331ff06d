/// "Did you mean" suggestions: the known name nearest to a misspelled one.
package enum Suggestion {
  /// Longer names are matched by exact letters or prefix only; nobody types 64 characters by hand.
  private static let longestName = 64

  /// Returns the candidate that was most likely meant, or nil if none is close. Of two equally near candidates, the earlier
  /// wins.
  ///
  /// A candidate is near if it has the same letters and digits in any case (`max_length` for `maxLength`), or if at most a
  /// third of the name's characters are wrong, missing, extra or swapped with their neighbor. If none is near, the only
  /// candidate that the name is a prefix of matches (`validate` for `validate-config`).
  package static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
    let plainName = plain(name)
    guard !plainName.isEmpty else { return nil }
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
      let plainCandidate = plain(candidate)
      if plainCandidate == plainName { return candidate }
      let limit = max(1, max(plainName.count, plainCandidate.count) / 3)
      let wanted = min(limit, (best?.distance ?? .max) - 1)
      guard plainName.count <= longestName, plainCandidate.count <= longestName,
        abs(plainName.count - plainCandidate.count) <= wanted
      else { continue }
      // Without the second comparison, a one-letter name would match any other one-letter name.
      let distance = distance(plainName, plainCandidate)
      if distance <= wanted, distance < min(plainName.count, plainCandidate.count) { best = (candidate, distance) }
    }
    return best?.candidate ?? only(candidates, beginningWith: plainName)
  }

  /// Returns the only candidate with that prefix; nil if there are several, or if the prefix has fewer than three letters.
  private static func only(_ candidates: some Sequence<String>, beginningWith name: [UInt32]) -> String? {
    guard name.count >= 3 else { return nil }
    let found = candidates.filter { plain($0).starts(with: name) }
    return found.count == 1 ? found[0] : nil
  }

  /// Returns the help with the nearest name, `did you mean 'maximum'?`, or nil.
  package static func help(for name: String, among candidates: some Sequence<String>) -> String? {
    nearest(to: name, among: candidates).map(question)
  }

  /// Returns `did you mean 'maximum'?`.
  package static func question(_ name: String) -> String { "did you mean '\(name)'?" }

  /// Returns the name's code points without separators, ASCII letters in lower case.
  private static func plain(_ name: String) -> [UInt32] {
    var letters: [UInt32] = []
    for scalar in name.unicodeScalars.prefix(4 * longestName) {
      switch scalar {
      case "_", "-", " ": continue
      case "A"..."Z": letters.append(scalar.value | 0x20)
      default: letters.append(scalar.value)
      }
    }
    return letters
  }

  /// Returns the Damerau-Levenshtein distance in its "optimal string alignment" form.
  private static func distance(_ one: [UInt32], _ other: [UInt32]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...other.count)
    for (row, letter) in one.enumerated() {
      var current = [row + 1]
      for (column, otherLetter) in other.enumerated() {
        var least = min(previous[column + 1] + 1, current[column] + 1)
        least = min(least, previous[column] + (letter == otherLetter ? 0 : 1))
        if row > 0, column > 0, letter == other[column - 1], one[row - 1] == otherLetter {
          least = min(least, beforePrevious[column - 1] + 1)
        }
        current.append(least)
      }
      beforePrevious = previous
      previous = current
    }
    return previous[other.count]
  }
}
