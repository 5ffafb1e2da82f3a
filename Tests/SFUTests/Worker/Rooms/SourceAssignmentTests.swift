import SFU
import STUN
import ScriptedPeer
import TestSupport
import Testing
import WebRTC

/// What each media description of an offer shows.
@Suite struct SourceAssignmentTests {
  /// A microphone and a camera, with mids 0 and 1, and what else is given.
  private func offer(
    audio: MediaDirection = .sendonly, video: MediaDirection = .sendonly,
    _ others: (MediaKind, MediaDirection)...
  ) -> SessionDescription {
    var generator = SeededGenerator(seed: 1)
    let address = TransportAddress(ServerUnderTest.loopback4, port: 1)
    let browser = Browser(at: address, server: address, using: &generator)
    browser.descriptions.audio = audio
    browser.descriptions.video = video
    browser.descriptions.others = others.map { (kind: $0, direction: $1) }
    return browser.descriptions.offer(version: 1)
  }

  @Test func withoutNamesTheFirstOfEachKindIsMicrophoneAndCamera() throws {
    let assignment = try SourceAssignment(of: offer(), named: [:], present: [:])

    #expect(assignment.sources == [0: .microphone, 1: .camera])
  }

  @Test func namesGoByMid() throws {
    let offer = offer((.video, .sendonly), (.audio, .sendonly))

    let assignment = try SourceAssignment(
      of: offer, named: ["1": .screen, "2": .camera, "3": .screenAudio], present: [:])

    #expect(assignment.sources == [0: .microphone, 1: .screen, 2: .camera, 3: .screenAudio])
  }

  @Test func whatWasNamedBeforeNeedsNoNameAgain() throws {
    let offer = offer((.video, .sendonly))

    let assignment = try SourceAssignment(of: offer, named: [:], present: [0: .microphone, 1: .screen, 2: .camera])

    #expect(assignment.sources == [0: .microphone, 1: .screen, 2: .camera])
  }

  @Test func aNameThatMovedLeavesItsOldPlaceToTheDefault() throws {
    let offer = offer((.video, .sendonly))

    let assignment = try SourceAssignment(of: offer, named: ["2": .screen], present: [1: .screen])

    #expect(assignment.sources == [0: .microphone, 1: .camera, 2: .screen])
  }

  @Test func whatSendsNothingHasNoSource() throws {
    let assignment = try SourceAssignment(of: offer(audio: .inactive, video: .recvonly), named: [:], present: [:])

    #expect(assignment.sources.isEmpty)
  }

  @Test func aSecondOfASourceIsRefused() {
    #expect(throws: SourceAssignment.Refusal.twice(.camera)) {
      _ = try SourceAssignment(of: offer((.video, .sendonly)), named: [:], present: [:])
    }
    #expect(throws: SourceAssignment.Refusal.twice(.screen)) {
      _ = try SourceAssignment(of: offer((.video, .sendonly)), named: ["1": .screen, "2": .screen], present: [:])
    }
  }

  @Test func aPictureIsNoMicrophone() {
    #expect(throws: SourceAssignment.Refusal.wrongKind(mid: "1", .microphone)) {
      _ = try SourceAssignment(of: offer(), named: ["1": .microphone], present: [:])
    }
  }

  @Test func anEchoTakesWhateverComes() {
    let offer = offer((.video, .sendonly), (.video, .sendonly))

    #expect(SourceAssignment(ofEcho: offer).sources == [0: .microphone, 1: .camera, 2: .screen])
  }
}
