internal import CSockets
internal import Glibc

/// A thread that is the system's to end, when its body returns.
package enum WorkerThread {
  private final class Body {
    let run: () -> Void

    init(_ run: @escaping () -> Void) {
      self.run = run
    }
  }

  /// Begins a thread, which stays on one core if that is given and the system agrees; false when the system has none.
  package static func start(
    named name: String, on core: Int? = nil, _ body: @escaping @Sendable () -> Void
  ) -> Bool {
    let context = Unmanaged.passRetained(
      Body {
        csockets_thread_name(name)
        if let core { _ = csockets_pin_thread(Int32(core)) }
        body()
      })
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, context.toOpaque())
    guard status == 0 else {
      context.release()
      return false
    }
    pthread_detach(thread)
    return true
  }
}

/// The processor cores of this machine that this process may use.
package enum ProcessorCores {
  /// More than any machine has.
  private static let limit = 1024

  /// Their numbers, in order; never none.
  package static var usable: [Int] {
    var cores = [Int32](repeating: 0, count: limit)
    let count = max(0, Int(csockets_usable_cores(&cores, Int32(limit))))
    return count == 0 ? [0] : cores[..<count].map { Int($0) }
  }
}
