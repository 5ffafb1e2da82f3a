import Signaling
import TestSupport
import Testing

/// A server that carries as much media as it can: nobody new comes in, and nobody who is there is sent away.
@Suite struct FullServerTests {
  @Test func whoWouldNeedMediaIsToldToComeLater() async throws {
    let plane = FakeMediaPlane()
    let server = TestService(mediaPlane: plane)
    for name in ["Ada", "Bob", "Carol"] { _ = try await server.join("tea", as: name) }
    plane.fill()

    let dan = try await server.connect()
    let answer = try await dan.request(#""type":"join","room":"tea","name":"Dan""#)
    plane.fill(false)

    #expect(answer["error"]?["code"]?.text == "serverBusy" && answer["error"]?["retryAfter"]?.integer == 10)
    try await dan.join("tea", as: "Dan")
  }

  @Test func whoIsConnectedDirectlyComesInUntilTheRoomWouldMove() async throws {
    let plane = FakeMediaPlane()
    let server = TestService(mediaPlane: plane)
    plane.fill()

    _ = try await server.join("tea", as: "Ada")
    _ = try await server.join("tea", as: "Bob")
    let carol = try await server.connect()

    #expect(try await carol.fail(#""type":"join","room":"tea","name":"Carol""#) == .serverBusy)
  }

  @Test func whoIsInComesBack() async throws {
    let plane = FakeMediaPlane()
    let server = TestService(mediaPlane: plane)
    let ada = try await server.join("tea", as: "Ada", #""client":"b""#)
    for name in ["Bob", "Carol"] { _ = try await server.join("tea", as: name) }
    plane.fill()
    await ada.session.disconnected()

    let again = try await server.connect()
    #expect(try await again.resume(ada.resumeToken)["state"]?.text != nil)
    await again.session.disconnected()
    let anew = try await server.connect()
    let joined = try await anew.join("tea", as: "Ada", #""client":"b""#)

    #expect(joined["state"]?.text == "joined", "a page that has forgotten everything but who it is")
  }

  @Test func whoWaitsGoesOnWaiting() async throws {
    let plane = FakeMediaPlane()
    let server = TestService(mediaPlane: plane)
    let ada = try await server.join("tea", as: "Ada")
    try await ada.succeed(#""type":"updateRoom","mode":"routed","lobby":true"#)
    plane.fill()

    let bob = try await server.connect()
    let waits = try await bob.join("tea", as: "Bob")
    let refusal = try await ada.fail(#""type":"admit","participants":["\#(bob.participant)"]"#)
    plane.fill(false)

    #expect(waits["state"]?.text == "waiting" && refusal == .serverBusy)
    try await ada.succeed(#""type":"admit","participants":["\#(bob.participant)"]"#)
  }

  @Test func noConnectionIsTested() async throws {
    let plane = FakeMediaPlane()
    let server = TestService(mediaPlane: plane)
    plane.fill()
    let ada = try await server.connect()

    #expect(try await ada.fail(#""type":"startEcho""#) == .serverBusy)
    plane.fill(false)
    try await ada.succeed(#""type":"startEcho""#)
  }
}
