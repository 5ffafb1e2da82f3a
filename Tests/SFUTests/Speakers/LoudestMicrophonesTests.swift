import RTP
import SFU
import TestSupport
import Testing

/// Who is heard in a room with more microphones than are forwarded.
@Suite struct LoudestMicrophonesTests {
  private struct Meeting {
    var candidates: [LoudestMicrophones.Candidate]
    var loudest = LoudestMicrophones()
    var now = Instant(nanoseconds: 100_000_000_000)
    var limit = 3

    init(of count: UInt64) {
      candidates = (1...count).map {
        .init(.init(rawValue: $0), isSpeaking: false, spokeAt: .zero, loudness: 40, leads: false)
      }
    }

    var heard: [UInt64] { candidates.map(\.track).filter { loudest.contains($0) }.map(\.rawValue) }

    mutating func speaks(_ number: UInt64, _ loudness: Int = 90, leads: Bool = false) {
      guard let index = candidates.firstIndex(where: { $0.track.rawValue == number }) else { return }
      candidates[index].isSpeaking = true
      (candidates[index].spokeAt, candidates[index].loudness, candidates[index].leads) = (now, loudness, leads)
    }

    mutating func isSilent(_ number: UInt64, _ loudness: Int = 40) {
      guard let index = candidates.firstIndex(where: { $0.track.rawValue == number }) else { return }
      (candidates[index].isSpeaking, candidates[index].loudness, candidates[index].leads) = (false, loudness, false)
    }

    @discardableResult
    mutating func choose(after time: Duration = .seconds(1)) -> Bool {
      now += time
      return loudest.choose(among: candidates, limit: limit, at: now)
    }
  }

  @Test func asManyAreHeardAsThereArePlaces() {
    var (many, few) = (Meeting(of: 10), Meeting(of: 2))

    many.choose()
    few.choose()

    #expect(many.heard.count == 3)
    #expect(few.heard == [1, 2])
    let changesAgain = many.choose()
    #expect(!changesAgain, "nothing has happened since")
  }

  @Test func whoBeginsToSpeakTakesThePlaceOfWhoeverWasSilentLongest() {
    var meeting = Meeting(of: 6)
    meeting.choose()
    let first = meeting.heard
    for number in first {
      meeting.speaks(number)
      meeting.now += .milliseconds(100)
    }
    for number in first { meeting.isSilent(number) }

    meeting.choose()
    let speaker = (1...6).first { !first.contains($0) } ?? 0
    meeting.speaks(speaker)
    let changes = meeting.choose(after: .milliseconds(20))

    #expect(changes)
    #expect(meeting.heard == ([speaker] + first.dropFirst()).sorted())
  }

  @Test func ofManyWhoSpeakTheLoudestAreHeardAndASlightlyLouderOneChangesNothing() {
    var meeting = Meeting(of: 6)
    meeting.choose()
    for number in 1...6 { meeting.speaks(UInt64(number), 60 + 7 * number) }

    meeting.choose()
    let loudest = meeting.heard
    meeting.speaks(3, 93)
    let changes = meeting.choose()

    #expect(loudest == [4, 5, 6])
    #expect(!changes, "88 and 93 are the same to a listener")
  }

  @Test func whoLeadsIsHeardHoweverLoudTheOthersAre() {
    var meeting = Meeting(of: 6)
    for number in 1...6 { meeting.speaks(UInt64(number), 60 + 7 * number, leads: number == 1) }

    meeting.choose()
    let heard = meeting.heard
    meeting.speaks(1, 67, leads: false)
    meeting.speaks(2, 74, leads: true)
    meeting.choose(after: .milliseconds(20))

    #expect(heard == [1, 5, 6])
    #expect(meeting.heard.contains(2) && !meeting.heard.contains(1), "at once, and in the place of the quietest")
  }

  @Test func aPlaceIsKeptForASecondAtLeast() {
    var meeting = Meeting(of: 4)
    meeting.choose()
    let outside = (1...4).first { !meeting.heard.contains($0) } ?? 0
    for number in meeting.heard.dropFirst() { meeting.speaks(number) }
    meeting.choose()
    let displaced = meeting.heard[0]
    meeting.speaks(outside)
    meeting.choose(after: .milliseconds(20))
    meeting.isSilent(outside)

    meeting.speaks(displaced)
    let soon = meeting.choose(after: .milliseconds(900))
    let later = meeting.choose(after: .milliseconds(100))

    #expect(!soon && later)
    #expect(meeting.heard.contains(displaced) && !meeting.heard.contains(outside))
  }

  @Test func amongTheSilentTheQuietSpeakerIsHeardRatherThanNobody() {
    var meeting = Meeting(of: 6)
    meeting.choose()
    let outside = (1...6).first { !meeting.heard.contains($0) } ?? 0

    meeting.isSilent(outside, 60)
    meeting.choose()

    #expect(meeting.heard.contains(outside))
  }

  @Test func aNoiseDoesNotDisplaceWhoeverHasJustSpoken() {
    var meeting = Meeting(of: 4)
    meeting.choose()
    for number in meeting.heard { meeting.speaks(number) }
    for number in meeting.heard { meeting.isSilent(number) }
    let outside = (1...4).first { !meeting.heard.contains($0) } ?? 0

    meeting.isSilent(outside, 60)
    let soon = meeting.choose(after: .seconds(4))
    let later = meeting.choose(after: .seconds(1))

    #expect(!soon && later)
  }

  @Test func whoLeavesMakesPlace() {
    var meeting = Meeting(of: 5)
    meeting.choose()
    let leaving = meeting.heard[0]

    meeting.candidates.removeAll { $0.track.rawValue == leaving }
    meeting.choose()

    #expect(meeting.heard.count == 3 && !meeting.heard.contains(leaving))
  }
}
