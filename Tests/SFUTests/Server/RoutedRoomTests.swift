import RTP
import SFU
import ScriptedPeer
import Testing

/// In a routed room everybody hears the others and sees those it asks for, through real sockets.
@Suite struct RoutedRoomTests {
  @Test func soundComesByItselfAndPictureWhenItIsWanted() async throws {
    try await ServerUnderTest.with { server in
      let ann = try MediaClient("ann", in: "room", on: server, seed: 1)
      let bob = try MediaClient("bob", in: "room", on: server, seed: 2)
      try await ann.join(.routed)
      try await bob.join(.routed)

      let isHeard = try await bob.pump(with: ann) {
        bob.received(.init("ann", .microphone)).count >= 10 && ann.received(.init("bob", .microphone)).count >= 10
      }
      let videoMeanwhile = bob.received(.video).count
      await server.media.perform(.subscribe("bob", [.init("ann", .camera): LayerWish()]), in: "room")
      let isSeen = try await bob.pump(with: ann) { bob.received(.init("ann", .camera)).count >= 20 }

      #expect(isHeard && isSeen)
      #expect(videoMeanwhile == 0)
      #expect(bob.received(.init("ann", .camera)).compactMap(\.index).haveNoGap, "nothing is lost or changed")
      #expect(ann.slots.allSatisfy { $0.track?.participant != "ann" }, "nobody gets the own tracks back")
    }
  }
}
