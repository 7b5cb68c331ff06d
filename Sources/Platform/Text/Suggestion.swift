/// "Did you mean": the known name that a misspelt one is nearest to.
package enum Suggestion {
  /// Longer names are compared by their letters only; nobody types 64 characters by hand.
  private static let longestName = 64

  /// The candidate that was most likely meant, or nil if none is close. The earlier of two equally near ones wins.
  ///
  /// Near is: the same letters and digits in any case (`max_length` for `maxLength`), or at most a third of the name's
  /// characters wrong, missing, too many or swapped with their neighbor; failing that, the one name that begins so
  /// (`validate` for `validate-config`).
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
      // A name of one or two letters is as near to everything as to nothing.
      let distance = distance(plainName, plainCandidate)
      if distance <= wanted, distance < min(plainName.count, plainCandidate.count) { best = (candidate, distance) }
    }
    return best?.candidate ?? only(candidates, beginningWith: plainName)
  }

  /// nil if several begin so, and for beginnings of less than three letters.
  private static func only(_ candidates: some Sequence<String>, beginningWith name: [UInt32]) -> String? {
    guard name.count >= 3 else { return nil }
    let found = candidates.filter { plain($0).starts(with: name) }
    return found.count == 1 ? found[0] : nil
  }

  /// The help text with the nearest name, or nil: `did you mean 'maximum'?`.
  package static func help(for name: String, among candidates: some Sequence<String>) -> String? {
    nearest(to: name, among: candidates).map(question)
  }

  /// `did you mean 'maximum'?`
  package static func question(_ name: String) -> String { "did you mean '\(name)'?" }

  /// The name's lower-cased ASCII and other code points without separators.
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

  /// The Damerau-Levenshtein distance in its "optimal string alignment" form.
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
