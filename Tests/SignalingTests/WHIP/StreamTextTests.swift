import HTTPTypes
import NIOCore
import Signaling
import TestSupport
import Testing

/// What encoders and players write: credentials, wishes, names of events; and what they are written.
@Suite struct StreamTextTests {
  private static let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln"

  @Test(
    arguments: [
      ("Bearer sk_abc", nil, StreamCredentials.Secret.key("sk_abc")), ("bearer \(jwt)", nil, .token(jwt)),
      ("BEARER  tea time ", nil, .password("tea time")), ("Bearer Ada:sk_abc", "Ada", .key("sk_abc")),
      ("Bearer Ada:\(jwt)", "Ada", .token(jwt)), ("Bearer Ada:p:q", "Ada", .password("p:q")),
      ("Bearer :secret", nil, .password("secret")), ("Bearer Ada:", "Ada", .none), ("Bearer", nil, .none),
    ] as [(String, String?, StreamCredentials.Secret)])
  func readsWhatABearerTokenCanBe(header: String, name: String?, secret: StreamCredentials.Secret) throws {
    let credentials = try #require(StreamCredentials(authorization: [header]))

    #expect(credentials.name == name && credentials.secret == secret)
  }

  @Test func anotherSchemeAndTwoHeadersAreNoToken() {
    #expect(StreamCredentials(authorization: []) == StreamCredentials.none)
    for values in [["Basic QWRhOnNlY3JldA=="], ["Bearer a", "Bearer b"], ["a"], [""]] {
      #expect(StreamCredentials(authorization: values) == nil, "\(values)")
    }
    #expect(StreamCredentials(authorization: ["Bearer " + String(repeating: "x", count: 257)]) == nil)
  }

  @Test func aWishIsReadWithItsBounds() throws {
    let body =
      #"{"mediaId":"1","encodingId":"m","spatialLayerId":2,"temporalLayerId":1,"maxWidth":640,"maxHeight":360,"x":[]}"#
    let choice = try LayerChoice(parsing: Array(body.utf8))

    #expect(choice.mediaID == "1" && choice.rid == "m")
    #expect((choice.wish.spatialLayer, choice.wish.temporalLayer) == (2, 1))
    #expect((choice.wish.width, choice.wish.height) == (640, 360))
    #expect(try LayerChoice(parsing: Array(#"{"mediaId":"1","rid":"h","encodingId":"m"}"#.utf8)).rid == "h")
    #expect(try LayerChoice(parsing: Array(#"{"mediaId":"1"}"#.utf8)).wish == MediaWish())
  }

  /// Bounds are kept to, however close the next layer is.
  @Test(arguments: [(960, 2), (959, 1), (300, 0), (100, 0)]) func theLargestLayerWithinTheBoundsIsWished(
    width: Int, layer: Int
  ) throws {
    let layers = [240, 480, 960].map { MediaReport.Layer(width: $0, height: $0 * 9 / 16, bitsPerSecond: 1) }
    let choice = try LayerChoice(parsing: Array("{\"mediaId\":\"1\",\"maxWidth\":\(width)}".utf8))

    let wish = choice.wish(among: layers)

    #expect(wish.spatialLayer == layer && wish.width == nil)
    #expect(choice.wish(among: [MediaReport.Layer(width: nil, height: nil, bitsPerSecond: 0)]) == choice.wish)
  }

  @Test(arguments: [
    "", "[]", "{}", "null", #"{"mediaId":1}"#, #"{"mediaId":"1","rid":7}"#, #"{"mediaId":"1","spatialLayerId":4}"#,
    #"{"mediaId":"1","maxWidth":0}"#, #"{"mediaId":"1","mediaId":"2"}"#, "{\"mediaId\":\"\u{1}\"}",
  ])
  func aWishOutOfBoundsIsRefused(body: String) {
    #expect { try LayerChoice(parsing: Array(body.utf8)) } throws: { ($0 as? SignalingError)?.code == .badRequest }
  }

  @Test func everyTruncationOfAWishIsRefused() throws {
    let body = Array(#"{"mediaId":"1","rid":"h"}"#.utf8)
    for count in body.indices {
      #expect(throws: SignalingError.self) { try LayerChoice(parsing: Array(body.prefix(count))) }
    }
  }

  @Test func namesOfEventsAreReadAndOthersRefused() throws {
    #expect(try StreamEvent.kinds(parsing: Array(#"["viewercount","layers"]"#.utf8)) == [.viewercount, .layers])
    for body in ["", "[]", "{}", #"["scte35"]"#, #"["active",1]"#, #""active""#, #"["active""#] {
      #expect(throws: SignalingError.self, "\(body)") { try StreamEvent.kinds(parsing: Array(body.utf8)) }
    }
  }

  @Test func anEventIsItsNameAndOneLineOfJSON() {
    let track = MediaTrack(ParticipantID(rawValue: "p_a"), .camera)
    let layers = [
      MediaReport.Layer(rid: "l", width: 320, height: 180, bitsPerSecond: 90_000),
      MediaReport.Layer(rid: "h", width: nil, height: nil, bitsPerSecond: 0),
    ]
    let report = MediaReport(published: [MediaReport.Published(source: .camera, layers: layers, packetsLost: 0)])
    let slots = [MediaSlot(mid: "0", kind: .audio), MediaSlot(mid: "1", kind: .video, track: track)]

    #expect(String(buffer: StreamEvent.active.text) == "event: active\ndata: {}\n\n")
    #expect(String(buffer: StreamEvent.viewercount(3).text) == "event: viewercount\ndata: {\"viewercount\":3}\n\n")
    #expect(
      String(buffer: StreamEvent.layers(slots, report).text) == """
        event: layers
        data: {"1":{"active":[{"rid":"l","spatialLayerId":0,"bitrate":90000,"width":320,"height":180}],\
        "inactive":[{"rid":"h","spatialLayerId":1,"bitrate":0}]}}


        """)
  }

  @Test func eachAddressOfAServerIsALinkWithoutCommas() {
    let servers = [
      ICEServer(urls: ["stun:meet.example:3478"]),
      ICEServer(
        urls: ["turn:meet.example:3478?transport=udp", "turns:meet.example:5349"], username: "1:p", credential: "c=="),
      ICEServer(urls: ["turn:a,b"]), ICEServer(urls: ["turn:a"], username: "u\"", credential: "c\\"),
    ]

    #expect(
      servers.flatMap(\.links) == [
        #"<stun:meet.example:3478>; rel="ice-server""#,
        #"<turn:meet.example:3478?transport=udp>; rel="ice-server"; username="1:p"; credential="c=="; credential-type="password""#,
        #"<turns:meet.example:5349>; rel="ice-server"; username="1:p"; credential="c=="; credential-type="password""#,
      ])
  }

  @Test(arguments: SignalingError.Code.allCases)
  func everyErrorOfSignallingHasAStatus(code: SignalingError.Code) {
    let response = DoorResponse(DoorFailure(SignalingError(code, "It is so.")))

    #expect(400...599 ~= response.status.code)
    #expect(response.status.code != 406, "by this WHEP would offer something else")
    #expect(response.body == .problem("It is so."))
    #expect((response.headers[.wwwAuthenticate] != nil) == (response.status.code == 401))
    if response.status.code == 503 { #expect(response.headers[.retryAfter] != nil) }
  }

  @Test func aPauseIsRoundedUp() {
    let response = DoorResponse(DoorFailure(.tooManyRequests, "Wait.", retryAfter: .milliseconds(1001)))

    #expect(response.headers[.retryAfter] == "2")
  }
}
