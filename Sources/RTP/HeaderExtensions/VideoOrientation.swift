/// How the receiver must turn the picture before showing it (CVO, 3GPP TS 26.114 §7.4.5).
///
/// ```
///  0 1 2 3 4 5 6 7
/// +-+-+-+-+-+-+-+-+
/// |0 0 0 0 C F R R|
/// +-+-+-+-+-+-+-+-+
/// ```
package struct VideoOrientation: HeaderExtension {
  /// The clockwise turn that rights the picture.
  package enum Rotation: UInt8, Sendable {
    case none
    case quarter
    case half
    case threeQuarters
  }

  /// Whether the camera faces away from the user.
  package var isBackCamera: Bool
  /// Whether the picture is mirrored.
  package var isFlipped: Bool
  package var rotation: Rotation

  package init(isBackCamera: Bool = false, isFlipped: Bool = false, rotation: Rotation) {
    self.isBackCamera = isBackCamera
    self.isFlipped = isFlipped
    self.rotation = rotation
  }

  /// Ignores the four upper bits, which are reserved.
  package init(parsing value: RawSpan) throws(WireError) {
    guard value.byteCount == 1 else { throw .invalidLength }
    let byte = try value.loadUInt8(at: 0)
    isBackCamera = byte & 0x08 != 0
    isFlipped = byte & 0x04 != 0
    guard let rotation = Rotation(rawValue: byte & 0x03) else { throw .invalidValue }
    self.rotation = rotation
  }

  package var byteCount: Int { 1 }

  package func write(into output: inout OutputRawSpan) throws(WireError) {
    try output.writeUInt8((isBackCamera ? 0x08 : 0) | (isFlipped ? 0x04 : 0) | rotation.rawValue)
  }
}
