/// Which id stands for which header extension on one peer connection, both ways (`a=extmap`, RFC 8285 §5).
///
/// Ids differ from peer to peer, so a packet is passed on by way of what its elements *are*: id of the sender → kind → id of the
/// receiver. Both ways are one table look-up.
@usableFromInline package struct HeaderExtensionMap: Equatable, Sendable {
  /// No id: zero is padding on the wire and so never an id.
  @usableFromInline static var absent: UInt8 { 0 }
  /// Room for every kind, with a power of two of slots.
  @usableFromInline static let kindCapacity = 16
  /// The ids that browsers give out; larger ones are rare and searched for.
  @usableFromInline static let directIDCount: UInt8 = 16

  /// Raw kind plus one by id, zero for unassigned ids.
  @usableFromInline var kinds: InlineArray<16, UInt8>
  /// Id by raw kind.
  @usableFromInline var ids: InlineArray<16, UInt8>

  @inlinable package init() {
    kinds = InlineArray(repeating: 0)
    ids = InlineArray(repeating: Self.absent)
  }

  /// Gives `kind` the number `id`; a kind keeps its last id, an id its last kind.
  package mutating func assign(_ id: UInt8, to kind: HeaderExtensionKind) throws(WireError) {
    guard id != Self.absent else { throw .invalidValue }
    if let previous = self.kind(of: id) { forget(previous) }
    forget(kind)
    ids[Int(kind.rawValue)] = id
    if id < Self.directIDCount { kinds[Int(id)] = kind.rawValue + 1 }
  }

  private mutating func forget(_ kind: HeaderExtensionKind) {
    let id = ids[Int(kind.rawValue)]
    if id < Self.directIDCount { kinds[Int(id)] = 0 }
    ids[Int(kind.rawValue)] = Self.absent
  }

  /// What an element with this id is, or `nil` for an id that was not negotiated.
  @inlinable package func kind(of id: UInt8) -> HeaderExtensionKind? {
    guard id >= Self.directIDCount else {
      let stored = kinds[Int(id)]
      return stored == 0 ? nil : HeaderExtensionKind(rawValue: stored - 1)
    }
    for index in 0..<Self.kindCapacity where ids[index] == id {
      return HeaderExtensionKind(rawValue: UInt8(truncatingIfNeeded: index))
    }
    return nil
  }

  /// The id to write an extension with, or `nil` if the peer did not negotiate it.
  @inlinable package func id(of kind: HeaderExtensionKind) -> UInt8? {
    let id = ids[Int(kind.rawValue)]
    return id == Self.absent ? nil : id
  }

  @inlinable package static func == (left: HeaderExtensionMap, right: HeaderExtensionMap) -> Bool {
    for index in 0..<kindCapacity where left.ids[index] != right.ids[index] { return false }
    return true
  }
}
