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
    /// Whether the home hands it over: it was told so, or nothing.
    var isUseful = true
    /// When a keyframe was last asked for.
    var askedAt = Instant.zero
  }

  private(set) var tracks: [PublishedTrack.Handle: Track] = [:]
  private(set) var streams: [PublishedStream.Handle: Stream] = [:]
  private var trackHandles: [Name: PublishedTrack.Handle] = [:]

  /// What a stream is here.
  private struct Place {
    var number: UInt64 = 0
    var stream = PublishedStream.Handle.none
  }

  /// By the home, and by the place in the home's table that its number tells: looked up for each packet.
  private var places: [[Place]] = []

  var isEmpty: Bool { tracks.isEmpty }

  func track(_ name: Name) -> PublishedTrack.Handle? { trackHandles[name] }

  func stream(_ name: Name) -> PublishedStream.Handle? {
    let index = Self.place(name)
    guard name.home < places.count, index < places[name.home].count, places[name.home][index].number == name.number
    else { return nil }
    return places[name.home][index].stream
  }

  private static func place(_ name: Name) -> Int { Int(PublishedStream.Handle(rawValue: name.number).index) }

  mutating func insert(_ mirrored: MirroredTrack, of home: Int, as track: PublishedTrack.Handle) {
    tracks[track] = Track(home: home, mirrored: mirrored)
    trackHandles[Name(home: home, number: mirrored.track)] = track
  }

  mutating func insert(_ name: Name, as stream: PublishedStream.Handle) {
    streams[stream] = Stream(name: name)
    while places.count <= name.home { places.append([]) }
    let index = Self.place(name)
    while places[name.home].count <= index { places[name.home].append(Place()) }
    places[name.home][index] = Place(number: name.number, stream: stream)
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

  /// Takes note of whether a stream is to be handed over; false if its home knows.
  mutating func use(_ stream: PublishedStream.Handle, _ isUseful: Bool) -> Bool {
    guard let present = streams[stream], present.isUseful != isUseful else { return false }
    streams[stream]?.isUseful = isUseful
    return true
  }

  /// Whether its home is to be asked for a keyframe, and was not within an interval.
  mutating func asks(for stream: PublishedStream.Handle, every interval: Duration, at now: Instant) -> Bool {
    guard let present = streams[stream], present.askedAt + interval <= now else { return false }
    streams[stream]?.askedAt = now
    return true
  }

  mutating func remove(_ stream: PublishedStream.Handle) {
    guard let name = streams.removeValue(forKey: stream)?.name, self.stream(name) == stream else { return }
    places[name.home][Self.place(name)] = Place()
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
  /// What it was told.
  var roundTripTime: Duration
}
