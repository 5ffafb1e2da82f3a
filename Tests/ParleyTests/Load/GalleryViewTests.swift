import Testing
import parley

@Suite struct GalleryViewTests {
  @Test(arguments: [(1, 1280, 720), (2, 640, 360), (4, 640, 360), (9, 426, 240), (10, 320, 180), (64, 160, 90)])
  func everybodyHasATileOfOneSize(count: Int, width: Int, height: Int) {
    let wishes = GalleryView(of: (0..<count).map { "p\($0)" }, atMost: 64).wishes
    #expect(wishes.count == count)
    #expect(wishes.allSatisfy { $0.width == width && $0.height == height && $0.source == "camera" })
  }

  @Test func whoHasNoTileIsNotWishedFor() {
    let wishes = GalleryView(of: ["a", "b", "c", "d", "e"], atMost: 2).wishes
    #expect(wishes.map(\.participant) == ["a", "b"])
    #expect(wishes.map(\.width) == [640, 640])
    #expect(GalleryView(of: ["a"], atMost: 0).wishes.isEmpty)
  }
}
