import FoundationEssentials

// MARK: - For people and for programs
extension LoadReport {
  private static let nameWidth = 44

  /// The figures as lines.
  package var text: String {
    var lines = [
      line("publishers, subscribers", "\(publishers), \(subscribers)"),
      line("packets forwarded", "\(Self.number(packetsPerSecond, 0)) /s, \(Self.number(megabitsPerSecond, 0)) Mbit/s"),
    ]
    if let cores = serverCores, let each = microsecondsPerPacket {
      let share = Self.number(cores * 100, 0)
      lines.append(line("server CPU", "\(Self.number(each, 2)) µs a packet, \(share) % of a core"))
    }
    if let memory = memoryPerSubscriberKiB {
      let each = participants == nil ? "subscriber" : "participant"
      lines.append(line("server memory", "\(Self.number(memory, 0)) KiB a \(each)"))
    }
    lines += [
      line("a whole picture, after its last packet", Self.times(videoLatency)),
      line("a packet of sound", Self.times(audioLatency)),
      line("lost", "\(missed) of \(expected) (\(Self.number(lossPercent, 4)) %), \(repairs) repairs"),
      line("pictures that remained incomplete", String(brokenFrames)),
      line("from the request until media flowed", Self.times(joinTime)),
    ]
    if failedJoins > 0 { lines.append(line("could not join", "\(failedJoins): \(firstFailure ?? "")")) }
    lines.append(
      line(
        "the load itself",
        "\(Self.number(load.processorShare * 100, 0)) % of a core, "
          + "\(Self.number(load.latenessP99Milliseconds, 1)) ms late (p99)"))
    lines += (participants ?? []).map { line("  \($0.name)", Self.summary(of: $0)) }
    lines += load.limits.map { "The load is itself the limit: \($0)." }
    return lines.joined(separator: "\n")
  }

  /// The figures as one JSON object on one line.
  package var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  private func line(_ name: String, _ value: String) -> String {
    name + String(repeating: " ", count: max(1, Self.nameWidth - name.count)) + value
  }

  /// One line for a participant: how long its pictures and its sound took at worst but one in a hundred, and what it lacks.
  private static func summary(of participant: ParticipantReport) -> String {
    let (pictures, sounds) = (participant.streams.filter(\.isVideo), participant.streams.filter { !$0.isVideo })
    var parts = [
      "\(pictures.count) pictures", "\(sounds.count) sounds", "\(number(participant.packetsPerSecond, 0)) packets/s",
    ]
    if let times = participant.videoLatency { parts.append("picture p99 \(number(times.p99, 2)) ms") }
    if let times = participant.audioLatency { parts.append("sound p99 \(number(times.p99, 2)) ms") }
    parts.append("\(participant.missed) of \(participant.expected) lost")
    if let time = participant.joinMilliseconds { parts.append("there after \(number(time, 0)) ms") }
    return parts.joined(separator: ", ")
  }

  private static func times(_ times: Times?) -> String {
    guard let times else { return "none" }
    let values = [("p50", times.p50), ("p99", times.p99), ("p99.9", times.p999)]
    return values.map { "\($0) \(number($1, 2))" }.joined(separator: ", ") + " ms (\(times.count))"
  }

  private static func number(_ value: Double, _ digits: Int) -> String {
    value.formatted(digits)
  }
}

extension Double {
  /// With so many digits behind the point.
  fileprivate func formatted(_ digits: Int) -> String {
    guard digits > 0 else { return String(Int(rounded())) }
    let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = Int((magnitude * scale).rounded())
    let fraction = String(scaled % Int(scale))
    let zeros = String(repeating: "0", count: digits - fraction.count)
    return (self < 0 ? "-" : "") + "\(scaled / Int(scale)).\(zeros)\(fraction)"
  }
}
