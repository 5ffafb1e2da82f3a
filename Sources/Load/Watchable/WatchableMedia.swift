/// A moving picture for each layer and a tone, encoded once, that all publishers of a load send over and over again.
///
/// A keyframe stands at the beginning of each second; who is asked for one goes on from the next, since for a decoder nothing is before
/// a keyframe.
package struct WatchableMedia: Sendable {
  /// One encoded picture.
  package final class Picture: Sendable {
    package let bytes: [UInt8]
    package let isKeyframe: Bool

    init(_ frame: VP8Encoder.Frame) {
      (bytes, isKeyframe) = (frame.bytes, frame.isKeyframe)
    }
  }

  package enum Failure: Error, CustomStringConvertible {
    case picture(VideoLayer)
    case tone

    package var description: String {
      switch self {
      case .picture(let layer):
        "libvpx does not encode \(layer.width) × \(layer.height) at \(layer.bitsPerSecond) bit/s"
      case .tone: "libopus does not encode a tone"
      }
    }
  }

  private static let framesPerSecond = 30
  private static let seconds = 4

  /// The pictures of each layer.
  let pictures: [[Picture]]
  /// The packets of sound.
  package let sounds: [[UInt8]]

  /// Encodes both, which takes some seconds of a core.
  package init(_ layers: [VideoLayer]) throws(Failure) {
    var pictures: [[Picture]] = []
    for layer in layers { pictures.append(try Self.pictures(of: layer)) }
    self.pictures = pictures
    guard let sounds = TestTone.encode() else { throw .tone }
    self.sounds = sounds
  }

  private static func pictures(of layer: VideoLayer) throws(Failure) -> [Picture] {
    let (width, height) = (Int(layer.width), Int(layer.height))
    guard var encoder = VP8Encoder(width: width, height: height, bitsPerSecond: layer.bitsPerSecond) else {
      throw .picture(layer)
    }
    var generator = SystemRandomNumberGenerator()
    var canvas = TestPicture(width: width, height: height, using: &generator)
    var pictures: [Picture] = []
    let count = seconds * framesPerSecond
    for number in 0..<count {
      canvas.draw(at: Double(number) / Double(count))
      guard let frame = encoder.encode(canvas, asKeyframe: number % framesPerSecond == 0) else { throw .picture(layer) }
      pictures.append(Picture(frame))
    }
    return pictures
  }
}

/// A place in the pictures of a layer.
package struct PictureLoop: Sendable {
  private let pictures: [WatchableMedia.Picture]
  private var next = 0

  package init(_ pictures: [WatchableMedia.Picture]) {
    self.pictures = pictures
  }

  /// The next picture, or the next keyframe.
  package mutating func take(keyframe: Bool) -> WatchableMedia.Picture {
    if keyframe { while !pictures[next].isKeyframe { next = (next + 1) % pictures.count } }
    defer { next = (next + 1) % pictures.count }
    return pictures[next]
  }
}
