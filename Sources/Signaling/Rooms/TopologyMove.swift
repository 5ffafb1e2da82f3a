/// A room on its way from one topology to the other, while both carry media (make before break).
package struct TopologyMove: Sendable, Equatable {
  /// How a move ended.
  package enum Outcome: String, Sendable, CaseIterable {
    /// All receive by the new topology.
    case completed
    /// Somebody did not come so far in time.
    case timedOut
    /// The room had to go elsewhere before all were there.
    case overtaken
  }

  let target: Topology
  /// Those who have not said that they receive everything by the new topology.
  var awaited: Set<ParticipantID>
  let endsAt: Timestamp
}

/// Who was seen to have no direct path to whom.
struct MeshFailures: Sendable, Equatable {
  /// Two participants, in either order.
  private struct Pair: Hashable, Sendable {
    let low: ParticipantID
    let high: ParticipantID

    init(_ one: ParticipantID, _ other: ParticipantID) {
      (low, high) = one < other ? (one, other) : (other, one)
    }
  }

  private var pairs: Set<Pair> = []

  /// Whether everybody who is here may have a direct path to everybody.
  var isEmpty: Bool { pairs.isEmpty }

  mutating func add(_ one: ParticipantID, _ other: ParticipantID) {
    if one != other { pairs.insert(Pair(one, other)) }
  }

  /// Forgets what concerns somebody who is gone.
  mutating func forget(_ id: ParticipantID) {
    pairs = pairs.filter { $0.low != id && $0.high != id }
  }
}
