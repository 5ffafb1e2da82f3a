/// A value that a header extension element carries.
@usableFromInline package protocol HeaderExtension: Equatable, Sendable {
  /// Reads the value of one element; more or fewer bytes than the format has are an error.
  init(parsing value: RawSpan) throws(WireError)

  /// How many bytes `write` appends.
  var byteCount: Int { get }

  /// Appends the value, without id and length.
  func write(into output: inout OutputRawSpan) throws(WireError)
}
