internal import CSockets
package import RTP
package import SFU
internal import Synchronization

/// The peers of a load on a thread of their own, and the actor by which they are asked to join, to count and to leave.
///
/// As with the media workers of a server, the actor's jobs run between two turns of the loop.
package actor LoadWorker {
  package typealias PeerID = LoadLoop.PeerID

  /// How far a peer has come, in times of `SystemClock`.
  package struct Progress: Sendable {
    package let state: LoadPeer.State
    package let connectedAt: Instant?
    package let firstMediaAt: Instant?
  }

  /// Joins and other jobs wait for the next turn after that.
  private static let workLimit = Duration.milliseconds(2)

  private let executor: WorkerExecutor
  private let bell: Poller.Bell
  private let isOver = Atomic<Bool>(false)
  private let loop: LoadLoop
  private var processorNanosecondsBefore: Int64 = 0

  package init() throws(SocketError) {
    let loop = try LoadLoop()
    bell = loop.bell
    executor = WorkerExecutor(ringing: loop.bell)
    self.loop = loop
  }

  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Begins the thread, which lasts until `end`; false when the system has none.
  package nonisolated func start() -> Bool {
    WorkerThread.start(named: "load") { self.run() }
  }

  private nonisolated func run() {
    executor.adoptCurrentThread()
    var jobs: [UnownedJob] = []
    while !isOver.load(ordering: .acquiring) {
      assumeIsolated { $0.loop.turn() }
      executor.drain(into: &jobs, within: Self.workLimit)
    }
  }

  /// Ends the thread; nobody may await anything of the worker any more.
  package nonisolated func end() {
    isOver.store(true, ordering: .releasing)
    bell.ring()
  }

  package typealias MemberID = LoadLoop.MemberID

  /// Adds somebody whose peers are counted together.
  package func addMember() -> MemberID { loop.addMember() }

  /// Adds a peer that offers; returns its offer.
  package func add(_ part: LoadPeer.Part, of member: MemberID? = nil) throws -> (PeerID, offer: String) {
    let id = try loop.add(part, of: member)
    return (id, loop.peer(id).offer())
  }

  /// Adds a peer that is offered what it receives.
  package func addSubscriber(of member: MemberID) throws -> PeerID { try loop.add(.player, of: member) }

  /// Has a peer answer an offer.
  package func answer(_ offer: String, of id: PeerID) throws(LoadError) -> String {
    try loop.change(id) { peer, now throws(LoadError) in try peer.answer(offer, at: now) }
  }

  /// Has a publisher send so many layers of its camera, counted from the smallest.
  package func want(layers: Int, of id: PeerID) {
    loop.change(id) { peer, _ in peer.want(layers: layers) }
  }

  package func accept(answer: String, of id: PeerID) throws(LoadError) {
    try loop.change(id) { peer, now throws(LoadError) in try peer.accept(answer: answer, at: now) }
  }

  package func progress(of id: PeerID) -> Progress {
    let peer = loop.peer(id)
    return Progress(state: peer.state, connectedAt: peer.connectedAt, firstMediaAt: peer.firstMediaAt)
  }

  package func leave() { loop.leave() }

  // MARK: Measuring

  package func beginMeasuring() {
    processorNanosecondsBefore = csockets_thread_processor_time()
    loop.beginMeasuring()
  }

  /// Ends the window: what was sent in it and is on its way still counts until `endMeasuring`.
  package func closeMeasuring() -> Double {
    loop.closeMeasuring()
    return Double(csockets_thread_processor_time() - processorNanosecondsBefore) / 1e9
  }

  package func endMeasuring() -> (whole: LoadFigures, members: [LoadFigures]) { loop.endMeasuring() }
}
