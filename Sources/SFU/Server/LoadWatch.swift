/// Tells of workers that have more to do than they can, once for each step: from what each leaves out, looked at now and then. Pure.
package struct LoadWatch: Sendable {
  /// The worst that was told of each worker since it last left nothing out.
  private var told: [LoadShedding.Step]

  package init(workerCount: Int) {
    told = Array(repeating: .nothing, count: workerCount)
  }

  /// What has changed, by what each worker leaves out.
  package mutating func look(_ steps: [LoadShedding.Step]) -> [MediaServer.Incident] {
    steps.indices.compactMap { look(at: $0, steps[$0]) }
  }

  private mutating func look(at worker: Int, _ step: LoadShedding.Step) -> MediaServer.Incident? {
    guard step > told[worker] || step == .nothing, step != told[worker] else { return nil }
    told[worker] = step
    return step == .nothing ? .relieved(worker: worker) : .overloaded(worker: worker, leavingOut: step)
  }
}
