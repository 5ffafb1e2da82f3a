import NIOCore
import Signaling
import TestSupport
import Testing

/// Who may send what: every role against every message of the protocol.
@Suite struct MessageRulesTests {
  /// What comes before the room and is out of place in it.
  private static let beforeTheRoom: Set<ClientMessage.Kind> = [
    .hello, .join, .resume, .startEcho, .publish, .answerSubscription, .restartSubscription, .endEcho,
  ]

  /// The rows of the table; a message without one does not compile.
  private static func roles(allowed kind: ClientMessage.Kind) -> Set<Role> {
    let everybody = Set(Role.allCases)
    let talkers: Set<Role> = [.host, .cohost, .speaker, .participant, .audience]
    let moderators: Set<Role> = [.host, .cohost]
    return switch kind {
    case .hello, .join, .resume, .startEcho, .publish, .answerSubscription, .restartSubscription, .endEcho: []
    case .ping, .leave, .rename, .raiseHand, .signal: everybody
    case .setDevices: [.host, .cohost, .speaker, .participant, .machine]
    case .react, .sendChat, .editChat, .reactToChat: talkers
    case .deleteChat: everybody
    case .updateRoom, .moderate, .setPermission, .getAudit: moderators
    case .admit, .deny, .messageWaiting: moderators
    case .setRole: moderators
    case .endRoom: [.host]
    case .transferHost: []
    }
  }

  @Test(arguments: ClientMessage.Kind.allCases, Role.allCases)
  func aRoleMayDoWhatTheTableSaysAndNothingElse(kind: ClientMessage.Kind, role: Role) throws {
    var room = TestRoom()
    room.join("Olga")
    let sender = room.join("Sam", role: role)
    let target = room.join("Tina")
    let message = room.addMessage(from: sender)

    let refusal = room.state.refusal(of: try room.message(kind, target: target, message: message), from: sender)

    let isAllowed = Self.roles(allowed: kind).contains(role)
    #expect((refusal == nil) == isAllowed, "\(String(describing: refusal))")
    if Self.beforeTheRoom.contains(kind) {
      #expect(refusal?.code == .notReady)
    } else if !isAllowed {
      #expect(refusal?.code == .forbidden)
    }
  }

  @Test(arguments: ClientMessage.Kind.allCases)
  func theOwnerMayDoEverythingInTheRoom(kind: ClientMessage.Kind) throws {
    var room = TestRoom()
    let owner = room.join("Olga")
    let target = room.join("Tina")
    let message = room.addMessage(from: owner)

    let refusal = room.state.refusal(of: try room.message(kind, target: target, message: message), from: owner)

    #expect((refusal == nil) == !Self.beforeTheRoom.contains(kind), "\(String(describing: refusal))")
  }

  @Test(arguments: ClientMessage.Kind.allCases)
  func whoeverWaitsMayOnlyPingAndLeave(kind: ClientMessage.Kind) throws {
    var room = TestRoom()
    let owner = room.join("Olga")
    room.handle(#""type":"updateRoom","lobby":true"#, from: owner)
    let waiting = room.join("Wilma")
    let message = room.addMessage(from: owner)

    let refusal = room.state.refusal(of: try room.message(kind, target: owner, message: message), from: waiting)

    #expect(room.state.waiting[waiting] != nil)
    #expect(refusal?.code == ([.ping, .leave].contains(kind) ? nil : .notReady))
  }

  @Test(arguments: ClientMessage.Kind.allCases)
  func beforeTheRoomOneMayGreetAndEnterInThisOrder(kind: ClientMessage.Kind) {
    let before: Set<ClientMessage.Kind> = [.hello, .ping]
    let after = Self.beforeTheRoom.subtracting([.hello]).union([.ping])

    #expect(kind.rule.refusal(for: .fresh)?.code == (before.contains(kind) ? nil : .notReady))
    #expect(kind.rule.refusal(for: .greeted)?.code == (after.contains(kind) ? nil : .notReady))
  }

  @Test func thePresetsOfTheRolesAreThoseOfTheDocument() {
    let publishing: Permissions = [.publishAudio, .publishVideo, .publishScreen]
    let speaking = publishing.union([.chat, .chatPrivately, .draw, .shareFiles, .poll])
    #expect(Role.host.permissions == .all && Role.cohost.permissions == .all)
    #expect(Role.speaker.permissions == speaking)
    #expect(Role.participant.permissions == speaking.union(.record))
    #expect(Role.audience.permissions == .chat && Role.observer.permissions == [])
    #expect(Role.machine.permissions == [.publishAudio, .publishVideo])
    #expect(Permissions.all.each.count == Permission.allCases.count)
  }
}
