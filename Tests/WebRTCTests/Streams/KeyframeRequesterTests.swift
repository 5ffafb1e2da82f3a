import RTP
import Testing
import WebRTC

@Suite struct KeyframeRequesterTests {
  @Test func asksAtOnceAndOnlyOnceForManyWishes() {
    var requester = KeyframeRequester()

    let asked = (0..<300).filter { requester.request(at: .zero + .milliseconds($0)) }

    #expect(asked == [0])
  }

  @Test func threeHundredSubscribersInASecondCauseAtMostThreeRequests() {
    var requester = KeyframeRequester()
    var requests = 0

    for millisecond in 0..<1000 {
      let now = Instant.zero + .milliseconds(millisecond)
      if requester.advance(to: now) { requests += 1 }
      if millisecond % 3 == 0, requester.request(at: now) { requests += 1 }
      if millisecond % 100 == 99 { requester.receiveKeyframe(at: now) }
    }

    #expect((2...3).contains(requests))
  }

  @Test func asksAgainWhenNoKeyframeComes() {
    var requester = KeyframeRequester()
    _ = requester.request(at: .zero)

    let early = requester.advance(to: .zero + .milliseconds(999))
    let due = requester.advance(to: .zero + .milliseconds(1000))

    #expect(!early)
    #expect(due)
  }

  @Test func stopsAskingAPublisherThatSendsNothing() {
    var requester = KeyframeRequester()
    _ = requester.request(at: .zero)

    let repeats = (1...60).filter { requester.advance(to: .zero + .seconds($0)) }

    #expect(repeats.count == 9)
    #expect(requester.nextDeadline == nil)
  }

  @Test func aWishAfterAKeyframeWaitsForTheInterval() {
    var requester = KeyframeRequester()
    _ = requester.request(at: .zero)
    requester.receiveKeyframe(at: .zero + .milliseconds(80))

    let tooSoon = requester.request(at: .zero + .milliseconds(200))
    let due = requester.advance(to: .zero + .milliseconds(500))

    #expect(!tooSoon)
    #expect(due)
  }
}
