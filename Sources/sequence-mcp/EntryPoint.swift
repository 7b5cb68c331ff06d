/// Where the program begins, as the system calls it.
///
/// Not `main.swift` with `CommandLine`: on Linux that finds the command line by reading `/proc/self/maps`, which is 5 % of a start,
/// and is empty where `/proc` is not mounted; a `--read-only` must not go unheard there. SwiftPM gives this name to the entry point
/// of an executable target, and links it as `main`.
@_cdecl("sequence_mcp_main")
func entryPoint(count: CInt, words: UnsafePointer<UnsafePointer<CChar>?>) -> CInt {
  do throws(CommandError) {
    let words = try ArgumentBytes.words(Int(count), words)
    OwnBinary.nameAsLaunched = words.first
    return CommandLineInterface.run(Array(words.dropFirst())).rawValue
  } catch {
    Console(colour: nil).error(error.message)
    return error.exitCode.rawValue
  }
}
