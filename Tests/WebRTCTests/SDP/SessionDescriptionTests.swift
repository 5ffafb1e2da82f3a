import STUN
import Testing

import WebRTC

@Suite struct SessionDescriptionTests {
  @Test(arguments: SDPVectors.names)
  func descriptionsOfRealStacksSurviveWritingAndReading(name: String) throws {
    let description = try SDPVectors.description(name)

    #expect(try SessionDescription(parsing: description.text) == description)
  }

  /// Every line of a real description is either written again, or of the few that mean nothing or are spelt in another way.
  @Test(arguments: SDPVectors.names)
  func nothingOfRealDescriptionsIsLost(name: String) throws {
    let written = Set(try SDPVectors.description(name).text.split(separator: "\r\n").map(Self.canonical))

    for line in try SDPVectors.text(name + ".sdp").split(separator: "\r\n").map(Self.canonical) {
      let payloadType = line.split(whereSeparator: { ": ".contains($0) }).dropFirst().first ?? ""
      // Of payload types that have no rtpmap, fmtp and feedback are left out.
      let isOrphan = line.hasPrefix("a=rtcp-fb:") && !written.contains { $0.hasPrefix("a=rtpmap:\(payloadType) ") }
      #expect(written.contains(line) || isOrphan, "\(line)")
    }
  }

  /// The transport of a candidate in small letters, single spaces, no space at the end.
  private static func canonical(_ line: Substring) -> String {
    var line = line.split(separator: " ").joined(separator: " ")
    if line.hasPrefix("a=candidate:") {
      line = line.replacing(" UDP ", with: " udp ").replacing(" TCP ", with: " tcp ")
    }
    if line.hasPrefix("a=ice-options:") { line = line.replacing("ice2,trickle trickle", with: "ice2 trickle") }
    return line
  }

  @Test func readsWhatChromiumSaysOfItsSimulcast() throws {
    let description = try SDPVectors.description("chromium-156-offer-sim")
    let video = description.media[1]

    #expect(description.origin.sessionID == "2111019657706642056")
    #expect(description.bundledMids == ["0", "1", "2"])
    #expect(description.allowsMixedExtensions)
    #expect(description.media.map(\.kind) == [.audio, .video, .application])
    #expect(video.mid == "1")
    #expect(video.direction == .sendonly)
    #expect(video.multiplexesRTCP && video.reducesRTCPSize)
    #expect(video.codecs.count == 23)
    #expect(video.codecs[2].name == "H264")
    #expect(video.codecs[2].parameters?["packetization-mode"] == "1")
    #expect(
      video.codecs[2].feedback == [
        .receiverEstimatedMaximumBitrate, .transportWideCongestionControl, .fullIntraRequest, .nack,
        .pictureLossIndication,
      ])
    #expect(video.extensions.count == 13)
    #expect(video.restrictionIdentifiers.map(\.id) == ["l", "m", "h"])
    #expect(video.simulcast?.send.map { $0.map(\.rid) } == [["l"], ["m"], ["h"]])
    #expect(video.candidates.count == 4)
    #expect(video.transport.ufrag == "33j2")
    #expect(video.transport.setup == .actpass)
    #expect(video.transport.fingerprints.first?.hash == .sha256)
    #expect(description.media[2].sctpPort == 5000)
    #expect(description.media[2].maximumMessageSize == 262_144)
  }

  @Test func readsWhatFirefoxSpellsInItsOwnWay() throws {
    let description = try SDPVectors.description("firefox-153-offer-sim")
    let (audio, video) = (description.media[0], description.media[1])

    #expect(description.direction == .sendrecv)
    #expect(description.transport.fingerprints.count == 1)
    #expect(description.transport(of: audio).fingerprints == description.transport.fingerprints)
    #expect(
      audio.extensions[1]
        == ExtensionMap(id: 2, direction: .recvonly, uri: "urn:ietf:params:rtp-hdrext:csrc-audio-level"))
    #expect(audio.codecs.first?.parameters?["stereo"] == "1")
    #expect(audio.streams.first?.stream == "{6c3bd92b-26e3-4a3c-bc6a-d63dce49691d}")
    #expect(video.sources.count == 6)
    #expect(video.sourceGroups.map(\.ssrcs.count) == [2, 2, 2])
    #expect(video.codecs.first { $0.payloadType == 124 }?.parameters?.number("apt") == UInt8(120))
    #expect(video.hasAllCandidates)
    #expect(video.candidates.filter { $0.component == 2 }.count == 4)
    #expect(description.media[2].maximumMessageSize == 1_073_741_823)
  }

  @Test func bundleOnlyWithPortZeroIsNotRejected() throws {
    let gstreamer = try SDPVectors.description("gstreamer-1.22-offer")

    #expect(gstreamer.media.map(\.port) == [9, 0, 0])
    #expect(gstreamer.media.allSatisfy { !$0.isRejected })
    #expect(gstreamer.media[1].codecs.first?.name == "OPUS")
  }

  @Test func aiortcGivesThreeFingerprints() throws {
    let media = try SDPVectors.description("aiortc-1.16-offer").media[0]

    #expect(media.transport.fingerprints.map(\.hash) == [.sha256, .sha384, .sha512])
  }

  @Test func hiddenAddressesAreKeptAsNames() throws {
    let candidates = try SDPVectors.description("firefox-153-offer-recv-mdns").media.flatMap(\.candidates)

    #expect(!candidates.isEmpty)
    #expect(candidates.contains { if case .name(let name) = $0.address { name.hasSuffix(".local") } else { false } })
  }

  @Test func lineFeedsAloneAndEmptyLinesAreTolerated() throws {
    let text = try SDPVectors.text("chromium-156-offer-sim.sdp")

    let description = try SessionDescription(parsing: text.replacing("\r\n", with: "\n\n"))

    #expect(try description == SessionDescription(parsing: text))
  }
}
