import HTTPTypes
import Hummingbird
import NIOCore

/// WHIP and WHEP over HTTP: reads requests for `WHIPDoor` and sessions, and writes what they answer.
///
/// A middleware and no routes, because a door answers every method itself.
struct DoorMiddleware: RouterMiddleware {
  let service: SignalingService

  func handle(
    _ request: Request, context: SiteContext, next: (Request, SiteContext) async throws -> Response
  ) async throws -> Response {
    guard DoorPath.isDoor(request.head.path ?? "") else { return try await next(request, context) }
    do throws(DoorFailure) {
      return try await answer(request, context)
    } catch {
      return DoorResponse(error).response
    }
  }

  private func answer(_ request: Request, _ context: SiteContext) async throws(DoorFailure) -> Response {
    let client = context.origin.client.flatMap { ClientAddress(bytes: $0.bytes) } ?? .loopback
    try service.streams.take(client, at: service.clock.now())
    let path = try path(of: request)
    let session = service.streams.session(at: path)
    let decision = WHIPDoor.decide(request.method, path, request.headers, isKnown: session != nil)
    switch decision {
    case .respond(let response): return response.response
    case .open: return try await open(path, request, context, from: client).response
    case .patch, .end, .chooseLayer, .subscribe, .listen:
      guard let session else { throw .unknownSession }
      return try await serve(decision, session, path, request, context)
    }
  }

  private func serve(
    _ decision: DoorDecision, _ session: StreamSession, _ path: DoorPath, _ request: Request, _ context: SiteContext
  ) async throws(DoorFailure) -> Response {
    switch decision {
    case .patch(let condition):
      return try await patch(session, condition, try await text(of: request)).response
    case .end:
      await session.leave()
      return DoorResponse(.ok).response
    case .chooseLayer:
      let body = try await bytes(of: request)
      try await session.choose(try Self.reading { () throws(SignalingError) in try LayerChoice(parsing: body) })
      return DoorResponse(.ok).response
    case .subscribe:
      let body = try await bytes(of: request)
      let kinds = try Self.reading { () throws(SignalingError) in try StreamEvent.kinds(parsing: body) }
      return DoorResponse(.created, [.location: "events?only=" + kinds.map(\.rawValue).joined(separator: ",")]).response
    case .listen:
      let kinds = Self.kinds(context.query)
      return EventStream(
        session: session, events: try session.listen(to: kinds), asksForLayers: kinds.contains(.layers),
        clock: service.clock
      ).response
    case .respond, .open: preconditionFailure("these need no session")
    }
  }

  private func open(
    _ path: DoorPath, _ request: Request, _ context: SiteContext, from client: ClientAddress
  ) async throws(DoorFailure) -> DoorResponse {
    guard let credentials = StreamCredentials(authorization: request.headers[values: .authorization]) else {
      throw DoorFailure(.unauthorized, "Authorization must be one bearer token.")
    }
    let opened = try await service.open(
      StreamArrival(
        path: path, credentials: credentials, query: PercentEncoding.fields(ofQuery: context.query),
        offer: try await text(of: request), address: client))
    return .created(opened.answer, opened.tag, opened.session.id, at: path, iceServers: opened.iceServers)
  }

  private func patch(
    _ session: StreamSession, _ condition: EntityCondition, _ fragment: String
  ) async throws(DoorFailure) -> DoorResponse {
    switch try await session.patch(fragment, condition) {
    case .trickled: return DoorResponse(.noContent)
    case .restarted(let fragment, let tag): return .restarted(fragment, tag)
    case .failed(let failure): throw failure
    case .created: preconditionFailure("a fragment is no offer")
    }
  }

  // MARK: Reading

  private func path(of request: Request) throws(DoorFailure) -> DoorPath {
    try Self.reading { () throws(SignalingError) in try DoorPath(request.head.path ?? "") }
  }

  /// The body, as far as it may go; what is longer is not kept.
  private func bytes(of request: Request) async throws(DoorFailure) -> [UInt8] {
    do {
      return Array(buffer: try await request.body.collect(upTo: WHIPDoor.bodyLimit))
    } catch is NIOTooManyBytesError {
      throw WHIPDoor.tooLarge
    } catch {
      throw DoorFailure(.badRequest, "The body did not come whole.")
    }
  }

  private func text(of request: Request) async throws(DoorFailure) -> String {
    guard let text = String(validating: try await bytes(of: request), as: UTF8.self), !text.isEmpty else {
      throw DoorFailure(.badRequest, "The body must be a text in UTF-8.")
    }
    return text
  }

  /// Which events the URL of a stream names; all without a word about it.
  private static func kinds(_ query: String) -> Set<StreamEvent.Kind> {
    guard let only = PercentEncoding.fields(ofQuery: query)["only"] else { return Set(StreamEvent.Kind.allCases) }
    return Set(only.split(separator: ",").compactMap { StreamEvent.Kind(rawValue: String($0)) })
  }

  private static func reading<Value>(
    _ body: () throws(SignalingError) -> Value
  ) throws(DoorFailure) -> Value {
    do throws(SignalingError) { return try body() } catch { throw DoorFailure(error) }
  }
}

extension DoorResponse {
  /// As it is written.
  var response: Response {
    var response =
      switch body {
      case .none: Response(status: status)
      case .text(let text): Response(status: status, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
      case .problem(let detail): Problem(status: status, detail: detail).response
      }
    // Links are many, and every other header is one.
    for field in headers {
      if field.name == .link { response.headers.append(field) } else { response.headers[field.name] = field.value }
    }
    return response
  }
}
