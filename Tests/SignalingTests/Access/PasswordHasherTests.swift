import Signaling
import Synchronization
import Testing

@Suite struct PasswordHasherTests {
  /// RFC 7914 has vectors for whole parameters only; these cost little and exercise the same code.
  private static let cheap = PasswordCost(logN: 4, r: 1, p: 1)

  @Test func knowsThePasswordAndNoOther() async throws {
    let hasher = PasswordHasher(cost: Self.cheap)
    let hash = try await hasher.hash("кошка 🐈")

    #expect(try await hasher.matches("кошка 🐈", hash))
    for wrong in ["кошка", "", "кошка 🐈 ", "KOШКА 🐈"] {
      #expect(try await !hasher.matches(wrong, hash))
    }
  }

  @Test func saltsSoThatEqualPasswordsLookDifferent() async throws {
    let hasher = PasswordHasher(cost: Self.cheap)

    let hashes = [try await hasher.hash("tea"), try await hasher.hash("tea")]

    #expect(hashes[0] != hashes[1])
  }

  @Test func takesTheDefaultCost() {
    #expect(PasswordHash(of: "tea", cost: PasswordCost()).matches("tea"))
  }

  @Test func refusesWhenTooManyWaitAndServesTheRest() async {
    let hasher = PasswordHasher(cost: PasswordCost(logN: 12, r: 8, p: 1))

    let results = await withTaskGroup(of: Result<PasswordHash, SignalingError>.self) { group in
      for _ in 0..<200 {
        group.addTask { () -> Result<PasswordHash, SignalingError> in
          do throws(SignalingError) { return .success(try await hasher.hash("tea")) } catch { return .failure(error) }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }

    let served = results.filter { (try? $0.get()) != nil }
    let refusals = results.compactMap { result -> SignalingError? in
      if case .failure(let error) = result { error } else { nil }
    }
    #expect(served.count >= 66)
    #expect(!refusals.isEmpty && refusals.allSatisfy { $0.code == .rateLimited && $0.retryAfter != nil })
  }
}
