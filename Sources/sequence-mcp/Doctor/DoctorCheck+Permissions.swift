import Config

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension DoctorCheck {
  /// Nobody else can put another configuration or another secret in place. The files themselves are judged where they are
  /// read.
  static let permissions = DoctorCheck { patient in
    guard let loaded = patient.loaded, !loaded.isUnreadable else { return [] }
    var folders = [FilePath.parent(FilePath.resolvingLinks(patient.place.path))]
    for place in loaded.secretPlaces {
      if case .file(let path) = place.reference { folders.append(FilePath.parent(FilePath.resolvingLinks(path))) }
    }
    var seen: Set<String> = []
    let open = folders.filter { seen.insert($0).inserted && isOpen($0) }
    if open.isEmpty { return [.fine("permissions", "nobody else may put another configuration or secret in place")] }
    return open.map { folder in
      .problem(
        "permissions", "others may put files into \(folder)", remedy: "run 'chmod go-w \(ShellWord.quoted(folder))'")
    }
  }

  /// Whether group or others may rename files in the folder; with the sticky bit they may not rename ours.
  private static func isOpen(_ folder: String) -> Bool {
    var status = stat()
    guard stat(folder, &status) == 0 else { return false }
    return status.st_mode & 0o022 != 0 && status.st_mode & S_ISVTX == 0
  }
}
