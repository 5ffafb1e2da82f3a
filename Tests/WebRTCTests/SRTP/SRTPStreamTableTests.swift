import RTP
import Testing
import WebRTC

struct SRTPStreamTableTests {
  @Test func keepsEveryStreamWhileItGrows() {
    var table = SRTPStreamTable<UInt64>(limit: 1000)
    let streams = (0..<1000).map { SSRC(rawValue: UInt32($0) &* 0x0100_0001) }

    for (number, ssrc) in streams.enumerated() { table.insert(ssrc, UInt64(number)) }

    let isFull = table.isFull
    #expect(isFull)
    for (number, ssrc) in streams.enumerated() {
      let state = table.find(ssrc).map { table[$0] }
      #expect(state == UInt64(number))
    }
    let unknown = table.find(SSRC(rawValue: 0xffff_ffff))
    #expect(unknown == nil)
  }

  @Test func theStreamWithNumberZeroIsAsGoodAsAnother() {
    var table = SRTPStreamTable<UInt64>(limit: 2)
    let before = table.find(SSRC(rawValue: 0))

    let slot = table.insert(SSRC(rawValue: 0), 1)
    table[slot] += 1

    let (state, count) = (table[slot], table.count)
    #expect(before == nil)
    #expect(state == 2)
    #expect(count == 1)
  }
}
