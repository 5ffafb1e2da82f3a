import RTP
import SFU
import Testing

/// The order of layers, and which of them a wish comes to.
@Suite struct LayerLadderTests {
  private static let sizes = [
    PictureSize(width: 320, height: 180), .init(width: 640, height: 360), .init(width: 1280, height: 720),
  ]

  private static func ladder(_ layers: [LayerLadder.Layer]) -> LayerLadder {
    var ladder = LayerLadder()
    for layer in layers { ladder.append(layer) }
    ladder.sort()
    return ladder
  }

  private static func wish(_ change: (inout LayerWish) -> Void) -> LayerWish {
    var wish = LayerWish()
    change(&wish)
    return wish
  }

  private static func order(_ ladder: LayerLadder) -> [Int] {
    (0..<ladder.count).map { ladder.index(atRank: $0) }
  }

  @Test func sizesDecideThenPlacesThenBits() {
    let bySize = Self.ladder([
      .init(size: Self.sizes[2], place: 0, bitsPerSecond: 1), .init(size: Self.sizes[0], place: 1, bitsPerSecond: 3),
      .init(size: Self.sizes[1], place: 2, bitsPerSecond: 2),
    ])
    let byPlace = Self.ladder([.init(place: 2), .init(size: Self.sizes[2], place: 0), .init(place: 1)])
    let byBits = Self.ladder([.init(bitsPerSecond: 900), .init(bitsPerSecond: 100), .init(bitsPerSecond: 400)])
    let equal = Self.ladder([.init(size: Self.sizes[0], place: 1), .init(size: Self.sizes[0], place: 0)])

    #expect(Self.order(bySize) == [1, 2, 0])
    #expect(Self.order(byPlace) == [1, 2, 0])
    #expect(Self.order(byBits) == [1, 2, 0])
    #expect(Self.order(equal) == [1, 0])
  }

  @Test(arguments: [(0, 0, 2), (320, 180, 0), (321, 0, 1), (100, 200, 1), (0, 361, 2), (4000, 3000, 2), (1, 1, 0)])
  func theSmallestThatCoversIsEnough(width: UInt16, height: UInt16, expected: Int) {
    let ladder = Self.ladder(Self.sizes.map { .init(size: $0) })
    let wish = Self.wish {
      if width > 0 { $0.width = width }
      if height > 0 { $0.height = height }
    }

    #expect(ladder.rank(for: wish) == expected)
  }

  @Test func aSizeBoundsNothingWhereSizesAreUnknown() {
    let ladder = Self.ladder([.init(size: Self.sizes[0], place: 0), .init(place: 1)])

    #expect(ladder.rank(for: Self.wish { $0.width = 10 }) == 1)
  }

  @Test func bothBoundsHold() {
    let ladder = Self.ladder(Self.sizes.map { .init(size: $0) })

    #expect(ladder.rank(for: Self.wish { ($0.spatialLayer, $0.width) = (1, 2000) }) == 1)
    #expect(ladder.rank(for: Self.wish { ($0.spatialLayer, $0.width) = (2, 100) }) == 0)
    #expect(ladder.rank(for: Self.wish { $0.spatialLayer = 200 }) == 2)
  }

  @Test(
    arguments: [
      ([true, true, true], 1, 1), ([true, false, true], 1, 0), ([false, false, true], 1, 2),
      ([false, true, false], 2, 1), ([false, false, false], 1, 1),
    ] as [([Bool], UInt8, Int)])
  func whatIsOffIsReplacedByTheNextBelowElseAbove(active: [Bool], wished: UInt8, expected: Int) {
    let ladder = Self.ladder(active.enumerated().map { .init(place: $0.offset, isActive: $0.element) })

    #expect(ladder.rank(for: Self.wish { $0.spatialLayer = wished }) == expected)
  }

  @Test func withoutLayersThereIsNone() {
    #expect(LayerLadder().rank(for: LayerWish()) == nil)
  }
}
