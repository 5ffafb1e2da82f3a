/// Passing a publisher's header extensions on to a subscriber, who knows them by other ids.
///
/// Elements that the subscriber did not negotiate are left out: their ids would collide with the subscriber's own.
@usableFromInline package struct HeaderExtensionForwarding: Sendable {
  /// The ids of the peer the packet came from.
  private let source: HeaderExtensionMap
  /// The ids of the peer the packet goes to.
  private let target: HeaderExtensionMap
  /// What may be passed on as it is; everything else the caller writes itself or not at all.
  private let passing: HeaderExtensionKinds
  /// Whether the target takes the two-byte form; if not, elements that need it are left out.
  @usableFromInline let allowsTwoByteForm: Bool
  /// The target's id by the source's, for the ids that browsers give out; zero for what is not passed on.
  @usableFromInline var directIDs = InlineArray<16, UInt8>(repeating: HeaderExtensionMap.absent)
  /// The dependency descriptor's id at the source and at the target; absent if it is not passed on.
  @usableFromInline let descriptorSourceID: UInt8
  @usableFromInline let descriptorTargetID: UInt8

  package init(
    source: HeaderExtensionMap, target: HeaderExtensionMap, passing: HeaderExtensionKinds = .aboutTheMedia,
    allowsTwoByteForm: Bool
  ) {
    self.source = source
    self.target = target
    self.passing = passing
    self.allowsTwoByteForm = allowsTwoByteForm
    // Without the two-byte form the descriptors of keyframes would be missing, and the others mean nothing without them.
    let ids =
      allowsTwoByteForm ? (source.id(of: .dependencyDescriptor), target.id(of: .dependencyDescriptor)) : (nil, nil)
    descriptorSourceID = ids.1 == nil ? HeaderExtensionMap.absent : ids.0 ?? HeaderExtensionMap.absent
    descriptorTargetID = ids.1 ?? HeaderExtensionMap.absent
    for id in 1..<HeaderExtensionMap.directIDCount { directIDs[Int(id)] = mappedID(id) }
  }

  /// The target's id for an element of the source, or `nil` if the element is not passed on.
  @inlinable package func targetID(of element: HeaderExtensionElement) -> UInt8? {
    let isDirect = element.id < HeaderExtensionMap.directIDCount
    let id = isDirect ? directIDs[Int(element.id)] : mappedID(element.id)
    guard id != HeaderExtensionMap.absent else { return nil }
    guard !allowsTwoByteForm else { return id }
    return HeaderExtensionForm(id: id, byteCount: element.byteCount) == .oneByte ? id : nil
  }

  @usableFromInline func mappedID(_ id: UInt8) -> UInt8 {
    guard let kind = source.kind(of: id), passing.contains(kind) else { return HeaderExtensionMap.absent }
    return target.id(of: kind) ?? HeaderExtensionMap.absent
  }

  /// Whether an element is a dependency descriptor that is passed on, changed.
  @inlinable func rewrites(_ element: HeaderExtensionElement, _ rewriting: PacketRewriting) -> Bool {
    rewriting.hasDescriptor && descriptorSourceID != HeaderExtensionMap.absent && element.id == descriptorSourceID
  }

  /// The smallest form that carries all elements of `header` that are passed on; `none` if there are none.
  @inlinable package func form(
    of header: RTPHeader, in packet: RawSpan, rewriting: PacketRewriting = PacketRewriting()
  ) throws(WireError) -> HeaderExtensionForm {
    var form = HeaderExtensionForm.none
    var cursor = HeaderExtensionCursor(header)
    while let element = try cursor.next(in: packet) {
      if rewrites(element, rewriting) {
        let byteCount = try rewriting.descriptorByteCount(of: packet.extracting(element.range))
        form = form.union(HeaderExtensionForm(id: descriptorTargetID, byteCount: byteCount))
      } else if let id = targetID(of: element) {
        form = form.union(HeaderExtensionForm(id: id, byteCount: element.byteCount))
      }
    }
    return form
  }
}

extension RTPHeaderWriter {
  /// Appends every element of `header` that is passed on, with the target's ids.
  @inlinable package func append(
    _ forwarding: borrowing HeaderExtensionForwarding, of header: RTPHeader, in packet: RawSpan,
    rewriting: PacketRewriting = PacketRewriting(), into output: inout OutputRawSpan
  ) throws(WireError) {
    var cursor = HeaderExtensionCursor(header)
    while let element = try cursor.next(in: packet) {
      let value = packet.extracting(element.range)
      if forwarding.rewrites(element, rewriting) {
        let byteCount = try rewriting.descriptorByteCount(of: value)
        try appendElementHeader(id: forwarding.descriptorTargetID, byteCount: byteCount, into: &output)
        try rewriting.writeDescriptor(of: value, into: &output)
      } else if let id = forwarding.targetID(of: element) {
        try append(id: id, bytes: value, into: &output)
      }
    }
  }
}
