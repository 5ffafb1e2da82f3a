import RTP
import SFU
import Testing

/// What a worker that has too much to do leaves of a view, whatever its network would carry.
@Suite struct EconomyTests {
  private static let plenty = 100_000_000

  @Test func theBackgroundGoesFirstAndTheFirstPictureLast() {
    var view = AllocatedView([.camera(.background), .camera(.tile), .camera(.speaker)])

    view.allocate(Self.plenty, sparing: .share(percent: 100))
    let whole = view.steps
    view.allocate(Self.plenty, sparing: .first)
    let first = view.steps
    view.allocate(Self.plenty, sparing: .nothing)

    #expect(whole[0] == nil && whole[1] == "2.2" && whole[2] == "2.2")
    #expect(first == [nil, nil, "0.0"])
    #expect(view.steps == [nil, nil, nil])
  }

  @Test func aLesserShareTakesFramesThenPicturesAndThumbnailsBeforeTheSpeaker() throws {
    var shares: [[Int]] = []
    for percent in [100, 80, 64, 51, 41, 33, 26] {
      var view = AllocatedView([.camera(.tile), .camera(.speaker)])

      view.allocate(Self.plenty, sparing: .share(percent: percent))
      let rates = view.tracks.map { $0.allowed?.bitsPerSecond ?? 0 }

      #expect(rates.reduce(0, +) <= 3_400_000 * percent / 100 && rates[0] <= rates[1], "\(percent): \(view.steps)")
      #expect(rates[0] > 0, "everybody is still seen")
      shares.append(rates)
    }
    let (least, most) = (try #require(shares.last), 1_700_000)
    #expect(shares[0] == [most, most] && shares[1][0] < most && shares[1][1] == most)
    #expect(zip(shares, shares.dropFirst()).allSatisfy { $0[1] >= $1[1] } && least[1] < most / 2)
  }

  @Test func theNetworkStillBoundsWhatIsLeft() {
    var view = AllocatedView([.camera(.tile), .camera(.speaker)])

    view.allocate(120_000, sparing: .share(percent: 80))

    #expect(view.result.grantedBitsPerSecond <= 120_000 && view.steps[1] != nil)
  }

  @Test func aPictureWithoutLayersIsKeptAsLongAsAnyIs() {
    var view = AllocatedView([.camera(.tile, layers: 1, temporalLayers: 1, bits: [1_700_000])])

    view.allocate(Self.plenty, estimate: Self.plenty, sparing: .share(percent: 26))
    let kept = view.steps
    view.allocate(Self.plenty, estimate: Self.plenty, sparing: .first)

    #expect(kept == ["0.0"] && view.steps == ["0.0"])
  }

  @Test func whatComesBackIsTheWholeViewAgain() {
    var view = AllocatedView([.camera(.background), .camera(.speaker)])
    view.allocate(Self.plenty)
    view.allocate(Self.plenty, sparing: .nothing)
    view.now += .seconds(2)

    view.allocate(Self.plenty, sparing: .none)
    view.now += .seconds(12)
    view.allocate(Self.plenty, sparing: .none)

    #expect(view.steps == ["2.2", "2.2"])
  }
}
