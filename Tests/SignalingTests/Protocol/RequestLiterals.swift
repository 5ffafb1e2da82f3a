import Signaling

/// A well-formed request of every kind; a new kind does not compile without one.
enum RequestLiterals {
  /// The members beside `id`, about this participant and this message.
  static func members(
    _ kind: ClientMessage.Kind, target: String = "p_x", message: String = "m_x", room: String = "tea"
  ) -> String {
    let type = #""type":"\#(kind.rawValue)""#
    return switch kind {
    case .hello: type + #","versions":[2,1]"#
    case .join: type + #","room":"\#(room)","name":"Ada","devices":{"audio":true},"client":"c""#
    case .resume: type + #","token":"a.b","seq":3"#
    case .leave, .ping, .endRoom, .getAudit, .startEcho, .restartSubscription, .endEcho, .getMedia: type
    case .publish: type + #","offer":"v=0\r\n""#
    case .answerSubscription: type + #","answer":"v=0\r\n""#
    case .subscribe:
      type + #","tracks":[{"participant":"\#(target)","source":"camera","spatialLayer":1,"width":640,"height":360}]"#
    case .unsubscribe: type + #","tracks":[{"participant":"\#(target)","source":"camera"}]"#
    case .reportLimitation: type + #","reason":"cpu""#
    case .moved: type + #","to":"routed""#
    case .meshFailed: type + #","participant":"\#(target)""#
    case .setDevices: type + #","audio":true"#
    case .rename: type + #","name":"Ada L.""#
    case .raiseHand: type + #","raised":true"#
    case .react: type + #","emoji":"🎉""#
    case .sendChat: type + #","text":"Hello""#
    case .editChat: type + #","message":"\#(message)","text":"Hallo""#
    case .deleteChat: type + #","message":"\#(message)""#
    case .reactToChat: type + #","message":"\#(message)","emoji":"👍","on":true"#
    case .signal: type + #","to":"\#(target)","connection":"c1","candidate":null"#
    case .updateRoom: type + #","locked":true"#
    case .admit, .deny: type + #","everyone":true"#
    case .messageWaiting: type + #","text":"Soon""#
    case .moderate: type + #","action":"mute","participants":["\#(target)"]"#
    case .setPermission: type + #","participant":"\#(target)","permission":"chat","allowed":false"#
    case .createStreamKey: type + #","name":"Stage""#
    case .getStreamKeys: type
    case .revokeStreamKey: type + #","streamKey":"k_x""#
    case .setRole: type + #","participant":"\#(target)","role":"speaker""#
    case .transferHost: type + #","participant":"\#(target)""#
    }
  }

  /// Whole messages, one of every kind and some with everything in them.
  static var all: [String] {
    ClientMessage.Kind.allCases.map { #"{"id":7,\#(members($0))}"# } + rich
  }

  private static let rich = [
    #"{"id":1,"type":"publish","offer":"v=0\r\n","tracks":[{"mid":"0","source":"microphone"},{"mid":"a","source":"screen"}]}"#,
    #"{"id":1,"type":"restartSubscription","anew":true}"#,
    #"{"id":1,"type":"answerSubscription","answer":"v=0\r\n","number":9007199254740991}"#,
    #"{"id":1,"type":"subscribe","tracks":[{"participant":"a","source":"camera"}],"only":true}"#,
    #"{"id":1,"type":"subscribe","tracks":[{"participant":"a","source":"screenAudio","paused":true},{"participant":"a","source":"screen","spatialLayer":3,"temporalLayer":0,"width":16384,"height":1,"paused":null}]}"#,
    #"{"id":1,"type":"subscribe","tracks":[{"participant":"a","source":"camera","priority":"pinned"},{"participant":"b","source":"camera","priority":"normal"},{"participant":"c","source":"camera","priority":"background"},{"participant":"d","source":"camera","priority":null}]}"#,
    #"{"id":1,"type":"reportLimitation","reason":null}"#,
    #"{"id":1,"type":"reportLimitation"}"#,
    #"{"id":1,"type":"unsubscribe","tracks":[{"participant":"a","source":"camera"},{"participant":"b","source":"camera"}]}"#,
    #"{"id":0,"type":"join","room":"caf\u00e9","name":"Zo\u00eb","password":"p","hostKey":"h","token":"t","devices":{"video":false}}"#,
    #"{"id":9007199254740991,"type":"sendChat","text":"😀 \ud83d\ude00 \"\\\/\b\f\n\r\t","to":"p_1","replyTo":"m_1"}"#,
    #"{"id":1,"type":"signal","to":"p","connection":"c","description":{"type":"offer","sdp":"v=0\r\n"},"streams":{"a":"camera","b":"screen"}}"#,
    #"{"id":1,"type":"signal","to":"p","connection":"c","candidate":{"candidate":"candidate:1","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":null}}"#,
    #"{"id":1,"type":"updateRoom","mode":"auto","locked":false,"password":"","lobby":true,"lobbyMessage":"x","maxParticipants":9,"maxViewers":0,"endsAfter":60,"rules":{"chat":false,"poll":true},"waitForHost":false}"#,
    #"{"id":1,"type":"moderate","action":"ban","participants":["a","b"],"reason":"because"}"#,
  ]
}
