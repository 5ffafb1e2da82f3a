/// A request of a participant of the load; what it does not need is left out (`docs/signaling.md`, *Requests*).
package struct SignalingRequest: Encodable, Equatable, Sendable {
  package struct Devices: Codable, Equatable, Sendable {
    package var audio: Bool
    package var video: Bool

    package init(audio: Bool, video: Bool) {
      (self.audio, self.video) = (audio, video)
    }
  }

  /// What is wanted of a track: that of a participant, at the size at which it is shown.
  package struct Wish: Encodable, Equatable, Sendable {
    package let participant: String
    package var source = "camera"
    package let width: Int
    package let height: Int
  }

  package var id = 0
  package let type: String
  package private(set) var versions: [Int]?
  package private(set) var room: String?
  package private(set) var name: String?
  package private(set) var token: String?
  package private(set) var password: String?
  package private(set) var devices: Devices?
  package private(set) var mode: String?
  package private(set) var maxParticipants: Int?
  package private(set) var to: String?
  package private(set) var offer: String?
  package private(set) var answer: String?
  package private(set) var number: Int?
  package private(set) var tracks: [Wish]?
  package private(set) var only: Bool?

  private init(_ type: String, _ fill: (inout SignalingRequest) -> Void = { _ in }) {
    self.type = type
    fill(&self)
  }

  package static let hello = SignalingRequest("hello") { $0.versions = [1] }
  package static let leave = SignalingRequest("leave")

  /// - Parameter secret: an access token, if it has the three parts of one, else the room's password.
  package static func join(_ room: String, as name: String, devices: Devices, secret: String?) -> SignalingRequest {
    SignalingRequest("join") {
      ($0.room, $0.name, $0.devices) = (room, name, devices)
      if secret?.split(separator: ".").count == 3 { $0.token = secret } else { $0.password = secret }
    }
  }

  /// Has the room go through the server whoever is in it, and take so many people.
  package static func route(maxParticipants: Int?) -> SignalingRequest {
    SignalingRequest("updateRoom") { ($0.mode, $0.maxParticipants) = ("routed", maxParticipants) }
  }

  package static func moved(to topology: String) -> SignalingRequest { SignalingRequest("moved") { $0.to = topology } }

  package static func publish(_ offer: String) -> SignalingRequest { SignalingRequest("publish") { $0.offer = offer } }

  package static func answerSubscription(_ answer: String, number: Int) -> SignalingRequest {
    SignalingRequest("answerSubscription") { ($0.answer, $0.number) = (answer, number) }
  }

  package static func subscribe(only wishes: [Wish]) -> SignalingRequest {
    SignalingRequest("subscribe") { ($0.tracks, $0.only) = (wishes, true) }
  }
}
