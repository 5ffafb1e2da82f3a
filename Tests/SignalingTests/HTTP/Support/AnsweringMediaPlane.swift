import Signaling
import Synchronization

/// A media plane that writes down what it is asked, and answers descriptions at once by what stands in them.
///
/// An offer is refused as its text says (`malformed`, `unusable`, `full`), left alone (`silent`), or answered. A fragment with `new`
/// is an ICE restart.
final class AnsweringMediaPlane: MediaPlane {
  let modes: Set<MediaMode> = [.routed, .echo]
  let events: AsyncStream<(RoomID, MediaEvent)>
  private let continuation: AsyncStream<(RoomID, MediaEvent)>.Continuation
  private let state = Mutex<[(RoomID, MediaCommand)]>([])
  private let isFull = Mutex(false)
  static let track = MediaTrack(ParticipantID(rawValue: "p"), .camera)

  init() {
    (events, continuation) = AsyncStream.makeStream()
  }

  /// An offer that says so is found to be hopeless before a room hears of it.
  func refusal(ofOffer offer: String, watching isWatching: Bool) -> MediaRefusal? {
    offer.contains("hopeless") ? MediaRefusal(.offer, "The description is not SDP.", as: .malformed) : nil
  }

  func isFull(for room: RoomID) -> Bool { isFull.withLock { $0 } }

  /// Has nobody more served, or everybody again.
  func fill(_ isFull: Bool = true) { self.isFull.withLock { $0 = isFull } }

  func perform(_ command: MediaCommand, in room: RoomID) async {
    state.withLock { $0.append((room, command)) }
    for event in answers(to: command) { continuation.yield((room, event)) }
  }

  /// The commands so far.
  var commands: [MediaCommand] { state.withLock { $0.map(\.1) } }

  /// Those of the participants that came by a door, oldest first.
  var offered: [ParticipantID] {
    commands.compactMap { command in
      switch command {
      case .offer(let id, _, _), .watch(let id, _, _): id
      default: nil
      }
    }
  }

  /// Tells something of the room that was asked about last.
  func tell(_ event: MediaEvent) {
    guard let room = state.withLock({ $0.last?.0 }) else { return }
    continuation.yield((room, event))
  }

  private func answers(to command: MediaCommand) -> [MediaEvent] {
    switch command {
    case .offer(let id, let offer, _): answer(offer, of: id)
    case .watch(let id, let offer, let selection):
      [.slots(id, [MediaSlot(mid: "1", kind: .video, track: selection.video)])] + answer(offer, of: id)
    case .fragment(let id, let fragment, let mayRestart): [patch(fragment, of: id, mayRestart)]
    case .report(let id): [.report(id, Self.report)]
    default: []
    }
  }

  private func answer(_ offer: String, of id: ParticipantID) -> [MediaEvent] {
    if offer.contains("silent") { return [] }
    if offer.contains("malformed") {
      return [.refused(id, MediaRefusal(.offer, "Line 1 is not “v=0”.", as: .malformed))]
    }
    if offer.contains("unusable") { return [.refused(id, MediaRefusal(.offer, "No codec is common.", as: .unusable))] }
    if offer.contains("full") { return [.refused(id, MediaRefusal(.offer, "There is no place.", as: .full))] }
    return [.answer(id, "v=0\r\nanswer\r\n")]
  }

  private func patch(_ fragment: String, of id: ParticipantID, _ mayRestart: Bool) -> MediaEvent {
    if fragment.contains("malformed") {
      return .refused(id, MediaRefusal(.fragment, "It is no fragment.", as: .malformed))
    }
    guard fragment.contains("new") else { return .fragment(id, nil) }
    return mayRestart
      ? .fragment(id, "a=ice-ufrag:ours\r\n")
      : .refused(id, MediaRefusal(.fragment, "These credentials belong to a restart.", as: .unusable))
  }

  private static var report: MediaReport {
    let layers = ["l", "h"].map { MediaReport.Layer(rid: $0, width: 320, height: 180, bitsPerSecond: 90_000) }
    return MediaReport(published: [MediaReport.Published(source: .camera, layers: layers, packetsLost: 0)])
  }
}
