import Foundation
import Simulation
import Synchronization

// Runs many schedules: `simulate [--schedules N] [--seed FIRST] [--plant NAME] [--ignore KIND,...]`. The first seed that breaks a promise is run once more, told
// step by step, and ends the command with status 1.

func value(of option: String) -> String? {
  CommandLine.arguments.firstIndex(of: option).flatMap { index in
    CommandLine.arguments.indices.contains(index + 1) ? CommandLine.arguments[index + 1] : nil
  }
}

let count = value(of: "--schedules").flatMap { UInt64($0) } ?? 10_000
let first = value(of: "--seed").flatMap { UInt64($0) } ?? 1
let plant = value(of: "--plant").flatMap { Plant(rawValue: $0) }
let names = (value(of: "--ignore") ?? "").split(separator: ",").map(String.init)
let ignored = Set(Violation.Kind.allCases.filter { names.contains($0.rawValue) || names == ["all"] })
let start = Date()
let found = Simulation.search(first..<first + count, plant: plant, knownOpen: ignored)
let seconds = Date().timeIntervalSince(start)
print("\(found.statistics.text) in \(String(format: "%.1f", seconds)) s")
guard let seed = found.seed else { exit(0) }
for line in Simulation(knownOpen: ignored).steps(seed: seed, plant: plant) { print(line) }
print("run again with: --seed \(seed) --schedules 1\(plant.map { " --plant \($0.rawValue)" } ?? "")")
exit(1)
