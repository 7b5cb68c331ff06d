/// Where a secret is kept. Paths are absolute: relative ones were resolved against the
/// configuration file's folder, `~/` against the home folder.
package enum SecretReference: Sendable, Hashable {
  case environment(String)
  case file(String)
  case credential(String)
  case command(CommandSecret)
}
