import RTP
import SFU
import STUN
import Testing

/// Which paths are other workers'.
@Suite struct ForeignPathsTests {
  private static let period = Duration.seconds(30)

  private func path(_ port: UInt16) -> FiveTuple {
    FiveTuple(
      .udp, local: TransportAddress(ServerUnderTest.loopback4, port: 1),
      remote: TransportAddress(ServerUnderTest.loopback4, port: port))
  }

  @Test func whoeverClaimedAPathLastHasIt() {
    var paths = ForeignPaths(forgettingAfter: Self.period, at: .zero)

    paths.claim(path(1), for: 2)
    paths.claim(path(1), for: 3)

    let found = (paths.worker(of: path(1)), paths.worker(of: path(2)))
    #expect(found == (3, nil))
  }

  @Test func aClaimIsForgottenUnlessItIsMadeAgain() {
    var paths = ForeignPaths(forgettingAfter: Self.period, at: .zero)
    paths.claim(path(1), for: 2)
    paths.claim(path(2), for: 2)

    var found: [[Int?]] = []
    for seconds in [29, 30, 59, 60, 90] {
      paths.forgetUnclaimed(at: .zero + .seconds(seconds))
      found.append([paths.worker(of: path(1)), paths.worker(of: path(2))])
      if seconds < 60 { paths.claim(path(2), for: 2) }
    }

    #expect(found == [[2, 2], [2, 2], [2, 2], [nil, 2], [nil, nil]])
    let count = paths.count
    #expect(count == 0)
  }

  @Test func whatIsReleasedIsNobodysUnlessItIsAnothersMeanwhile() {
    var paths = ForeignPaths(forgettingAfter: Self.period, at: .zero)
    for port in 1...3 { paths.claim(path(UInt16(port)), for: 2) }
    paths.forgetUnclaimed(at: .zero + Self.period)
    paths.claim(path(2), for: 2)
    paths.claim(path(3), for: 5)

    for port in 1...3 { paths.release(path(UInt16(port)), of: 2) }

    let found = (1...3).map { paths.worker(of: path($0)) }
    #expect(found == [nil, nil, 5])
  }

  @Test func itIsBounded() {
    var paths = ForeignPaths(forgettingAfter: Self.period, limit: 3, at: .zero)

    for port in 1...9 { paths.claim(path(UInt16(port)), for: 1) }
    paths.claim(path(2), for: 5)

    let (count, known, unknown) = (paths.count, paths.worker(of: path(2)), paths.worker(of: path(9)))
    #expect(count == 3 && known == 5 && unknown == nil)
  }
}
