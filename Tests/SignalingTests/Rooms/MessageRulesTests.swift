import NIOCore
import Signaling
import TestSupport
import Testing

/// Who may send what: every role against every message of the protocol.
@Suite struct MessageRulesTests {
  /// What comes before the room and is out of place in it.
  private static let beforeTheRoom: Set<ClientMessage.Kind> = [
    .hello, .join, .resume, .startEcho, .endEcho,
  ]
  /// What a connection test and a routed room have in common.
  private static let connecting: Set<ClientMessage.Kind> = [.publish, .answerSubscription, .restartSubscription]

  /// The rows of the table; a message without one does not compile.
  private static func roles(allowed kind: ClientMessage.Kind) -> Set<Role> {
    let everybody = Set(Role.allCases)
    let talkers: Set<Role> = [.host, .cohost, .speaker, .participant, .audience]
    let moderators: Set<Role> = [.host, .cohost]
    return switch kind {
    case .hello, .join, .resume, .startEcho, .endEcho: []
    case .answerSubscription, .restartSubscription, .subscribe, .unsubscribe, .getMedia, .moved, .meshFailed: everybody
    case .publish, .reportLimitation: [.host, .cohost, .speaker, .participant, .machine]
    case .ping, .leave, .rename, .raiseHand, .signal: everybody
    case .setDevices: [.host, .cohost, .speaker, .participant, .machine]
    case .react, .sendChat, .editChat, .reactToChat: talkers
    case .deleteChat: everybody
    case .updateRoom, .moderate, .setPermission, .getAudit: moderators
    case .createStreamKey, .getStreamKeys, .revokeStreamKey: moderators
    case .admit, .deny, .messageWaiting: moderators
    case .setRole: moderators
    case .endRoom: [.host]
    case .transferHost: []
    }
  }

  @Test(arguments: ClientMessage.Kind.allCases, Role.allCases)
  func aRoleMayDoWhatTheTableSaysAndNothingElse(kind: ClientMessage.Kind, role: Role) throws {
    var room = TestRoom.moving
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

  /// Where the kind alone does not decide: a message about Tina, the owner Olga or Olga's message, and who may send it.
  private static let variants: [(members: String, roles: Set<Role>)] = {
    let moderators: Set<Role> = [.host, .cohost]
    let writers: Set<Role> = [.host, .cohost, .speaker, .participant]
    var rows: [(String, Set<Role>)] = [
      (#""type":"updateRoom","mode":"mesh""#, [.host]), (#""type":"updateRoom","mode":"auto","locked":true"#, [.host]),
      (#""type":"updateRoom","password":"p""#, moderators),
      (#""type":"updateRoom","rules":{"chat":false}"#, moderators),
      (#""type":"sendChat","text":"x","to":"TINA""#, writers),
      (#""type":"sendChat","text":"x","to":"OLGA""#, writers.union([.audience])),
      (#""type":"editChat","message":"OLGAS","text":"x""#, []), (#""type":"deleteChat","message":"OLGAS""#, moderators),
      (#""type":"setDevices","video":true"#, writers.union([.machine])),
      (#""type":"setDevices","screen":true"#, writers),
      (#""type":"setDevices","audio":false,"screen":false"#, Set(Role.allCases)),
      (#""type":"transferHost","participant":"TINA""#, []),
      (#""type":"setPermission","participant":"OLGA","permission":"chat","allowed":false"#, []),
      (#""type":"setPermission","participant":"OLGA","permission":"chat","allowed":true"#, [.host]),
    ]
    for role in Role.allCases {
      let allowed: Set<Role> = role == .machine ? [] : role == .host || role == .cohost ? [.host] : moderators
      rows.append((#""type":"setRole","participant":"TINA","role":"\#(role.rawValue)""#, allowed))
      rows.append((#""type":"setRole","participant":"OLGA","role":"\#(role.rawValue)""#, []))
    }
    for action in ModerationRequest.Action.allCases {
      let act = #""type":"moderate","action":"\#(action.rawValue)","#
      rows.append((act + #""everyone":true"#, moderators))
      rows.append((act + #""participants":["TINA"]"#, moderators))
      rows.append((act + #""participants":["TINA","OLGA"]"#, action == .remove || action == .ban ? [] : [.host]))
    }
    for permission in Permission.allCases {
      let allowed: Set<Role> = permission == .moderate || permission == .admit ? [.host] : moderators
      let set = #""type":"setPermission","participant":"TINA","permission":"\#(permission.name)","allowed":false"#
      rows.append((set, allowed))
    }
    return rows
  }()

  @Test(arguments: variants.indices, Role.allCases)
  func aRoleMaySendTheseVariantsAndNoOthers(row: Int, role: Role) throws {
    var room = TestRoom()
    let olga = room.join("Olga")
    let sender = room.join("Sam", role: role)
    let tina = room.join("Tina")
    let (members, roles) = Self.variants[row]
    let message = room.addMessage(from: olga)
    let text = members.replacing("TINA", with: tina.rawValue).replacing("OLGAS", with: message.rawValue)
      .replacing("OLGA", with: olga.rawValue)

    let refusal = room.state.refusal(of: try #require(room.read(text)), from: sender)

    #expect((refusal == nil) == roles.contains(role), "\(text): \(String(describing: refusal))")
    if !roles.contains(role) { #expect(refusal?.code == .forbidden, "\(text)") }
  }

  @Test(arguments: ClientMessage.Kind.allCases)
  func aHostByNameOnlyMayDoWhatItsInvitationGrants(kind: ClientMessage.Kind) throws {
    var room = TestRoom.moving
    let sender = room.join("Sam", role: .host, permissions: .chat)
    let target = room.join("Tina")
    let message = room.addMessage(from: sender)

    let refusal = room.state.refusal(of: try room.message(kind, target: target, message: message), from: sender)

    let allowed = Self.roles(allowed: kind).contains(.audience)
    #expect((refusal == nil) == allowed, "\(String(describing: refusal))")
  }

  @Test(arguments: ClientMessage.Kind.allCases)
  func theOwnerMayDoEverythingInTheRoom(kind: ClientMessage.Kind) throws {
    var room = TestRoom.moving
    let owner = try #require(room.state.inOrder.first?.id)
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
    let after = Self.beforeTheRoom.union(Self.connecting).subtracting([.hello]).union([.ping])

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

extension TestRoom {
  /// Olga's room on its way from the mesh to the SFU, in which what either needs is in place.
  fileprivate static var moving: TestRoom {
    var room = TestRoom()
    let olga = room.join("Olga")
    room.handle(#""type":"updateRoom","mode":"routed""#, from: olga)
    return room
  }
}
