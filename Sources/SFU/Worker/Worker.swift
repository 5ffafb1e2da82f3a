internal import Synchronization

/// One packet loop on its own thread, and the actor by which the control path reaches what it owns.
///
/// The actor's jobs run between two turns of the loop, on the same thread; so media state has one owner and no lock.
actor Worker {
  private let executor: WorkerExecutor
  private let bell: Poller.Bell
  nonisolated let pulse: WorkerPulse
  private let isOver = Atomic<Bool>(false)
  private var loop: WorkerLoop

  init(
    _ settings: WorkerSettings, sockets: consuming sending WorkerSockets, hops: consuming sending WorkerHops
  ) {
    bell = sockets.bell
    executor = WorkerExecutor(ringing: bell)
    loop = WorkerLoop(settings, sockets: sockets, hops: hops)
    pulse = loop.pulse
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Begins the thread, which lasts until `end`, on one core if that is given; false when the system has none.
  nonisolated func start(number: Int, on core: Int? = nil) -> Bool {
    WorkerThread.start(named: "media-\(number)", on: core) { self.run() }
  }

  private nonisolated func run() {
    executor.adoptCurrentThread()
    var jobs: [UnownedJob] = []
    while !isOver.load(ordering: .acquiring) {
      assumeIsolated { $0.turn() }
      executor.drain(into: &jobs, within: WorkerLoop.workLimit)
    }
  }

  private func turn() {
    loop.turn()
    loop.judgeLoad()
  }

  /// Ends the thread; nobody may await anything of the worker any more.
  nonisolated func end() {
    isOver.store(true, ordering: .releasing)
    bell.ring()
  }

  func perform(_ command: MediaServer.Command, in room: String) {
    loop.perform(command, in: room)
  }

  func mirror(_ room: String, on worker: Int) {
    loop.mirror(room, on: worker)
  }

  /// Takes leave of all peers and closes the sockets; what comes after that is refused.
  func close() {
    loop.closeAll()
  }

  func statistics() -> MediaServer.Statistics {
    loop.statistics
  }
}
