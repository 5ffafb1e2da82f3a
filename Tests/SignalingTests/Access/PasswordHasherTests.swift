import Signaling
import Synchronization
import Testing

@Suite struct PasswordHasherTests {
  /// RFC 7914 has vectors for whole parameters only; these cost little and exercise the same code.
  private static let cheap = PasswordCost(logN: 4, r: 1, p: 1)

  @Test func knowsThePasswordAndNoOther() async throws {
    let hasher = PasswordHasher(cost: Self.cheap)
    let hash = try await hasher.hash("кошка 🐈", for: Self.home)

    #expect(try await hasher.matches("кошка 🐈", hash, for: Self.home))
    for wrong in ["кошка", "", "кошка 🐈 ", "KOШКА 🐈"] {
      #expect(try await !hasher.matches(wrong, hash, for: Self.home))
    }
  }

  private static let home = ClientAddress(ipv4: 0xC000_0201).prefix

  @Test func saltsSoThatEqualPasswordsLookDifferent() async throws {
    let hasher = PasswordHasher(cost: Self.cheap)

    let hashes = [try await hasher.hash("tea", for: Self.home), try await hasher.hash("tea", for: Self.home)]

    #expect(hashes[0] != hashes[1])
  }

  @Test func takesTheDefaultCost() {
    #expect(PasswordHash(of: "tea", cost: PasswordCost()).matches("tea"))
  }

  @Test func refusesWhenTooManyWaitAndServesTheRest() async {
    let results = await hashes(200)

    let refusals = results.compactMap(\.failure)
    #expect(results.count - refusals.count >= 34)
    #expect(!refusals.isEmpty && refusals.allSatisfy { $0.code == .rateLimited && $0.retryAfter != nil })
  }

  @Test func takesTurnsAmongAddresses() {
    var queue = FairQueue<Int, String>(limit: 8, limitPerSource: 3)
    for element in ["a1", "a2", "a3"] { queue.append(element, from: 1) }
    #expect(!queue.hasRoom(for: 1) && queue.hasRoom(for: 2))
    queue.append("b1", from: 2)
    queue.append("c1", from: 3)

    var taken: [String] = []
    while let next = queue.popFirst() { taken.append(next) }

    #expect(taken == ["a1", "b1", "c1", "a2", "a3"])
    #expect(queue.count == 0 && queue.hasRoom(for: 1))
  }

  @Test func isFullForEverybodyAtItsLimit() {
    var queue = FairQueue<Int, Int>(limit: 4, limitPerSource: 3)
    for source in 0..<4 { queue.append(source, from: source) }

    #expect(!queue.hasRoom(for: 9))
  }

  private func hashes(_ count: Int) async -> [Result<PasswordHash, SignalingError>] {
    let hasher = PasswordHasher(cost: PasswordCost(logN: 12, r: 8, p: 1))
    return await withTaskGroup(of: Result<PasswordHash, SignalingError>.self) { group in
      for _ in 0..<count {
        group.addTask { () -> Result<PasswordHash, SignalingError> in
          do throws(SignalingError) {
            return .success(try await hasher.hash("tea", for: Self.home))
          } catch {
            return .failure(error)
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
  }
}

extension Result {
  fileprivate var failure: Failure? {
    guard case .failure(let failure) = self else { return nil }
    return failure
  }
}
