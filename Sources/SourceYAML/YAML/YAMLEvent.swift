/// One step through a YAML stream, as libyaml reports it, with places in the file.
struct YAMLEvent {
  enum Kind {
    case streamStart, streamEnd, documentStart, documentEnd
    /// A reference to the node that carries that anchor.
    case alias(String)
    case scalar(String, ScalarStyle)
    case sequenceStart(isFlow: Bool)
    case mappingStart(isFlow: Bool)
    case collectionEnd
  }

  enum ScalarStyle {
    case plain, quoted, block
  }

  let kind: Kind
  var anchor: String?
  /// In full: `tag:yaml.org,2002:str` for `!!str`.
  var tag: String?
  /// Before an anchor or a tag.
  let start: SourcePosition
  /// Of a collection that ends: of its bracket, or anywhere behind it.
  let end: SourcePosition
}
