import CAllocationCounter
import RTP
import SFU
import STUN
import Synchronization

/// A worker turned by hand, with a watch on the processor time and the memory that it takes.
struct LoadedWorker: ~Copyable {
  private final class Inbox: Sendable {
    let events = Mutex<[MediaServer.Event]>([])
  }

  /// What the worker's turns and commands have taken.
  private(set) var microseconds = 0.0
  private(set) var byteCount = 0
  /// Where it listens.
  let address: TransportAddress
  private var loop: WorkerLoop
  private let inbox: Inbox

  init() throws {
    let ip = IPAddress(ipv4: 0x7F00_0001)
    var configuration = SFUConfiguration(announcedAddresses: [ip])
    configuration.port = 0
    var sockets = try WorkerSockets(packetLimit: configuration.limits.packets)
    let port = try PortBinding(configuration).bind(&sockets)
    address = TransportAddress(ip, port: port)
    let inbox = Inbox()
    self.inbox = inbox
    let settings = WorkerSettings(configuration, port: port, worker: 0) { event in
      inbox.events.withLock { $0.append(event) }
      return true
    }
    loop = WorkerLoop(settings, sockets: sockets)
  }

  var statistics: MediaServer.Statistics { loop.statistics }

  mutating func perform(_ command: MediaServer.Command, in room: String) {
    let (time, bytes) = (threadTime(), allocated_byte_count())
    loop.perform(command, in: room)
    note(since: time, bytes)
  }

  mutating func turn() {
    let (time, bytes) = (threadTime(), allocated_byte_count())
    loop.turn(until: SystemClock.now)
    note(since: time, bytes)
  }

  /// A turn under a name of its own, by which a tool recognises it.
  @inline(never)
  mutating func countedTurn() {
    loop.turn(until: SystemClock.now)
  }

  /// What it has told since the last call.
  func takeEvents() -> [MediaServer.Event] {
    inbox.events.withLock { events in
      defer { events = [] }
      return events
    }
  }

  private mutating func note(since time: Int64, _ bytes: Int) {
    microseconds += Double(threadTime() - time) / 1000
    byteCount += allocated_byte_count() - bytes
  }
}
