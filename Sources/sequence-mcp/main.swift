#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

exit(CommandLineInterface.run(Array(CommandLine.arguments.dropFirst())).rawValue)
