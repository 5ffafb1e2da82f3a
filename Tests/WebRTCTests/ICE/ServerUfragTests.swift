import RTP
import STUN
import TestSupport
import Testing

import WebRTC

@Suite struct ServerUfragTests {
  @Test(arguments: [(0, 0), (1, 1), (63, 4095), (17, 64), (64, 63)])
  func namesItsGenerationAndWorker(generation: Int, worker: Int) throws {
    var generator = SeededGenerator(seed: 1)

    let ufrag = ServerUfrag(generation: generation, worker: worker, using: &generator)

    #expect(ufrag.generation == generation % 64)
    #expect(ufrag.worker == worker)
    #expect(ufrag.description.utf8.count == 16)
    #expect(ServerUfrag(ufrag.description) == ufrag)
  }

  @Test func aThousandFragmentsOfOneWorkerDiffer() {
    var generator = SeededGenerator(seed: 1)
    let all = (0..<1_000).map { _ in ServerUfrag(generation: 0, worker: 0, using: &generator) }
    #expect(Set(all).count == 1_000)
  }

  @Test(arguments: ["", "ABCDEFGHIJKLMNO", "ABCDEFGHIJKLMNOPQ", "ABCDEFGHIJKLMNO:", "ABCDEFGHIJKLMNÖ"])
  func otherTextsAreRefused(text: String) {
    #expect(ServerUfrag(text) == nil)
  }

  @Test func isReadFromTheUserNameOfACheck() throws {
    var generator = SeededGenerator(seed: 1)
    let credentials = ServerCredentials(generation: 3, worker: 4, using: &generator)
    var peer = ControllingPeer(asking: credentials)
    let check = try peer.check()

    #expect(ServerUfrag(addressedBy: check.span.bytes) == credentials.ufrag)
    for count in 0..<check.count {
      #expect(ServerUfrag(addressedBy: check.span.bytes.extracting(first: count)) == nil)
    }
  }

  @Test func credentialsHaveTheirRandomBits() {
    var generator = SeededGenerator(seed: 1)
    let credentials = ServerCredentials(generation: 0, worker: 0, using: &generator)
    #expect(credentials.texts.password.utf8.count == 32)
    #expect(credentials.texts.ufrag == credentials.ufrag.description)
  }
}
