/// The texts that give a secret away, as `DecodedText` reads them. Escapes are not spelled out here: it decodes them.
enum SecretForms {
  private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let urlSafe = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
  private static let hexDigits = Array("0123456789abcdef".utf8)

  /// The value itself, as HTML forms write it (`+` for a space), in hexadecimal, and in base64, where the text around it
  /// moves it to one of three alignments (RFC 4648 sections 4, 5 and 8). Empty for a secret that is too short.
  static func patterns(of secret: [UInt8]) -> [[UInt8]] {
    let form = secret.map { $0 == UInt8(ascii: " ") ? UInt8(ascii: "+") : $0 }
    let hex = secret.flatMap { [hexDigits[Int($0 >> 4)], hexDigits[Int($0 & 15)]] }
    var patterns = [secret, form, hex]
    for alignment in 0..<3 {
      patterns.append(base64(secret, alignment, standard))
      patterns.append(base64(secret, alignment, urlSafe))
    }
    let texts = patterns.map { DecodedText($0).bytes }
    guard texts[0].count >= SecretScrubber.minLength else { return [] }
    // Each of them once.
    return texts.indices.filter { !texts[..<$0].contains(texts[$0]) }.map { texts[$0] }
  }

  /// The base64 characters that depend on the secret alone if `alignment` bytes stand before it in their group of three.
  private static func base64(_ secret: [UInt8], _ alignment: Int, _ alphabet: [UInt8]) -> [UInt8] {
    let bytes = [UInt8](repeating: 0, count: alignment) + secret
    let first = (alignment * 8 + 5) / 6
    let end = bytes.count * 8 / 6
    return (first..<end).map { character in
      let bit = character * 6
      let high = UInt16(bytes[bit / 8]) << 8
      let low = bit / 8 + 1 < bytes.count ? UInt16(bytes[bit / 8 + 1]) : 0
      return alphabet[Int((high | low) >> (10 - UInt16(bit % 8))) & 63]
    }
  }
}
