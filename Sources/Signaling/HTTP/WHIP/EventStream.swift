import HTTPTypes
import Hummingbird
import NIOCore

/// The events of one session as they happen (HTML Living Standard §9.2), until either side ends it.
struct EventStream: Sendable {
  /// Often enough that a proxy keeps the connection, and that the layers told are those there are.
  private static let interval = Duration.seconds(5)
  /// What a slow reader may be behind; each event says everything anew.
  private static let queued = 16

  let session: StreamSession
  let events: AsyncStream<StreamEvent>
  /// Whether media is to be asked what there is from time to time.
  let asksForLayers: Bool
  let clock: SignalingClock

  var response: Response {
    // Proxies that gather answers would hold the events back.
    var head = DoorResponse(.ok, [.contentType: "text/event-stream", .xAccelBuffering: "no"]).response
    head.body = ResponseBody { writer in
      try await write(to: &writer)
      try await writer.finish(nil)
    }
    return head
  }

  private func write(to writer: inout any ResponseBodyWriter) async throws {
    let (texts, continuation) = AsyncStream.makeStream(
      of: ByteBuffer.self, bufferingPolicy: .bufferingNewest(Self.queued))
    let telling = Task {
      for await event in events { continuation.yield(event.text) }
      continuation.finish()
    }
    let asking = Task {
      while !Task.isCancelled {
        if asksForLayers { await session.askForLayers() }
        try await clock.sleep(Self.interval)
        continuation.yield(StreamEvent.comment)
      }
    }
    defer {
      telling.cancel()
      asking.cancel()
    }
    try await writer.write(StreamEvent.comment)
    for await text in texts { try await writer.write(text) }
  }
}

extension HTTPField.Name {
  // The force-unwrap holds: the literal is a token of RFC 9110 §5.6.2.
  static let xAccelBuffering = HTTPField.Name("X-Accel-Buffering")!
}
