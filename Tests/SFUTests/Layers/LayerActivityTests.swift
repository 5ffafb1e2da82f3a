import RTP
import SFU
import Testing

/// What a layer brings, and when it counts as switched off.
@Suite struct LayerActivityTests {
  @Test func countsBitsOfTheLastPeriod() {
    var activity = LayerActivity()
    var frames = LayerActivity.Frames()
    activity.receive(byteCount: 1000, timestamp: 1, &frames, at: .zero)
    activity.receive(byteCount: 250, timestamp: 1, &frames, at: .zero)

    activity.close(after: .milliseconds(500))
    let first = activity.bitsPerSecond
    activity.close(after: .milliseconds(500))

    #expect(first == 20_000)
    #expect(activity.bitsPerSecond == 0)
  }

  @Test func aLayerThatStopsWhileTheOthersGoOnIsOff() {
    var track = Track(layerCount: 3)

    track.run(.seconds(2), every: .milliseconds(33), layers: [0, 1, 2])
    let before = track.active
    track.run(.milliseconds(900), every: .milliseconds(33), layers: [0, 1])
    let soon = track.active
    track.run(.milliseconds(300), every: .milliseconds(33), layers: [0, 1])
    let later = track.active
    track.run(.milliseconds(40), every: .milliseconds(33), layers: [0, 1, 2])

    #expect(before == [0, 1, 2])
    #expect(soon == [0, 1, 2])
    #expect(later == [0, 1])
    #expect(track.active == [0, 1, 2])
  }

  @Test func aPictureAtRestIsNoLayerThatStopped() {
    var track = Track(layerCount: 2)
    track.run(.seconds(2), every: .milliseconds(33), layers: [0, 1])

    var wasOff = false
    for _ in 0..<20 {
      track.run(.milliseconds(5000), every: .milliseconds(5000), layers: [0])
      wasOff = wasOff || track.active != [0, 1]
      track.run(.milliseconds(10), every: .milliseconds(10), layers: [1])
      wasOff = wasOff || track.active != [0, 1]
    }

    #expect(!wasOff)
  }

  /// Layers of one track in virtual time.
  private struct Track {
    var layers: [LayerActivity]
    var frames = LayerActivity.Frames()
    var now = Instant.zero

    init(layerCount: Int) {
      layers = Array(repeating: LayerActivity(), count: layerCount)
    }

    var active: [Int] { layers.indices.filter { layers[$0].isActive(among: layers.count, frames) } }

    mutating func run(_ duration: Duration, every interval: Duration, layers indices: [Int]) {
      let end = now + duration
      while now < end {
        for index in indices {
          layers[index].receive(byteCount: 100, timestamp: now.nanoseconds, &frames, at: now)
        }
        now += interval
      }
    }
  }
}
