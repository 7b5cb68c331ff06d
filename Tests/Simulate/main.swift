import Foundation
import Simulation
import Synchronization

// Runs many schedules: `simulate [--schedules N] [--seed FIRST] [--plant NAME] [--ignore KIND,...]`. The first seed that breaks
// a promise is run again with its steps printed, and the exit status is 1. `--steps` prints the steps of the schedules in any
// case. `--prove` reintroduces each past bug and checks that it is found. `--soak DAYS [--seed N]` simulates one world for that
// many days.

func value(of option: String) -> String? {
  CommandLine.arguments.firstIndex(of: option).flatMap { index in
    CommandLine.arguments.indices.contains(index + 1) ? CommandLine.arguments[index + 1] : nil
  }
}

if CommandLine.arguments.contains("--prove") {
  // Each past bug must be found, some of which need a rare order of events.
  var isBlind = false
  for plant in Plant.allCases {
    let found = Simulation.search(1..<12_001, plant: plant)
    isBlind = isBlind || found.seed == nil
    let kind = found.seed.flatMap { Simulation().run(seed: $0, plant: plant).violations.first?.kind.rawValue }
    print("\(plant.rawValue): " + (found.seed.map { "seed \($0), \(kind ?? "")" } ?? "NOT FOUND"))
  }
  exit(isBlind ? 1 : 0)
}

if let days = value(of: "--soak").flatMap({ Int($0) }) {
  let start = Date()
  let report = Simulation().soak(days: days, seed: value(of: "--seed").flatMap { UInt64($0) } ?? 1)
  for day in report.days { print(day.text) }
  print("\(report.statistics.text) in \(String(format: "%.1f", Date().timeIntervalSince(start))) s")
  for violation in report.violations { print("VIOLATION \(violation)") }
  exit(report.violations.isEmpty ? 0 : 1)
}

let count = value(of: "--schedules").flatMap { UInt64($0) } ?? 10_000
let first = value(of: "--seed").flatMap { UInt64($0) } ?? 1
let plant = value(of: "--plant").flatMap { Plant(rawValue: $0) }
let ignored =
  value(of: "--ignore").map { names in
    Set(
      Violation.Kind.allCases.filter { names == "all" || names.split(separator: ",").contains(Substring($0.rawValue)) })
  } ?? Violation.Kind.knownOpen
if CommandLine.arguments.contains("--steps") {
  for seed in first..<first + count {
    print("seed \(seed)")
    for line in Simulation(knownOpen: ignored).steps(seed: seed, plant: plant) { print(line) }
  }
  exit(0)
}
let start = Date()
let found = Simulation.search(first..<first + count, plant: plant, knownOpen: ignored)
let seconds = Date().timeIntervalSince(start)
print("\(found.statistics.text) in \(String(format: "%.1f", seconds)) s")
guard let seed = found.seed else { exit(0) }
for line in Simulation(knownOpen: ignored).steps(seed: seed, plant: plant) { print(line) }
print("run again with: --seed \(seed) --schedules 1\(plant.map { " --plant \($0.rawValue)" } ?? "")")
exit(1)
