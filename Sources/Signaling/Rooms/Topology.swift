/// The way media takes between the participants of a room.
package enum Topology: String, Sendable, CaseIterable {
  /// Between the browsers; the server relays descriptions and candidates.
  case mesh
  /// Every publisher sends once to the SFU.
  case routed
  /// A stage and an audience, through the SFU.
  case broadcast
}
