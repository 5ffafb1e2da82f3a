/// How the media of those in a room does, and who of them everybody is to be told of.
struct Qualities: Sendable {
  /// Everybody is told at most so often: in a crowd on bad networks something changes all the time.
  static let interval = Duration.seconds(1)
  /// In one message; what is more waits for the next, so that no log of events fills with it.
  static let maximumNews = 64
  /// A device that does not keep up says so again within this time, or is taken to keep up again.
  static let limitationTime = Duration.seconds(30)

  /// As media has told it.
  private var measured: [ParticipantID: MediaQuality] = [:]
  /// Until when a device is taken not to keep up with what it publishes.
  private var limitedUntil: [ParticipantID: Timestamp] = [:]
  /// Of whom something may have to be told, the longest waiting first.
  private var changed: [ParticipantID] = []
  private var toldAt: Timestamp?

  /// When something happens of itself.
  var nextDeadline: Timestamp? {
    let end = limitedUntil.values.min()
    guard !changed.isEmpty, let toldAt else { return end }
    return min(end ?? toldAt + Self.interval, toldAt + Self.interval)
  }

  /// How somebody's media does, as its server and its own device see it.
  func quality(of id: ParticipantID) -> MediaQuality {
    var quality = measured[id] ?? MediaQuality()
    guard limitedUntil[id] != nil, (quality.publishing?.level ?? .good) > .fair else { return quality }
    quality.publishing = MediaQuality.Rating(.fair, .cpu)
    return quality
  }

  mutating func measure(_ quality: MediaQuality, of id: ParticipantID) {
    measured[id] = quality
    note(id)
  }

  /// Somebody's device says what holds it back; nil for nothing.
  mutating func limit(_ id: ParticipantID, by limitation: MediaLimitation?, at now: Timestamp) {
    limitedUntil[id] = limitation.map { _ in now + Self.limitationTime }
    note(id)
  }

  /// What was known of somebody's media means nothing any more.
  mutating func forget(_ id: ParticipantID) {
    guard measured.removeValue(forKey: id) != nil || limitedUntil[id] != nil else { return }
    limitedUntil[id] = nil
    note(id)
  }

  /// Whom everybody is to be told of now: those whose quality is not the one that `told` says.
  mutating func takeNews(at now: Timestamp, told: (ParticipantID) -> MediaQuality?) -> [ParticipantID] {
    for (id, end) in limitedUntil where end <= now { limit(id, by: nil, at: now) }
    if let toldAt, now < toldAt + Self.interval { return [] }
    let different = changed.filter { id in told(id).map { $0 != quality(of: id) } ?? false }
    let news = Array(different.prefix(Self.maximumNews))
    changed = Array(different.dropFirst(news.count))
    toldAt = news.isEmpty ? nil : now
    return news
  }

  private mutating func note(_ id: ParticipantID) {
    if !changed.contains(id) { changed.append(id) }
  }
}
