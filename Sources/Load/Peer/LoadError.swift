/// Why a connection of the load does not come about.
package enum LoadError: Error, Equatable, Sendable {
  /// The server's description is malformed.
  case malformedDescription
  /// It accepts nothing, or says not how the server is reached and recognised.
  case unusableDescription
}
