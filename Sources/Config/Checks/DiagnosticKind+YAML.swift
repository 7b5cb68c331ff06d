import Rules
import SourceYAML

extension DiagnosticKinds {
  /// What only the YAML parser reports.
  static let yaml: [DiagnosticKind] = [
    DiagnosticKind(
      YAMLFault.syntax.rawValue, .error, "the file is not valid YAML",
      "The text breaks YAML's own grammar at this place: a bracket or quote that is not closed, a tab used to indent, or "
        + "lines that are not indented alike. Nothing after it is checked until this is fixed.",
      example: "version: 1\nserver: {title: My money\n⟦⟧", good: "version: 1\nserver: {title: My money}\n"),
    DiagnosticKind(
      YAMLFault.hiddenCharacter.rawValue, .error, "an invisible character that changes how a line is read",
      "YAML ends a line, and with it a comment, at U+0085, U+2028, U+2029 and a carriage return alone, where most "
        + "editors show one line: what looks like a comment would take effect. Direction controls show a line in "
        + "another order than it is read. A byte order mark (U+FEFF) after the start of the file, as two joined files "
        + "have it, may be read as text. A value of the payload in double quotes takes such a character as an escape.",
      example: "version: 1\n# Safe.⟦\u{2028}→\n⟧sandbox: true\n"),
    DiagnosticKind(
      YAMLFault.duplicateKey.rawValue, .error, "the same key twice",
      "A mapping may contain each key once. Programs disagree about which of two values applies, so this is an "
        + "error. Several at once mean that the line above them is missing, or is indented as far as they are.",
      example: "version: 1\nserver:\n  title: One\n  ⟦title⟧: Two\n", good: "version: 1\nserver:\n  title: One\n"),
    DiagnosticKind(
      YAMLFault.nonStringKey.rawValue, .error, "a key that is not text",
      "Keys are strings; quote a number, a boolean or null. A list or a mapping cannot be a key.",
      example: DiagnosticExample.rule("payload:\n  ⟦1→\"1\"⟧: one")),
    DiagnosticKind(
      YAMLFault.unknownTag.rawValue, .error, "an unknown tag",
      "Tags ('!name') ask for types that this language does not have. Write the plain value.",
      example: "version: 1\nserver: {title: ⟦!text⟧ My money}\n", good: "version: 1\nserver: {title: My money}\n"),
    DiagnosticKind(
      YAMLFault.multipleDocuments.rawValue, .error, "more than one document in a file",
      "A configuration is one YAML document; what follows a second '---' would be ignored silently.",
      example: "version: 1\n⟦---⟧\nversion: 1\n", good: "---\nversion: 1\n"),
    DiagnosticKind(
      YAMLFault.unknownAnchor.rawValue, .error, "an alias of an anchor that does not exist",
      "'*name' repeats the value that '&name' marks earlier in the file.",
      example: "version: 1\nserver:\n  title: ⟦*title⟧\n",
      good: "version: 1\nx-title: &title My money\nserver:\n  title: *title\n"),
    DiagnosticKind(
      YAMLFault.duplicateAnchor.rawValue, .warning, "the same anchor twice",
      "'*name' repeats the last '&name' before it, so a copied anchor redirects every alias below it.",
      example: "version: 1\nx-one: &title One\nx-two: &title Two\nserver:\n  title: ⟦*title⟧\n",
      good: "version: 1\nx-one: &one One\nx-two: &two Two\nserver:\n  title: *one\n"),
    DiagnosticKind(
      YAMLFault.badMerge.rawValue, .error, "a merge of something that is not a mapping",
      "'<<' copies the keys of one mapping, or of each mapping in a list.",
      example: "version: 1\nserver:\n  <<: ⟦My money⟧\n",
      good: "version: 1\nx-server: &server {title: My money}\nserver:\n  <<: *server\n"),
    DiagnosticKind(
      YAMLFault.notUTF8.rawValue, .error, "the file is not UTF-8",
      "Configuration files are UTF-8. UTF-16 and broken bytes are refused. Save the file as UTF-8.",
      example: "iconv -f UTF-8 -t UTF-16 config.yaml > new.yaml\n", isCommand: true,
      good: "iconv -f UTF-16 -t UTF-8 config.yaml > new.yaml\n"),
    DiagnosticKind(
      YAMLFault.tooLarge.rawValue, .error, "a file or line that is too large",
      "A file may have up to 8 MiB, and a line up to 1 MiB.", example: "yes '# x' | head -n 3000000 >> config.yaml\n",
      isCommand: true,
      good: "ls -l config.yaml\n"),
    DiagnosticKind(
      YAMLFault.tooDeep.rawValue, .error, "too deeply nested",
      "Lists and mappings may nest 64 levels deep, including what aliases repeat.",
      example: "version: 1\nx-deep: " + String(repeating: "[", count: 63) + "⟦[⟧" + String(repeating: "]", count: 64)
        + "\n", good: "version: 1\n"),
    DiagnosticKind(
      YAMLFault.expansion.rawValue, .error, "aliases that expand to too many values",
      "A few lines of aliases of aliases can expand to billions of values; a file whose aliases expand to more than half a "
        + "million is refused.",
      example: bomb, good: "version: 1\n"),
    DiagnosticKind(
      YAMLFault.tooManyErrors.rawValue, .error, "too many errors in the YAML itself",
      "The rest of the file was not read. Fix the first ones and check again.",
      example: "for n in $(seq 2000); do echo \"x-$n: !tag\"; done >> config.yaml\n", isCommand: true,
      good: "sequence-mcp validate-config config.yaml\n"),
  ]

  /// Levels of ten aliases each: a million values in a few lines. The limit of half a million is exceeded at the mark.
  private static let bomb =
    "version: 1\nx-0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
    + (1...4).map { level in
      "x-\(level): &a\(level) [" + repeatElement("*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
    }.joined() + "x-5: [*a4, *a4, *a4, ⟦*a4⟧, *a4, *a4, *a4, *a4, *a4, *a4]\n"
}
