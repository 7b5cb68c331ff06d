/// What to do about a limit that the system sets a process, such as those of `ulimit`.
package enum SystemLimit {
  /// After `EMFILE` or `ENFILE`.
  package static let openFiles = "raise the limit of open files where the server is started ('ulimit -n', LimitNOFILE)"
  /// After `EFBIG`.
  package static let fileSize = "raise the limit of file sizes where the server is started ('ulimit -f', LimitFSIZE)"
}
