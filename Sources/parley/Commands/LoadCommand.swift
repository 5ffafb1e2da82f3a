import ArgumentParser
import FoundationEssentials
import Load

/// Puts synthetic publishers and subscribers on a server and tells what they cost it.
struct LoadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Size a machine: synthetic publishers and subscribers for a server.",
    discussion: """
      Publishers come by WHIP and subscribers by WHEP, so any server with these doors will do; with --meeting all are participants of \
      Parley's own signalling. Use a room that nobody is in, and no server that people use. With the process of the server on the \
      same machine (--pid) its processor time and memory are told too.

        parley load --server http://127.0.0.1:3010 --publishers 1 --subscribers 200 --seconds 30 --pid $(pidof parley)
        parley load --meeting --publishers 10 --pid $(pidof parley)
      """)

  @Option(help: "The server.")
  var server = "http://127.0.0.1:3010"

  @Option(help: "The room, which should have nobody in it.")
  var room = "load"

  @Flag(help: "Everybody is a participant: publishers see each other, subscribers see them.")
  var meeting = false

  @Option(help: "How many publish a camera and a microphone.")
  var publishers = 1

  @Option(help: "How many subscribe, each to one of the publishers. (default: 50; with --meeting none)")
  var subscribers: Int?

  @Option(help: "With --meeting: how many of the others each sees at once.")
  var tiles = LoadPlan.mostTiles

  @Flag(
    name: .customLong("all-to-all"),
    help: "Everybody who publishes is watched by all others: publishers × (publishers − 1) players.")
  var allToAll = false

  @Option(help: "For how long is measured, once everybody is there.")
  var seconds = 10

  @Option(help: "How long everybody is there before that.")
  var settle = 3

  @Option(name: .customLong("video-kbps"), help: "What a camera takes.")
  var videoKilobitsPerSecond = 1500

  @Flag(help: "Cameras are sent in three layers that take so much together.")
  var simulcast = false

  @Option(name: .customLong("temporal-layers"), help: "How many a layer has, 1 to 3. (default: 1; with --simulcast 3)")
  var temporalLayers: Int?

  @Flag(help: "Cameras send a moving test picture and microphones a tone, for people and browsers who join the room.")
  var watchable = false

  @Option(
    name: .customLong("burst-ms"),
    help: "How much of its rate a camera sends at once; browsers have 40, and 0 paces each packet.")
  var burst = 40

  @Option(name: .customLong("join-rate"), help: "How many join in a second.")
  var joinRate = 30

  @Option(help: "What publishers show as bearer: a stream key, a token or the room's password.")
  var key: String?

  @Option(help: "What subscribers show as bearer: a token or the room's password.")
  var token: String?

  @Option(name: .customLong("publish-url"), help: "Where WHIP is, if not at /whip/ROOM of the server.")
  var publishAddress: String?

  @Option(name: .customLong("watch-url"), help: "Where WHEP is, if not at /whep/ROOM of the server.")
  var watchAddress: String?

  @Option(help: "The server's process, if it is on this machine.")
  var pid: Int32?

  @Flag(help: "One line of JSON instead of a table.")
  var json = false

  func validate() throws {
    guard URL(string: server)?.host() != nil else { throw ValidationError("--server is no URL: \(server)") }
    guard publishers > 0, subscribers ?? 0 >= 0, seconds > 0, settle >= 0, joinRate > 0, burst >= 0 else {
      throw ValidationError("publishers, seconds and the join rate are at least 1, nothing is negative")
    }
    guard (1...3).contains(temporalLayers ?? 1) else { throw ValidationError("--temporal-layers is from 1 to 3") }
    guard !meeting || !allToAll else { throw ValidationError("in a --meeting all publishers see each other") }
    guard (0...LoadPlan.mostTiles).contains(tiles) else {
      throw ValidationError("--tiles is from 0 to \(LoadPlan.mostTiles)")
    }
    guard (100...50_000).contains(videoKilobitsPerSecond) else {
      throw ValidationError("--video-kbps is from 100 to 50000")
    }
  }

  func run() async throws {
    ProcessLimits.raiseOpenFiles()
    let report = try await LoadRun(plan: plan()) { StandardError.printLine($0) }.run()
    StandardOutput.printLine(json ? try report.json : report.text)
  }

  private func plan() throws -> LoadPlan {
    guard let address = URL(string: server) else { throw ValidationError("--server is no URL: \(server)") }
    var plan = LoadPlan(server: address, room: room)
    (plan.isMeeting, plan.publishers, plan.tiles) = (meeting, publishers, tiles)
    plan.subscribers = allToAll ? publishers * (publishers - 1) : subscribers ?? (meeting ? 0 : 50)
    let rate = videoKilobitsPerSecond * 1000
    plan.layers = simulcast ? VideoLayer.simulcast(bitsPerSecond: rate) : [VideoLayer(bitsPerSecond: rate)]
    if let temporalLayers {
      for layer in plan.layers.indices { plan.layers[layer].temporalLayers = temporalLayers }
    }
    plan.burst = .milliseconds(burst)
    plan.content = watchable ? try WatchableMedia(plan.layers) : nil
    (plan.seconds, plan.settleSeconds, plan.joinsPerSecond) = (seconds, settle, joinRate)
    (plan.publishSecret, plan.watchSecret) = (key, token)
    plan.publishAddress = publishAddress.flatMap { URL(string: $0) }
    plan.watchAddress = watchAddress.flatMap { URL(string: $0) }
    plan.pid = pid
    return plan
  }
}
