/// The rings between the workers of a process: one for each two in each direction, and a bell of each.
package final class HopExchange: Sendable {
  /// What one worker may have on the way to all others: about five milliseconds of all that a core can take in.
  package static let slotsOfWorker = 2048
  private static let fewestSlots = 64
  private static let mostSlots = 1024

  package let workerCount: Int
  private let doorbells: [Doorbell]
  private let letterboxes: [Letterbox]
  /// By writer and reader; nil from a worker to itself.
  private let rings: [[DatagramRing?]]
  private let period: Duration

  /// `period` is how long a path is another worker's after its last valid check; `slots` is what one worker may have on the way.
  package init(
    workerCount: Int, forgettingAfter period: Duration, slots slotsOfWorker: Int = slotsOfWorker
  ) throws(SocketError) {
    var doorbells: [Doorbell] = []
    for _ in 0..<workerCount { doorbells.append(Doorbell(try Poller.Bell())) }
    let slots = Self.slotCount(among: workerCount, sharing: slotsOfWorker)
    rings = (0..<workerCount).map { writer in
      (0..<workerCount).map { $0 == writer ? nil : DatagramRing(slotCount: slots) }
    }
    letterboxes = doorbells.map { Letterbox(ringing: $0.bell) }
    (self.workerCount, self.doorbells, self.period) = (workerCount, doorbells, period)
  }

  package func bell(of worker: Int) -> Poller.Bell { doorbells[worker].bell }

  /// The ends that belong to one worker; to be asked for once.
  package func hops(of worker: Int) -> sending WorkerHops {
    var hops = WorkerHops(
      of: worker, doorbells: doorbells, letterboxes: letterboxes, forgettingAfter: period)
    for other in 0..<workerCount {
      guard let out = rings[worker][other], let back = rings[other][worker] else { continue }
      hops.connect(writing: out, reading: back)
    }
    return hops
  }

  /// A power of two, so that all rings of a worker together are bounded however many there are.
  private static func slotCount(among workerCount: Int, sharing slotsOfWorker: Int) -> Int {
    let share = slotsOfWorker / max(workerCount - 1, 1)
    var count = fewestSlots
    while count * 2 <= min(share, mostSlots) { count *= 2 }
    return count
  }
}
