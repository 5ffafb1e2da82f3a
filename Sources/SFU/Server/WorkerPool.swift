internal import Synchronization
import WebRTC

/// The workers of a server: they share its port, and each has rooms of its own.
final class WorkerPool: Sendable {
  /// More than are of use on any machine; with each, all others have one more to pass things on to.
  static let limit = 64

  /// Shared with the workers' threads, which tell of rooms and participants that are no more.
  private final class Rooms: Sendable {
    let placement: Mutex<RoomPlacement>

    init(workerCount: Int, spreadsFrom: Int) {
      placement = Mutex(RoomPlacement(workerCount: workerCount, spreadsFrom: spreadsFrom))
    }

    /// Takes note of what workers give up by themselves.
    func note(_ event: MediaServer.Event) {
      switch event.news {
      case .failed: _ = placement.withLock { $0.close(event.room) }
      case .lost(let name): placement.withLock { $0.lose(name, in: event.room) }
      case .answer, .accepted, .refused, .offer, .slots, .report, .fragment, .connected, .demand, .dominantSpeaker,
        .quality:
        return
      }
    }
  }

  let port: UInt16
  /// What the peer connections of all workers have in common.
  let peer: PeerConfiguration
  private let workers: [Worker]
  private let rooms: Rooms
  /// What each worker has told last, for when it hangs.
  private let toldBefore: Mutex<[MediaServer.Statistics]>

  /// Binds the port, and begins a thread for each worker.
  init(
    _ configuration: SFUConfiguration, tell: @escaping @Sendable (MediaServer.Event) -> Bool
  ) throws(MediaServerError) {
    let count = min(max(configuration.workerCount, 1), Self.limit)
    let exchange = try Self.exchange(among: count, configuration)
    var sockets = try Self.sockets(exchange.bell(of: 0), configuration)
    port = try PortBinding(configuration).bind(&sockets, isShared: count > 1)
    let addresses = sockets.addresses
    let rooms = Rooms(workerCount: count, spreadsFrom: configuration.spreadsFrom)
    let settings = WorkerSettings(configuration, port: port, worker: 0) { event in
      rooms.note(event)
      return tell(event)
    }
    var workers = [Worker(settings, sockets: sockets, hops: exchange.hops(of: 0))]
    for number in 1..<count {
      var sockets = try Self.sockets(exchange.bell(of: number), configuration)
      try PortBinding.join(addresses, &sockets)
      workers.append(Worker(settings.forWorker(number), sockets: sockets, hops: exchange.hops(of: number)))
    }
    (self.workers, self.rooms, peer) = (workers, rooms, settings.peer)
    toldBefore = Mutex(Array(repeating: MediaServer.Statistics(), count: count))
    try start(pinned: configuration.pinsWorkers)
  }

  deinit {
    for worker in workers { worker.end() }
  }

  private func start(pinned isPinned: Bool) throws(MediaServerError) {
    let cores = ProcessorCores.usable
    for (number, worker) in workers.enumerated() {
      // The first core is where most machines serve their network cards.
      let core = isPinned ? cores[(number + 1) % cores.count] : nil
      guard worker.start(number: number, on: core) else { throw .noResources }
    }
  }

  private static func exchange(
    among count: Int, _ configuration: SFUConfiguration
  ) throws(MediaServerError) -> HopExchange {
    do throws(SocketError) {
      return try HopExchange(workerCount: count, forgettingAfter: configuration.consentTimeout)
    } catch {
      throw .noResources
    }
  }

  private static func sockets(
    _ bell: Poller.Bell, _ configuration: SFUConfiguration
  ) throws(MediaServerError) -> WorkerSockets {
    do throws(SocketError) {
      return try WorkerSockets(packetLimit: configuration.limits.packets, bell: bell)
    } catch {
      throw .noResources
    }
  }

  var workerCount: Int { workers.count }

  /// How much later each worker is than it wanted to be.
  var delays: [Duration] {
    let now = SystemClock.now
    return workers.map { $0.pulse.delay(at: now) }
  }

  // MARK: Rooms

  /// Has the worker carry a command out that has the room, or the participant; one that says so if nobody has it.
  func perform(_ command: MediaServer.Command, in room: String) async {
    for step in rooms.placement.withLock({ $0.steps(for: command, in: room, streams: streams) }) {
      switch step {
      case .perform(let command, let number): await workers[number].perform(command, in: room)
      case .mirror(let home, let number): await workers[home].mirror(room, on: number)
      }
    }
  }

  /// What each worker has to do; nil for one that hangs, is full, or has too much already.
  private var streams: [Int?] {
    zip(workers, delays).map { worker, delay in
      let pulse = worker.pulse
      let hasRoom = delay < WorkerPulse.patience && !pulse.isFull && pulse.leavingOut == .nothing
      return hasRoom ? pulse.streamCount : nil
    }
  }

  /// What the worker of a room leaves out at present; of a room that is not open, the worker that leaves out least.
  func leavingOut(in room: String) -> LoadShedding.Step {
    let steps = leavingOut
    guard let number = rooms.placement.withLock({ $0.home(of: room) }) else { return steps.min() ?? .nothing }
    return steps[number]
  }

  /// What each worker leaves out at present.
  var leavingOut: [LoadShedding.Step] { workers.map(\.pulse.leavingOut) }

  /// Has all workers take leave of all peers and close their sockets.
  func close() async {
    for worker in workers { await worker.close() }
  }

  // MARK: Statistics

  func statistics() async -> MediaServer.Statistics {
    var parts: [MediaServer.Statistics] = []
    for number in workers.indices { parts.append(await statistics(of: number)) }
    return MediaServer.Statistics(summing: parts)
  }

  /// What a worker tells; of one that hangs, what it told last.
  private func statistics(of number: Int) async -> MediaServer.Statistics {
    let pulse = workers[number].pulse
    let isStalled = pulse.delay(at: SystemClock.now) >= WorkerPulse.patience
    var told = toldBefore.withLock { $0[number] }
    if !isStalled {
      told = await workers[number].statistics()
      toldBefore.withLock { $0[number] = told }
    }
    told.workers = [
      MediaServer.WorkerShare(
        rooms: told.rooms, streams: pulse.streamCount, processorTime: pulse.processorTime, isStalled: isStalled,
        busyShare: pulse.busyShare, leavingOut: pulse.leavingOut)
    ]
    return told
  }
}
