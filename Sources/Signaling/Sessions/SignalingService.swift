import Synchronization

/// The signalling of one server: its sessions and rooms, and the clock that ends them.
package final class SignalingService: Sendable {
  /// No deadline is set closer than seconds ahead, so looking this often is never late, and nobody has to be woken for a new one.
  private static let longestSleep = Duration.milliseconds(250)

  let configuration: SignalingConfiguration
  let clock: SignalingClock
  let environment: RoomEnvironment
  let directory: RoomDirectory
  private let echoes: EchoDirectory
  let streams: StreamDirectory
  let decoder: MessageDecoder
  let metrics: SignalingMetrics
  /// The cookies that tell browsers apart, for whoever serves pages and opens sockets.
  package let browserCookies: BrowserCookies
  let passwordHasher: PasswordHasher
  let passwordGate: PasswordGate
  private let sessions: SessionTable
  package let deadlines = DeadlineQueue()
  private let store: RoomStore?
  private let mediaPlane: (any MediaPlane)?
  private let profileKey: [UInt8]

  package init(
    configuration: SignalingConfiguration, keys: ServerKeys, mediaPlane: (any MediaPlane)?,
    clock: SignalingClock = .system
  ) {
    self.configuration = configuration
    self.clock = clock
    self.mediaPlane = mediaPlane
    metrics = SignalingMetrics()
    browserCookies = BrowserCookies(keys: keys)
    decoder = MessageDecoder(limits: configuration.limits)
    passwordHasher = PasswordHasher(cost: configuration.passwordCost)
    passwordGate = PasswordGate(
      hasher: passwordHasher, rate: configuration.limits.passwordTries,
      addressRate: configuration.limits.passwordTriesPerAddress, clock: clock)
    sessions = SessionTable(limits: configuration.limits)
    store = configuration.dataDirectory.map { RoomStore(dataDirectory: $0) }
    profileKey = keys.key(for: .banList)
    environment = RoomEnvironment(
      configuration: configuration, keys: keys, mediaPlane: mediaPlane, clock: clock, metrics: metrics)
    directory = RoomDirectory(environment: environment, deadlines: deadlines, store: store)
    streams = StreamDirectory(limits: configuration.limits)
    echoes = EchoDirectory(plane: mediaPlane, limits: configuration.limits, metrics: metrics)
  }

  // MARK: The edge

  /// A new WebSocket from this client address; refused when the address or the server has too many.
  ///
  /// `cookie` is the browser profile's server-made cookie, if it has one.
  package func open(
    client: ClientAddress, cookie: String?, outbox: SessionOutbox
  ) throws(SignalingError) -> ClientSession {
    let now = clock.now()
    let session = ClientSession(service: self, address: client, cookie: cookie, outbox: outbox, at: now)
    do throws(SignalingError) {
      try sessions.add(session)
    } catch {
      metrics.count(error)
      throw error
    }
    watch(session, until: now + configuration.times.hello)
    return session
  }

  /// The beacon: a page that goes away posts its resume token.
  package func leave(resumeToken: String) async {
    guard let statement = try? environment.statement(verifying: resumeToken) else { return }
    await directory.livingRoom(for: statement)?.depart(statement)
  }

  /// How much is going on now.
  package func statistics() async -> SignalingStatistics {
    var statistics = SignalingStatistics()
    statistics.sessions = sessions.count
    statistics.echoes = echoes.count
    statistics.streams = streams.statistics
    for room in directory.all { statistics = await room.counted(into: statistics) }
    return statistics
  }

  /// Tells everybody that the server stops, closes all sessions and refuses new ones. Rooms are kept for the next process.
  package func stop(reconnectAfter: Duration) async {
    sessions.stop()
    for room in directory.all { await room.stop(reconnectAfter: reconnectAfter) }
    for echo in echoes.all { await echo.end() }
    streams.stop()
    for session in sessions.all { session.end(.serverStopping) }
    await store?.flush()
  }

  /// Ends what has lasted too long, keeps what must survive a restart, and listens to the media plane; runs until it is cancelled.
  package func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      if let mediaPlane { group.addTask { await self.listen(to: mediaPlane) } }
      group.addTask {
        while true {
          await self.advance()
          let pause = self.deadlines.next.map { $0 - self.clock.now() } ?? Self.longestSleep
          try await self.clock.sleep(min(max(pause, .milliseconds(1)), Self.longestSleep))
        }
      }
      try await group.waitForAll()
    }
  }

  /// Does what has become due; what `run` does again and again, for tests in virtual time.
  package func advance() async {
    // What ends while the server stops is lost sockets, and they are to be found again by the next process.
    guard !sessions.isStopping else { return }
    let now = clock.now()
    for target in deadlines.take(until: now) {
      switch target {
      case .room(let id): await directory.room(id)?.advance()
      case .session(let id): sessions[id]?.checkHandshake(at: now)
      case .echo(let id): await echoes[id]?.end(.timeLimit)
      case .stream(let id): streams[id]?.advance(to: now)
      }
    }
    directory.forgetKept(at: now)
    await store?.flush()
  }

  private func listen(to mediaPlane: any MediaPlane) async {
    for await (id, event) in mediaPlane.events {
      if let room = directory.room(id) {
        await room.handle(event)
      } else {
        await echoes[id]?.handle(event)
      }
    }
  }

  // MARK: Sessions

  var greeting: Greeting {
    Greeting(
      server: configuration.serverName, time: clock.now(), heartbeat: configuration.times.heartbeat,
      limits: configuration.limits, topologies: environment.topologies)
  }

  /// Looks at this session when its handshake must be over.
  func watch(_ session: ClientSession, until time: Timestamp) {
    deadlines.add(.session(ObjectIdentifier(session)), at: time)
  }

  /// A connection test for this session, which ends after its time.
  func makeEcho(for session: ClientSession) throws(SignalingError) -> EchoTest {
    let now = clock.now()
    let echo = try echoes.make(for: session, at: now)
    deadlines.add(.echo(echo.id), at: now + configuration.times.echo)
    return echo
  }

  func forget(_ session: ClientSession) {
    sessions.remove(session)
  }

  /// What is known of somebody who wants to come in. The access token is checked here, for every way of joining.
  func entrant(
    _ join: JoinRequest, address: ClientAddress, cookie: String?
  ) throws(SignalingError) -> Entrant {
    var generator = SystemRandomNumberGenerator()
    var entrant = Entrant(
      id: .random(using: &generator), name: join.name,
      profile: profile(client: join.client, address: address, cookie: cookie))
    entrant.devices = join.devices
    entrant.hostKey = join.hostKey
    guard let text = join.token else { return entrant }
    guard let secret = configuration.accessTokenSecret else {
      throw SignalingError(.tokenInvalid, "This server takes no invitations.")
    }
    let token = try AccessToken(verifying: text, secret: Array(secret.utf8), at: clock.now())
    entrant.grant = try token.grant(for: join.room)
    entrant.name = token.name ?? join.name
    entrant.isNameFixed = token.name != nil
    return entrant
  }

  /// Keyed hashes of what tells browsers apart: enough to compare, and worth nothing to whoever reads them.
  func profile(client: String?, address: ClientAddress, cookie: String?) -> BrowserProfile {
    BrowserProfile(
      client: client.map { digest(Array("client".utf8) + Array($0.utf8)) },
      cookie: cookie.map { digest(Array("cookie".utf8) + Array($0.utf8)) },
      cookieMadeAt: cookie.flatMap(BrowserCookies.timeOfMaking),
      address: digest(Array("address".utf8) + address.prefixBytes))
  }

  private func digest(_ bytes: [UInt8]) -> String {
    Base64.encodeURL(Array(HMAC.sha256(bytes, key: profileKey).prefix(12)))
  }
}
