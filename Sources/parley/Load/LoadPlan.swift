package import FoundationEssentials
package import Load

/// What a load is to be: who joins which room of which server, and for how long is measured.
package struct LoadPlan: Sendable {
  package let server: URL
  package let room: String
  /// Everybody comes as a participant, by signalling, instead of by WHIP and WHEP.
  package var isMeeting = false
  package var publishers = 1
  package var subscribers = 50
  /// How many of the others a participant sees at once: a server takes no more wishes than the most.
  package var tiles = mostTiles
  package static let mostTiles = 64
  package var layers: [VideoLayer] = []
  package var burst = VideoPacing.burst
  /// What there is to see and hear of publishers; nil for nothing.
  package var content: WatchableMedia?
  package var seconds = 10
  /// How long everybody is there before the measuring begins: estimates and layers have settled then.
  package var settleSeconds = 3
  package var joinsPerSecond = 30
  /// What publishers show, and what players do.
  package var publishSecret: String?
  package var watchSecret: String?
  /// The doors of servers that have them elsewhere.
  package var publishAddress: URL?
  package var watchAddress: URL?
  /// The process of the server.
  package var pid: Int32?

  package init(server: URL, room: String) {
    (self.server, self.room) = (server, room)
  }

  /// What publishers send.
  var publishing: LoadPeer.Part { .publisher(layers, burst: burst, showing: content) }

  /// The door for the publisher of this number, from zero.
  package func publishDoor(_ number: Int) -> StreamDoor {
    let address = publishAddress ?? door("whip", [URLQueryItem(name: "name", value: Self.name(number))])
    return StreamDoor(address: address, secret: publishSecret)
  }

  /// The door for the player of this number: they are shared out among the publishers.
  package func watchDoor(_ number: Int) -> StreamDoor {
    let watched = URLQueryItem(name: "participant", value: Self.name(number % max(1, publishers)))
    return StreamDoor(address: watchAddress ?? door("whep", [watched]), secret: watchSecret)
  }

  /// Where sessions of signalling are opened.
  package var signalingAddress: URL { server.appending(path: "ws") }

  /// For how many the room has to be made, if rooms are smaller by themselves.
  package var seats: Int? {
    let everybody = publishers + subscribers
    return everybody > Self.ordinarySeats ? everybody : nil
  }

  private static let ordinarySeats = 100

  package static func name(_ publisher: Int) -> String { "load-\(publisher + 1)" }

  private func door(_ kind: String, _ query: [URLQueryItem]) -> URL {
    server.appending(path: kind).appending(path: room).appending(queryItems: query)
  }
}
