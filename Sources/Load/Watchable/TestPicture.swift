/// A picture that visibly moves: bars of colour that wander to the side, and a white square on its way from edge to edge and back.
///
/// The bars have grain, as pictures of cameras do, without which an encoder would find nothing to spend its rate on.
///
/// The planes of Y′CbCr with half the colour in either direction (I420), as encoders take them.
package struct TestPicture {
  /// Brightness and colour of the bars, by ITU-R BT.601: yellow, cyan, green, magenta, red, blue, grey, black.
  private static let bars: [(y: UInt8, cb: UInt8, cr: UInt8)] = [
    (180, 16, 146), (170, 166, 16), (145, 54, 34), (106, 202, 222), (81, 90, 240), (41, 240, 110), (126, 128, 128),
    (16, 128, 128),
  ]
  private static let white: UInt8 = 235

  /// How far grain makes a dot brighter or darker, and of how many values it is taken; a prime number, lest it stand in lines.
  private static let grain = -8...8
  private static let grainCount = 65_521

  package let width: Int
  package let height: Int
  package private(set) var planes: [UInt8]
  private let grains: [Int]
  private var nextGrain = 0

  /// A black picture; both sides are even.
  package init(width: Int, height: Int, using generator: inout some RandomNumberGenerator) {
    precondition(width % 2 == 0 && height % 2 == 0, "a colour has two dots in either direction")
    (self.width, self.height) = (width, height)
    planes = [UInt8](repeating: 0, count: width * height * 3 / 2)
    var grains: [Int] = []
    for _ in 0..<Self.grainCount { grains.append(.random(in: Self.grain, using: &generator)) }
    self.grains = grains
  }

  /// Draws what is shown at a share of the time after which all begins again.
  package mutating func draw(at share: Double) {
    let shift = Int(share * Double(width))
    drawPlane(at: 0, width, height, shift) { $0.y }
    drawPlane(at: width * height, width / 2, height / 2, shift / 2) { $0.cb }
    drawPlane(at: width * height * 5 / 4, width / 2, height / 2, shift / 2) { $0.cr }
    drawGrain()
    drawSquare(at: share)
  }

  /// The offsets of the three planes in `planes`.
  package var offsets: (y: Int, cb: Int, cr: Int) { (0, width * height, width * height * 5 / 4) }

  private mutating func drawPlane(
    at start: Int, _ width: Int, _ height: Int, _ shift: Int, _ value: ((y: UInt8, cb: UInt8, cr: UInt8)) -> UInt8
  ) {
    let row = (0..<width).map { value(Self.bars[($0 + shift) % width * Self.bars.count / width]) }
    for line in 0..<height {
      planes.replaceSubrange(start + line * width..<start + (line + 1) * width, with: row)
    }
  }

  private mutating func drawGrain() {
    for dot in 0..<width * height {
      planes[dot] = UInt8(clamping: Int(planes[dot]) + grains[nextGrain])
      nextGrain = nextGrain + 1 == Self.grainCount ? 0 : nextGrain + 1
    }
  }

  private mutating func drawSquare(at share: Double) {
    let side = height / 4
    let progress = share < 0.5 ? share * 2 : 2 - share * 2
    let left = Int(progress * Double(width - side))
    for line in (height - side) / 2..<(height + side) / 2 {
      let row = line * width + left
      for dot in row..<row + side { planes[dot] = Self.white }
    }
  }
}
