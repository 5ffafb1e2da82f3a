/// An offer at a door, with everything said along with it.
struct StreamArrival: Sendable {
  let path: DoorPath
  let credentials: StreamCredentials
  /// The query of the endpoint's URL.
  let query: [String: String]
  let offer: String
  let address: ClientAddress

  /// What an encoder is called that does not say.
  private static let defaultName = "Stream"

  /// By which door it comes in.
  var way: Entrant.Way {
    get throws(SignalingError) {
      switch (path.streamProtocol, credentials.secret) {
      case (.whip, .key(let key)): .publishing(key: key)
      case (.whip, _): .publishing(key: nil)
      case (.whep, .key): throw SignalingError(.forbidden, "A stream key is for publishing, not for watching.")
      case (.whep, _): .watching(try WatchQuery(query))
      }
    }
  }

  /// The name to be shown: said with the secret, or in the query.
  var name: String { credentials.name ?? query["name"] ?? Self.defaultName }
}

/// A session that has its answer.
struct OpenedStream: Sendable {
  let session: StreamSession
  let answer: String
  let tag: EntityTag
  let iceServers: [ICEServer]
}

extension SignalingService {
  /// How often a room may end under somebody who comes in before the client is asked to try again.
  private static let maximumAttempts = 8

  /// Makes a session, lets it into its room, and waits for its answer.
  func open(_ arrival: StreamArrival) async throws(DoorFailure) -> OpenedStream {
    guard environment.parameters.topologies.contains(.routed) else {
      throw DoorFailure(SignalingError(.mediaUnavailable, "This server has no media of its own."))
    }
    let session = StreamSession(
      arrival.path.streamProtocol, of: arrival.path.room, from: arrival.address, in: self)
    try streams.add(session)
    do throws(DoorFailure) {
      return try await answer(session, try await admit(session, arrival))
    } catch {
      await session.leave()
      throw error
    }
  }

  private func answer(
    _ session: StreamSession, _ admitted: Room.AdmittedStream
  ) async throws(DoorFailure) -> OpenedStream {
    switch await session.reply(to: admitted.request) {
    case .created(let answer, let tag):
      return OpenedStream(
        session: session, answer: answer, tag: tag, iceServers: environment.iceServers(for: admitted.participant))
    case .failed(let failure): throw failure
    case .trickled, .restarted: preconditionFailure("an offer is answered, never patched")
    }
  }

  /// Shows the room who comes, as a join does, until it says yes or no.
  private func admit(
    _ session: StreamSession, _ arrival: StreamArrival
  ) async throws(DoorFailure) -> Room.AdmittedStream {
    var entrant = try entrant(arrival)
    for _ in 0..<Self.maximumAttempts {
      let room = try room(for: arrival)
      switch await room.open(session, entrant, offer: arrival.offer) {
      case .admitted(let admitted): return admitted
      case .ended: continue
      case .refused(let error):
        await room.endIfEmpty()
        throw failure(of: arrival, error)
      case .unusable(let refusal):
        await room.endIfEmpty()
        throw DoorFailure(refusal)
      case .needsPassword(let hash): entrant.provenPassword = try await prove(hash, arrival)
      }
    }
    throw DoorFailure(SignalingError(.conflict, "The room changes too quickly: try again.", retryAfter: .seconds(1)))
  }

  /// Who comes: its access token is checked where that of every join is.
  private func entrant(_ arrival: StreamArrival) throws(DoorFailure) -> Entrant {
    if arrival.credentials.isGuessable { try streams.mayTry(arrival.address, at: clock.now()) }
    do throws(SignalingError) {
      var join = JoinRequest(room: arrival.path.room, name: try DisplayName(arrival.name))
      if case .token(let token) = arrival.credentials.secret { join.token = token }
      var entrant = try entrant(join, address: arrival.address, cookie: nil)
      entrant.way = try arrival.way
      return entrant
    } catch {
      throw failure(of: arrival, error)
    }
  }

  /// The room it comes to: made for an encoder if need be, as for every join, but not for a key, which is of a room that exists.
  private func room(for arrival: StreamArrival) throws(DoorFailure) -> Room {
    let name = arrival.path.room
    switch (arrival.path.streamProtocol, arrival.credentials.secret) {
    case (.whep, _):
      guard let room = directory.livingRoom(named: name) else { throw DoorFailure(RoomState.nobodyPublishes) }
      return room
    case (.whip, .key):
      guard let room = directory.existingRoom(named: name) else { throw failure(of: arrival, RoomState.wrongKey) }
      return room
    case (.whip, _):
      do throws(SignalingError) {
        return try directory.room(named: name, madeFor: arrival.address.prefix)
      } catch {
        throw DoorFailure(error)
      }
    }
  }

  private func prove(_ hash: PasswordHash, _ arrival: StreamArrival) async throws(DoorFailure) -> PasswordHash {
    guard case .password(let password) = arrival.credentials.secret else {
      throw DoorFailure(SignalingError(.passwordRequired, "This room has a password."))
    }
    do throws(SignalingError) {
      let key = PasswordGate.Key(room: arrival.path.room, address: arrival.address.prefix, cookie: nil)
      try await passwordGate.check(password, matches: hash, for: key)
      return hash
    } catch {
      throw DoorFailure(error)
    }
  }

  /// Says no, and counts it where something was guessed.
  private func failure(of arrival: StreamArrival, _ error: SignalingError) -> DoorFailure {
    if error.code == .tokenInvalid { streams.failed(arrival.address, at: clock.now()) }
    return DoorFailure(error)
  }
}

extension StreamCredentials {
  /// Whether it is something of which wrong ones are counted by address; passwords have a gate of their own.
  fileprivate var isGuessable: Bool {
    switch secret {
    case .key, .token: true
    case .none, .password: false
    }
  }
}
