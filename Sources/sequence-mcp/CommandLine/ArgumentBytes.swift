/// The command line as the system passes it: bytes, which need not be text.
enum ArgumentBytes {
  /// The words of the command line, the program's name first.
  /// - Throws: `CommandError.usage` for a word that is not UTF-8: replacing its bytes would name another file, or send another text.
  static func words(
    _ count: Int, _ pointers: UnsafePointer<UnsafePointer<CChar>?>
  ) throws(CommandError) -> [String] {
    var words: [String] = []
    for index in 0..<count {
      guard let pointer = pointers[index] else { continue }
      guard let word = String(validatingCString: pointer) else {
        // What the program itself is called does not matter.
        if index == 0 {
          words.append("sequence-mcp")
          continue
        }
        throw .usage("'\(shown(pointer))' is not UTF-8; nothing was done")
      }
      words.append(word)
    }
    return words
  }

  /// The word with every byte that is not printable ASCII as `\xNN`.
  private static func shown(_ pointer: UnsafePointer<CChar>) -> String {
    var text = ""
    var next = pointer
    while next.pointee != 0, text.utf8.count < 200 {
      let byte = UInt8(bitPattern: next.pointee)
      if (0x20..<0x7F).contains(byte) {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += (byte < 0x10 ? "\\x0" : "\\x") + String(byte, radix: 16)
      }
      next += 1
    }
    return text
  }
}
