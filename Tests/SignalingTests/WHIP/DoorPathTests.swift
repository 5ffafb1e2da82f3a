import Signaling
import TestSupport
import Testing

/// Where the doors are, and how a session is found from an endpoint.
@Suite struct DoorPathTests {
  private let session = StreamSessionID(rawValue: "s")

  @Test func findsTheRoomAndTheSession() throws {
    #expect(try DoorPath("/whip/tea").resource == .endpoint)
    #expect(try DoorPath("/whip/tea").streamProtocol == .whip)
    #expect(try DoorPath("/whep/tea/s").resource == .session(session))
    #expect(try DoorPath("/whep/tea/s/layer").resource == .layer(session))
    #expect(try DoorPath("/whep/tea/s/events").resource == .events(session))
    #expect(try DoorPath("/whip/caf%C3%A9%20au%20lait").room == RoomName("Café au lait"))
  }

  @Test(arguments: [
    "/whip", "/whip/", "/whep//", "/whip/tea/s/layer", "/whip/tea/s/events", "/whep/tea/s/other", "/whep/tea/s/layer/x",
    "/whip/%zz", "/whip/%ff", "/whip/%4", "/other/tea", "",
  ])
  func knowsNoOtherPlaces(path: String) {
    #expect { try DoorPath(path) } throws: {
      ($0 as? SignalingError).map { [.notFound, .invalidRoom].contains($0.code) } ?? false
    }
  }

  @Test(arguments: ["/whip/a%2Fb", "/whip/%00", "/whip/..", "/whip/" + String(repeating: "x", count: 65)])
  func knowsNoRoomsThatNobodyCanEnter(path: String) {
    #expect { try DoorPath(path) } throws: { ($0 as? SignalingError)?.code == .invalidRoom }
  }

  @Test(arguments: [
    ("/whip/tea", true), ("/whep/tea/s", true), ("/whip", true), ("/whipped", false), ("/join/whip", false),
  ])
  func knowsItsOwn(path: String, isDoor: Bool) {
    #expect(DoorPath.isDoor(path) == isDoor)
  }

  /// Resolved against the endpoint's URL (RFC 3986 §5.2), each must name the session below it.
  @Test(arguments: [
    ("/whip/tea", "tea/s"), ("/whip/tea/", "s"), ("/whep/a:b", "./a:b/s"), ("/whep/caf%C3%A9", "caf%C3%A9/s"),
  ])
  func namesASessionRelativeToItsEndpoint(path: String, reference: String) throws {
    #expect(try DoorPath(path).reference(to: session) == reference)
    #expect(try DoorPath(path).reference(toLayerOf: session) == reference + "/layer")
    #expect(try DoorPath(path).reference(toEventsOf: session) == reference + "/events")
  }

  @Test func decodesWhatWasEncodedAndNothingElse() {
    #expect(PercentEncoding.decode("a%20b+c") == "a b+c")
    #expect(PercentEncoding.decode("a%20b+c", plusIsSpace: true) == "a b c")
    #expect(PercentEncoding.decode("%e2%82%AC") == "€")
    for broken in ["%", "%2", "%g0", "%0g", "%e2%82", "%C0%80", "%ed%a0%80"] {
      #expect(PercentEncoding.decode(broken) == nil, "\(broken)")
    }
    #expect(
      PercentEncoding.fields(ofQuery: "a=1&b&c=%3D&a=2&=x&%zz=1&d=%zz")
        == ["a": "1", "b": "", "c": "=", "": "x"])
  }

  @Test func everyTextIsDecodedToItself() {
    var generator = SeededGenerator(seed: 9)
    for _ in 0..<500 {
      let bytes = (0..<Int.random(in: 0..<20, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      let encoded = bytes.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      #expect(PercentEncoding.decode(encoded) == String(validating: bytes, as: UTF8.self))
    }
  }
}
