import SourceYAML

/// Finds what may be secrets in a file that is no YAML, so that the excerpt of its syntax error shows none.
enum SecretLines {
  private static let keys = ["api_secret", "access_token", "api_secrets"]

  /// For each line that names a secret's key: what stands behind the colon.
  static func ranges(in file: SourceFile) -> [SourceRange] {
    guard file.bytes.count <= YAMLDocument.maximumBytes else { return [] }
    var ranges: [SourceRange] = []
    for line in 1...file.lines.count {
      let bytes = file.lines.bytes(ofLine: line, in: file.bytes)
      guard let start = valueStart(file.bytes[bytes]), start < bytes.upperBound else { continue }
      ranges.append(file.range(ofBytes: start..<bytes.upperBound))
    }
    return ranges
  }

  /// The first byte behind the colon of a secret's key.
  private static func valueStart(_ line: ArraySlice<UInt8>) -> Int? {
    var index = line.startIndex
    while index < line.endIndex {
      if line[index] == UInt8(ascii: "a") {
        for key in keys where line[index...].starts(with: key.utf8) {
          let rest = line[(index + key.utf8.count)...]
          if let colon = rest.first(where: { $0 == UInt8(ascii: ":") }).flatMap({ rest.firstIndex(of: $0) }) {
            return colon + 1
          }
        }
      }
      index += 1
    }
    return nil
  }
}
