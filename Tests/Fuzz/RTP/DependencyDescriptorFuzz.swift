import RTP

/// Reads arbitrary bytes as a dependency descriptor, alone and after a keyframe, and writes it again in both ways.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDependencyDescriptor(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  guard count <= 255 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  check(bytes, nil)
  check(bytes, threeTemporalLayers)
  return 0
}

/// The structure of a browser's stream with three temporal layers.
private let threeTemporalLayers: DependencyStructure? = {
  let keyframe: [UInt8] = [
    0xc0, 0, 1, 0x80, 0x02, 0x14, 0xea, 0xa8, 0x60, 0x41, 0x4d, 0x14, 0x10, 0x20, 0x84, 0x27, 1, 0x3f, 0, 0xb3,
  ]
  return (try? DependencyDescriptor(parsing: keyframe.span.bytes, structure: nil))?.attachedStructure
}()

private func check(_ bytes: [UInt8], _ structure: DependencyStructure?) {
  guard let read = try? DependencyDescriptor(parsing: bytes.span.bytes, structure: structure) else { return }
  compare(read, structure) { output throws(WireError) in try read.write(structure: structure, into: &output) }
  renumber(bytes, read, structure)
  for mask in [nil, 0] as [UInt32?] {
    var expected = read
    if let mask { expected.activeDecodeTargets = mask }
    compare(expected, structure) { output throws(WireError) in
      let start = output.byteCount
      try read.rewrite(bytes.span.bytes, frameNumber: read.frameNumber, activeDecodeTargets: mask, into: &output)
      let byteCount = read.rewrittenByteCount(activeDecodeTargets: mask)
      precondition(output.byteCount - start == byteCount, "the length is not what was said")
    }
  }
}

/// Renumbering and narrowing without having read all of it.
private func renumber(_ bytes: [UInt8], _ read: DependencyDescriptor, _ structure: DependencyStructure?) {
  let count = read.frame.decodeTargets.count
  guard count <= PacketRewriting.decodeTargetLimit else { return }
  var rewriting = PacketRewriting()
  (rewriting.hasDescriptor, rewriting.frameNumber) = (true, read.frameNumber)
  rewriting.setActiveDecodeTargets(1, of: count)
  var expected = read
  expected.activeDecodeTargets = 1
  compare(expected, structure) { output throws(WireError) in
    let start = output.byteCount
    try rewriting.writeDescriptor(of: bytes.span.bytes, into: &output)
    let byteCount = try rewriting.descriptorByteCount(of: bytes.span.bytes)
    precondition(output.byteCount - start == byteCount, "the length is not what was said")
  }
}

private func compare(
  _ expected: DependencyDescriptor, _ structure: DependencyStructure?,
  _ write: (inout OutputRawSpan) throws(WireError) -> Void
) {
  guard
    let written = try? [UInt8](capacity: 4096, writing: write),
    let again = try? DependencyDescriptor(parsing: written.span.bytes, structure: structure)
  else { preconditionFailure("what was read cannot be written and read again") }
  precondition(again.frame == expected.frame, "the frame is another")
  precondition(again.frameNumber == expected.frameNumber, "the frame number is another")
  precondition(again.attachedStructure == expected.attachedStructure, "the structure is another")
  precondition(again.activeDecodeTargets == expected.activeDecodeTargets, "other decode targets are active")
}
