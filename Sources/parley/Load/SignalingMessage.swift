package import FoundationEssentials

/// What a server tells a participant of the load; what none needs is `other` (`docs/signaling.md`, *Events*).
package enum SignalingMessage: Equatable, Sendable {
  /// Somebody in the room.
  package struct Person: Decodable, Equatable, Sendable {
    package let id: String
    package let name: String
    package let devices: SignalingRequest.Devices
  }

  /// Which track comes in a media description of the subscription; nobody's while it waits for one.
  package struct Slot: Decodable, Equatable, Sendable {
    package let mid: String
    package let participant: String?
    package let source: String?
  }

  package struct Room: Decodable, Equatable, Sendable {
    package let topology: String?
    package let former: String?
  }

  /// What a request is answered with, as far as it is of use.
  package struct Answer: Decodable, Equatable, Sendable {
    package var state: String?
    package var participant: String?
    package var participants: [Person]?
    package var room: Room?
    package var answer: String?
  }

  package struct Refusal: Decodable, Error, Equatable, Sendable {
    package let code: String
    package let message: String
    package var retryAfter: Double?
  }

  case result(id: Int, Answer)
  case error(id: Int?, Refusal)
  case participantJoined(Person)
  case participantLeft(String)
  case roomChanged(Room)
  case subscription(offer: String, number: Int, [Slot])
  case slots([Slot])
  case demand(source: String, layers: Int)
  /// The session, the room or its media ends.
  case ended(String)
  case other

  /// Reads a message; throws what `JSONDecoder` throws if it is none of the protocol.
  package init(parsing text: Data) throws {
    let decoder = JSONDecoder()
    let type = try decoder.decode(Kind.self, from: text).type
    switch type {
    case "result":
      let result = try decoder.decode(Result.self, from: text)
      self = .result(id: result.id, result.data)
    case "error":
      let error = try decoder.decode(Failure.self, from: text)
      self = .error(id: error.id, error.error)
    case "participantJoined": self = .participantJoined(try decoder.decode(Joined.self, from: text).participant)
    case "participantLeft": self = .participantLeft(try decoder.decode(Left.self, from: text).participant)
    case "roomChanged": self = .roomChanged(try decoder.decode(RoomChange.self, from: text).changes)
    case "subscription":
      let subscription = try decoder.decode(Subscription.self, from: text)
      self = .subscription(offer: subscription.offer, number: subscription.number, subscription.slots)
    case "slots": self = .slots(try decoder.decode(Slots.self, from: text).slots)
    case "demand":
      let demand = try decoder.decode(Demand.self, from: text)
      self = .demand(source: demand.source, layers: demand.layers)
    case "mediaLost", "removed", "roomEnded", "serverStopping": self = .ended(type)
    default: self = .other
    }
  }
}

// MARK: - The shapes of messages
extension SignalingMessage {
  private struct Kind: Decodable {
    let type: String
  }

  private struct Result: Decodable {
    let id: Int
    let data: Answer
  }

  private struct Failure: Decodable {
    let id: Int?
    let error: Refusal
  }

  private struct Joined: Decodable {
    let participant: Person
  }

  private struct Left: Decodable {
    let participant: String
  }

  private struct RoomChange: Decodable {
    let changes: Room
  }

  private struct Subscription: Decodable {
    let offer: String
    let number: Int
    let slots: [Slot]
  }

  private struct Slots: Decodable {
    let slots: [Slot]
  }

  private struct Demand: Decodable {
    let source: String
    let layers: Int
  }
}

extension SignalingMessage.Refusal: CustomStringConvertible {
  package var description: String { "\(code): \(message)" }
}
