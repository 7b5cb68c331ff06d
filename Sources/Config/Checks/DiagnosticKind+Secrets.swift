import Rules
import SourceYAML

extension DiagnosticKinds {
  /// The faults of secrets that `validate-config` finds by resolving them. They depend on the machine, not on the file's text.
  static let secrets: [DiagnosticKind] = [
    secret(
      "env-missing", "unset SAVE_SECRET", "an environment variable that is not set",
      "The variable that the reference names is not in the environment of sequence-mcp. A client passes its own environment or "
        + "what is under 'env' in its configuration; consider {file: PATH} instead.",
      "export SAVE_SECRET=\"$(cat secrets/save)\""),
    secret(
      "file-missing", "rm secrets/save", "a missing secret file",
      "Relative paths start at the configuration file's directory, '~/' is the home directory.",
      "install -m 600 /dev/stdin secrets/save"),
    secret(
      "file-unreadable", "sudo install -m 600 /dev/null secrets/save", "a secret file that cannot be read",
      "The system refused to open or read the file; the message says why.",
      "ls -l secrets/save"),
    secret(
      "file-mode", "chmod 644 secrets/save", "a secret file that others may read",
      "A secret file must be readable by its owner alone. If others could read it, consider making a new secret.",
      "chmod 600 secrets/save"),
    secret(
      "file-owner", "sudo chown nobody secrets/save", "a secret file of another user",
      "A secret file must belong to the user who runs sequence-mcp, or to root.",
      "sudo chown \"$USER\" secrets/save"),
    secret(
      "not-a-file", "mkdir secrets/save", "a secret that is not in a regular file",
      "A secret is read from a regular file; a directory, a pipe or a device is refused. A symbolic link is followed, and its "
        + "target is checked.",
      "ls -lL secrets/save"),
    secret(
      "credentials-directory-missing", "env -u CREDENTIALS_DIRECTORY sequence-mcp serve", "no directory of credentials",
      "{credential: NAME} reads the directory in $CREDENTIALS_DIRECTORY, which systemd sets for a service with "
        + "LoadCredential=; it must be a full path. Elsewhere use {file: PATH}.",
      "systemd-run --user -p LoadCredential=save:/etc/secrets/save sequence-mcp doctor"),
    secret(
      "credential-name", "ls \"$CREDENTIALS_DIRECTORY/../save\"", "not the name of a credential",
      "A credential is a plain file name, without slashes.",
      "ls \"$CREDENTIALS_DIRECTORY\""),
    secret(
      "command-missing", "PATH=/nowhere sequence-mcp secret check", "a missing secret command",
      "The program is searched for in the absolute directories of PATH, then in /opt/homebrew/bin, /usr/local/bin and "
        + "~/.local/bin. Clients pass a short PATH; a full path always works.",
      "command -v pass"),
    secret(
      "command-not-a-program", "chmod -x ~/bin/get-secret", "a secret command that cannot be run",
      "It is a directory, a file that may not be executed by the user who runs sequence-mcp, or a script whose first line does "
        + "not name the program that runs it, as #!/bin/sh does.",
      "head -n 1 ~/bin/get-secret\nchmod u+x ~/bin/get-secret"),
    secret(
      "command-untrusted", "chmod o+w ~/bin/get-secret", "a secret command that others could replace",
      "The program and every directory on its path must belong to you or root, and nobody else may write there: anyone who can "
        + "replace it can get the secret.",
      "chmod go-w ~/bin/get-secret"),
    secret(
      "command-failed", "gpgconf --kill gpg-agent", "a secret command that fails",
      "It exited with a status other than 0, was ended by a signal, or the system did not start it. It has no terminal and no "
        + "input, so it cannot ask anything. Only 'sequence-mcp secret check' at a terminal shows what it writes to stderr.",
      "sequence-mcp secret check"),
    secret(
      "command-unfinished", "sequence-mcp secret check", "a secret command that takes too long",
      "A command has 30 seconds, and is ended with the call that needs it. It may be waiting for an answer that nobody can "
        + "give.",
      "sequence-mcp secret check"),
    secret(
      "command-too-much", "sequence-mcp secret check", "a secret command that writes too much",
      "It must print the secret alone: one line of at most 4 KiB. A whole item or a help text was printed.",
      "pass show sequence/save | head -n 1 | wc -c"),
    secret(
      "empty", "truncate -s 0 secrets/save", "an empty secret", "There is no text in the variable or file.",
      "cat secrets/save | wc -c"),
    secret(
      "not-text", "head -c 32 /dev/urandom > secrets/save", "a secret that is not text",
      "The bytes are not UTF-8. Copy the secret again from Sequence.",
      "file secrets/save"),
    secret(
      "multiline", "printf 'one\\ntwo\\n' > secrets/save", "a secret with several lines",
      "A secret is one line; one newline at its end is removed. Something else was stored with it.",
      "wc -l secrets/save"),
    secret(
      "control-character", "printf 'not-a-real\\tsecret' > secrets/save", "a secret with a control character",
      "Such characters come from a copy out of a terminal. Copy the secret again.", "cat -A secrets/save"),
    secret(
      "surrounding-space", "echo ' not-a-real-secret ' > secrets/save", "a secret with spaces around it",
      "They are not part of the secret. Store it without them.", "sed -i 's/^ *//; s/ *$//' secrets/save"),
    secret(
      "too-short", "echo 12345 > secrets/save", "a secret with only a few characters",
      "No Sequence secret is that short: only a piece of it was stored. Such a short text also occurs by chance elsewhere, "
        + "so it could not be kept out of messages and logs.",
      "install -m 600 /dev/stdin secrets/save"),
    secret(
      "too-long", "cp ~/.bash_history secrets/save", "a secret of more than 4 KiB",
      "No Sequence secret is that long: this is another file.",
      "ls -l secrets/save"),
    secret(
      "bearer-prefix", "echo 'Bearer not-a-real-secret' > secrets/save", "a secret that starts with 'Bearer '",
      "sequence-mcp writes that word itself. Store only what follows it.", "sed -i 's/^Bearer //' secrets/save"),
    secret(
      "unexpanded", "echo 'op://vault/save/secret' > secrets/save", "a reference instead of a secret",
      "The stored text looks like ${NAME}, $NAME or op://...: the program that should have replaced it did not run. "
        + "sequence-mcp uses secrets as they are.",
      "op read op://vault/save/secret | install -m 600 /dev/stdin secrets/save"),
    secret(
      "doubtful", "echo 'SAVE_SECRET=not-a-real-secret' > secrets/save",
      "a secret that may be incomplete or have other text with it",
      "The text has quotes, a name or a comment around it, is a template, a path or an example, has a space in it, or is "
        + "short. It is used as it is; Sequence decides whether it is right.",
      "install -m 600 /dev/stdin secrets/save", severity: .warning),
    secret(
      "not-tried", "sequence-mcp validate-config", "a secret command that was not run",
      "A check of the file runs no command, since it may ask you for a fingerprint or take time. It was only checked that the "
        + "program exists and can be trusted.",
      "sequence-mcp secret check", severity: .note),
  ]

  private static func secret(
    _ id: String, _ bad: String, _ summary: String, _ explanation: String, _ command: String,
    severity: Diagnostic.Severity = .error
  ) -> DiagnosticKind {
    DiagnosticKind(
      "secret-" + id, severity, summary, explanation, example: bad + "\n", isCommand: true, good: command + "\n")
  }
}
