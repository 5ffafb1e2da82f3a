internal import CSockets
internal import Glibc
package import RTP

/// Waits for descriptors to become readable or writable (epoll(7)), with a bell that other threads ring.
package struct Poller: ~Copyable {
  /// What happened on one descriptor.
  package struct Event: Sendable {
    /// What was given at `watch`.
    package let token: UInt64
    package let isReadable: Bool
    package let isWritable: Bool
    /// The other side is gone, or the descriptor has an error.
    package let isHungUp: Bool
  }

  /// What a watched descriptor waits for.
  package enum Interest: Sendable {
    case input
    case inputAndOutput
  }

  /// Wakes a poller from any thread; ringing twice before it wakes is ringing once.
  ///
  /// Whoever holds it may ring it, also after the poller is gone.
  package final class Bell: Sendable {
    fileprivate let descriptor: Int32

    package init() throws(SocketError) {
      descriptor = csockets_eventfd()
      guard descriptor >= 0 else { throw SocketError(during: .poll) }
    }

    deinit {
      close(descriptor)
    }

    package func ring() {
      var one: UInt64 = 1
      // A full counter (EAGAIN) means that the bell is ringing already.
      _ = write(descriptor, &one, 8)
    }
  }

  /// The token of the bell; descriptors must use others.
  package static let bellToken = UInt64.max
  /// Enough for the sockets of one loop turn; more are reported in the next.
  private static let eventCount = 64

  private let epoll: Int32
  package let bell: Bell
  private let events: UnsafeMutablePointer<csockets_event>

  package init(bell: Bell) throws(SocketError) {
    epoll = csockets_epoll_create()
    guard epoll >= 0 else { throw SocketError(during: .poll) }
    guard csockets_epoll_add(epoll, bell.descriptor, Self.bellToken, 0) == 0 else {
      let error = SocketError(during: .poll)
      close(epoll)
      throw error
    }
    self.bell = bell
    events = .allocate(capacity: Self.eventCount)
  }

  package init() throws(SocketError) {
    try self.init(bell: Bell())
  }

  deinit {
    close(epoll)
    events.deallocate()
  }

  package func watch(_ descriptor: Int32, for interest: Interest = .input, token: UInt64) throws(SocketError) {
    guard csockets_epoll_add(epoll, descriptor, token, interest == .inputAndOutput ? 1 : 0) == 0 else {
      throw SocketError(during: .poll)
    }
  }

  package func change(_ descriptor: Int32, to interest: Interest, token: UInt64) {
    _ = csockets_epoll_change(epoll, descriptor, token, interest == .inputAndOutput ? 1 : 0)
  }

  package func forget(_ descriptor: Int32) {
    _ = csockets_epoll_remove(epoll, descriptor)
  }

  /// Waits until something happens or `deadline` is reached, and hands over each event; the bell is silenced and not reported.
  package func wait(until deadline: Instant?, now: Instant, _ handle: (Event) -> Void) {
    let timeout = deadline.map { max(0, $0.nanoseconds(since: now)) } ?? -1
    let count = csockets_epoll_wait(epoll, events, Int32(Self.eventCount), timeout)
    precondition(count >= 0, "epoll_wait fails only for a descriptor or buffer that is not ours")
    for index in 0..<Int(count) {
      let event = events[index]
      guard event.token != Self.bellToken else {
        silenceBell()
        continue
      }
      handle(
        Event(
          token: event.token, isReadable: event.readable != 0, isWritable: event.writable != 0,
          isHungUp: event.hung_up != 0))
    }
  }

  private func silenceBell() {
    var count: UInt64 = 0
    _ = read(bell.descriptor, &count, 8)
  }
}

/// The clocks of this machine, read at the edge and nowhere below.
package enum SystemClock {
  package static var now: Instant { Instant(nanoseconds: csockets_monotonic()) }

  /// What to add to a time of the realtime clock (which the kernel stamps packets with) to get one of `now`'s.
  package static var realtimeOffset: Int64 { csockets_monotonic() - csockets_realtime() }

  /// How long the calling thread has kept a processor busy.
  static var threadTime: Duration { .nanoseconds(csockets_thread_processor_time()) }
}
