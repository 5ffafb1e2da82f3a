import Synchronization

/// Makes what contains it stay where it is in memory, so that reading one field of it reads that field and nothing else.
///
/// The compiler passes a large value to its own methods by copying all of it, even one that cannot be copied, unless it cannot be
/// loaded at all, as an atomic cannot. One byte; to be a member of every large state that packets pass.
package struct InPlace: ~Copyable, Sendable {
  private let place = Atomic<Bool>(false)

  package init() {}
}
