import Foundation
import Fuzzing

// Feeds mutated real inputs to the program: `fuzz [--inputs N] [--first NUMBER] [--domain NAME]`. Each domain gets its share of
// the inputs. The first input that breaks an expectation is printed, and the exit status is 1; a crash prints the input's
// number. `--inputs 1 --first NUMBER --domain NAME --show` prints one input and runs it again.

func value(of option: String) -> String? {
  CommandLine.arguments.firstIndex(of: option).flatMap { index in
    CommandLine.arguments.indices.contains(index + 1) ? CommandLine.arguments[index + 1] : nil
  }
}

let wanted = value(of: "--domain")
let domains = FuzzDomain.all.filter { wanted == nil || $0.name == wanted }
guard !domains.isEmpty else {
  print("no domain '\(wanted ?? "")'; there are \(FuzzDomain.all.map(\.name).joined(separator: ", "))")
  exit(2)
}
let share = max(1, (value(of: "--inputs").flatMap { UInt64($0) } ?? 100_000) / UInt64(domains.count))
let first = value(of: "--first").flatMap { UInt64($0) } ?? 1
for domain in domains {
  if CommandLine.arguments.contains("--show") { print(String(decoding: domain.input(first).bytes, as: UTF8.self)) }
  let outcome = FuzzRun(isAlone: true).run(domain, first: first, count: share)
  let seconds = String(format: "%.1f", outcome.seconds)
  print("\(domain.name): \(outcome.count) inputs in \(seconds) s, memory grew by \(outcome.growth) KiB")
  fflush(nil)
  guard let failure = outcome.failure else { continue }
  print("input \(failure.number): \(failure.words)")
  print(String(decoding: domain.input(failure.number).bytes, as: UTF8.self))
  print("run again with: --domain \(domain.name) --first \(failure.number) --inputs 1 --show")
  exit(1)
}
