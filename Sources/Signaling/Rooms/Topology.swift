/// The way media takes between the participants of a room.
package enum Topology: String, Sendable, CaseIterable {
  /// Between the browsers; the server relays descriptions and candidates.
  case mesh
  /// Every publisher sends once to the SFU.
  case routed
  /// A stage and an audience, through the SFU.
  case broadcast

  /// What the media plane does in a room of this topology; nil where it has no part.
  var mediaMode: MediaMode? {
    switch self {
    case .mesh: nil
    case .routed: .routed
    case .broadcast: .broadcast
    }
  }
}

extension MediaPlane {
  /// The topologies beyond `mesh` that this plane carries.
  var topologies: Set<Topology> {
    Set(Topology.allCases.filter { $0.mediaMode.map(modes.contains) ?? false })
  }
}
