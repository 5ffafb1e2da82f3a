import RTP
import WebRTC

/// What one worker mirrors of rooms whose home is another one.
struct MirrorTable {
  /// A track or stream as its home names it.
  struct Name: Hashable {
    let home: Int
    let number: UInt64
  }

  struct Track {
    let home: Int
    var mirrored: MirroredTrack
    /// What the home was told.
    var isWanted = false
    var neededLayerCount = 0
  }

  struct Stream {
    let name: Name
    /// When a keyframe was last asked for.
    var askedAt = Instant.zero
  }

  private(set) var tracks: [PublishedTrack.Handle: Track] = [:]
  private(set) var streams: [PublishedStream.Handle: Stream] = [:]
  private var trackHandles: [Name: PublishedTrack.Handle] = [:]
  private var streamHandles: [Name: PublishedStream.Handle] = [:]

  var isEmpty: Bool { tracks.isEmpty }

  func track(_ name: Name) -> PublishedTrack.Handle? { trackHandles[name] }

  func stream(_ name: Name) -> PublishedStream.Handle? { streamHandles[name] }

  mutating func insert(_ mirrored: MirroredTrack, of home: Int, as track: PublishedTrack.Handle) {
    tracks[track] = Track(home: home, mirrored: mirrored)
    trackHandles[Name(home: home, number: mirrored.track)] = track
  }

  mutating func insert(_ name: Name, as stream: PublishedStream.Handle) {
    streams[stream] = Stream(name: name)
    streamHandles[name] = stream
  }

  mutating func negotiated(_ media: NegotiatedMedia, of track: PublishedTrack.Handle) {
    tracks[track]?.mirrored.media = media
  }

  /// Takes note of whether a track is wanted; false if its home knows.
  mutating func want(_ track: PublishedTrack.Handle, _ isWanted: Bool) -> Bool {
    guard let present = tracks[track], present.isWanted != isWanted else { return false }
    tracks[track]?.isWanted = isWanted
    return true
  }

  /// Takes note of how many layers of a track are needed; false if its home knows.
  mutating func need(_ track: PublishedTrack.Handle, _ count: Int) -> Bool {
    guard let present = tracks[track], present.neededLayerCount != count else { return false }
    tracks[track]?.neededLayerCount = count
    return true
  }

  /// Whether its home is to be asked for a keyframe, and was not within an interval.
  mutating func asks(for stream: PublishedStream.Handle, every interval: Duration, at now: Instant) -> Bool {
    guard let present = streams[stream], present.askedAt + interval <= now else { return false }
    streams[stream]?.askedAt = now
    return true
  }

  mutating func remove(_ stream: PublishedStream.Handle) {
    if let name = streams.removeValue(forKey: stream)?.name { streamHandles[name] = nil }
  }

  mutating func remove(_ track: PublishedTrack.Handle) {
    guard let gone = tracks.removeValue(forKey: track) else { return }
    trackHandles[Name(home: gone.home, number: gone.mirrored.track)] = nil
  }
}

/// A worker that mirrors a track, as the track's home knows it.
struct TrackMirror {
  let worker: Int
  /// How many of the track's layers are of use there.
  var neededLayerCount = 0
}
