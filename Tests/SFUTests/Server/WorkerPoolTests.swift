import Glibc
import RTP
import SFU
import STUN
import ScriptedPeer
import Synchronization
import Testing

/// Several workers that share one port, through real sockets and threads.
@Suite struct WorkerPoolTests {
  @Test(arguments: [TransportProtocol.udp, .tcp])
  func roomsOnAllWorkersAreServedByOnePort(carrier: TransportProtocol) async throws {
    try await ServerUnderTest.with {
      $0.workerCount = 2
    } _: { server in
      let names = ["tea", "cake", "milk", "bread"]

      for (seed, name) in names.enumerated() {
        let client = try MediaClient("ann", in: name, on: server, by: carrier, seed: UInt64(seed + 1))
        try await client.join()
        let isWhole = try await client.pump {
          client.received(.video).count >= 30 && client.received(.audio).count >= 15
        }
        #expect(isWhole, "\(name)")
        #expect(client.received(.video).compactMap(\.index).haveNoGap, "nothing is lost or changed")
      }

      let statistics = await server.media.statistics()
      #expect(statistics.workers.map(\.rooms) == [2, 2])
      #expect(statistics.rooms == 4 && statistics.peers == 8 && statistics.completedHandshakes == 8)
    }
  }

  @Test func peopleOfARoomMeetWhateverWorkerTheirPacketsComeTo() async throws {
    try await ServerUnderTest.with {
      $0.workerCount = 3
    } _: { server in
      let ann = try MediaClient("ann", in: "room", on: server, seed: 1)
      let bob = try MediaClient("bob", in: "room", on: server, by: .tcp, seed: 2)
      try await ann.join(.routed)
      try await bob.join(.routed)

      await server.media.perform(.subscribe("bob", [.init("ann", .camera): LayerWish()]), in: "room")
      await server.media.perform(.subscribe("ann", [.init("bob", .camera): LayerWish()]), in: "room")
      let isSeen = try await bob.pump(with: ann) {
        bob.received(.init("ann", .camera)).count >= 20 && ann.received(.init("bob", .camera)).count >= 20
      }

      #expect(isSeen)
      #expect(await server.media.statistics().workers.map(\.rooms) == [1, 0, 0])
    }
  }

  /// An address that is new comes to whichever worker the kernel chooses; here until it has chosen another one.
  @Test func goesOnWhenTheAddressChangesToAnotherWorkers() async throws {
    try await ServerUnderTest.with {
      $0.workerCount = 2
    } _: { server in
      let client = try MediaClient("ann", in: "echo", on: server)
      try await client.join()
      try await client.pump { client.received(.video).count >= 20 }

      var hops: Set<Bool> = []
      for _ in 0..<20 where hops.count < 2 {
        try client.move(client.publishing)
        let (passed, received) = (await server.media.statistics().passedDatagrams, client.received(.video).count)
        let goesOn = try await client.pump { client.received(.video).count >= received + 50 }
        #expect(goesOn)
        hops.insert(await server.media.statistics().passedDatagrams > passed + 25)
      }

      #expect(hops.count == 2, "it went either way")
      #expect(await server.media.statistics().completedHandshakes == 2, "the keys stay")
    }
  }

  @Test func whatFailsToOpenAndWhatIsClosedHasNoPlace() async throws {
    try await ServerUnderTest.with { configuration in
      configuration.workerCount = 2
      configuration.limits.rooms = 1
    } _: { server in
      for room in ["a", "b", "c"] { await server.media.perform(.open(.routed), in: room) }
      let before = await server.media.statistics().workers.map(\.rooms)
      let hasFailed = try await Self.wait { !server.takeEvents(of: nil, in: "c").isEmpty }

      await server.media.perform(.close, in: "b")
      await server.media.perform(.open(.routed), in: "c")

      #expect(before == [1, 1] && hasFailed)
      #expect(await server.media.statistics().workers.map(\.rooms) == [1, 1])
      #expect(server.takeEvents(of: nil, in: "c").isEmpty, "there was room on the other")
    }
  }

  private static func wait(until isDone: () -> Bool) async throws -> Bool {
    for _ in 0..<10_000 {
      if isDone() { return true }
      try await Task.sleep(for: .milliseconds(1))
    }
    return false
  }

  @Test func aSecondServerCannotShareThePort() async throws {
    try await ServerUnderTest.with {
      $0.workerCount = 2
    } _: { server in
      var configuration = SFUConfiguration(announcedAddresses: [ServerUnderTest.loopback4])
      (configuration.port, configuration.workerCount) = (server.media.port, 2)

      #expect(throws: MediaServerError.self) { _ = try MediaServer(configuration) }
    }
  }

  /// One of eight, since no other test has so many: threads are found by their names.
  @Test func aWorkerThatHangsIsReportedAndTheOthersGoOn() async throws {
    let incidents = Incidents()
    try await ServerUnderTest.with({ $0.workerCount = 8 }, report: { incidents.note($0) }) { server in
      let ann = try MediaClient("ann", in: "tea", on: server)
      try await ann.join()
      try await ann.pump { ann.received(.video).count >= 10 }

      try Self.stall(thread: "media-7")
      let isNoticed = try await ann.pump(for: .seconds(10)) { server.media.isStalled }
      let before = ann.received(.video).count
      for number in 0..<16 { await server.media.perform(.open(.routed), in: "room \(number)") }
      let statistics = await server.media.statistics()
      try await ann.pump(for: .milliseconds(200))
      let isUnharmed = ann.received(.video).count > before
      let hasRecovered = try await ann.pump(for: .seconds(20)) { incidents.all.count >= 2 }

      #expect(isNoticed && isUnharmed && hasRecovered)
      #expect(statistics.workers.map(\.isStalled) == [Bool](repeating: false, count: 7) + [true])
      #expect(statistics.workers[7].rooms == 0 && statistics.rooms == 17, "who hangs gets no room")
      #expect(incidents.all.map(\.worker) == [7, 7])
      #expect(await server.media.statistics().stalls == 1)
    }
  }

  /// Keeps a thread in a signal handler for three seconds.
  private static func stall(thread name: String) throws {
    // The one signal that Swift leaves to threads and nobody else uses.
    signal(SIGPROF) { _ in usleep(3_000_000) }
    let number = try #require(threads(named: name).first)
    // The C library has it (tgkill(2)), its Swift module does not.
    typealias ThreadKill = @convention(c) (pid_t, pid_t, Int32) -> Int32
    let kill = unsafeBitCast(try #require(dlsym(nil, "tgkill")), to: ThreadKill.self)
    #expect(kill(getpid(), number, SIGPROF) == 0)
  }

  private static func threads(named name: String) -> [pid_t] {
    guard let directory = opendir("/proc/self/task") else { return [] }
    defer { closedir(directory) }
    var numbers: [pid_t] = []
    while let entry = readdir(directory) {
      let number = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      guard let task = pid_t(number), self.name(of: number) == name else { continue }
      numbers.append(task)
    }
    return numbers
  }

  private static func name(of task: String) -> String? {
    guard let file = fopen("/proc/self/task/\(task)/comm", "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }
}

private final class Incidents: Sendable {
  private let noted = Mutex<[MediaServer.Incident]>([])

  var all: [MediaServer.Incident] { noted.withLock { $0 } }

  func note(_ incident: MediaServer.Incident) { noted.withLock { $0.append(incident) } }
}

extension MediaServer.Incident {
  fileprivate var worker: Int {
    switch self {
    case .stalled(let worker, _), .recovered(let worker, _), .overloaded(let worker, _), .relieved(let worker): worker
    }
  }
}
