internal import Synchronization
import WebRTC

/// What two workers tell each other of a room that is on both: the room's home publishes, the other mirrors what it wants of it.
///
/// Rare, in order and never lost, so it goes by letter and not by ring. Tracks and streams are named by what the home calls them.
enum MirrorNews: Sendable {
  // From a room's home.
  case opened(room: String)
  case published(MirroredTrack)
  /// Another description of a track that goes on.
  case negotiated(track: UInt64, NegotiatedMedia)
  case allowed(track: UInt64, Bool)
  case withdrawn(track: UInt64)
  case began(stream: UInt64, of: UInt64)
  case ended(stream: UInt64)
  /// What the track comes in from now on, as its publisher numbers it; the packets that show it may not be wanted.
  case coded(track: UInt64, payloadType: UInt8)
  /// To the publisher of the track and back.
  case roundTripTime(track: UInt64, Duration)
  // To it.
  /// The worker has no place for another room.
  case refused(room: String)
  /// Somebody is to be sent the track, or nobody is any more.
  case wanted(track: UInt64, Bool)
  /// So many layers of the track are of use there.
  case needed(track: UInt64, layers: Int)
  /// Whether a stream, one of several layers, is to be handed over.
  case useful(stream: UInt64, Bool)
  case keyframeWanted(stream: UInt64)
}

/// A track that is published on another worker.
struct MirroredTrack: Sendable {
  let room: String
  let name: MediaServer.Track
  /// The home's name of it.
  let track: UInt64
  var media: NegotiatedMedia
  /// What it comes in.
  let payloadType: UInt8?
  let isAllowed: Bool
  let roundTripTime: Duration
}

/// Where the other workers put what they tell one worker.
final class Letterbox: Sendable {
  struct Letter: Sendable {
    let sender: Int
    let news: MirrorNews
  }

  private let letters = Mutex<[Letter]>([])
  private let hasMail = Atomic<Bool>(false)
  private let bell: Poller.Bell

  init(ringing bell: Poller.Bell) {
    self.bell = bell
  }

  func put(_ news: MirrorNews, from sender: Int) {
    letters.withLock { $0.append(Letter(sender: sender, news: news)) }
    if !hasMail.exchange(true, ordering: .acquiringAndReleasing) { bell.ring() }
  }

  /// What was put there since the last call, in order; asks for nothing more than one flag when that is nothing.
  func takeAll() -> [Letter] {
    guard hasMail.load(ordering: .relaxed) else { return [] }
    hasMail.store(false, ordering: .sequentiallyConsistent)
    return letters.withLock { letters in
      defer { letters = [] }
      return letters
    }
  }
}
