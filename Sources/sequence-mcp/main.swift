#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

// Swift finds the command line in /proc. Where that is not mounted it is empty, and a '--read-only' must not go unheard.
guard !CommandLine.arguments.isEmpty else {
  Console(colour: nil).error("the command line cannot be read; mount /proc")
  exit(ExitCode.unusable.rawValue)
}
exit(CommandLineInterface.run(Array(CommandLine.arguments.dropFirst())).rawValue)
