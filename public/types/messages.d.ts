/** Every message of docs/signaling.md, version 1. Requests, results and events are unions discriminated by `type` or `state`. */

export type Role = 'host' | 'cohost' | 'speaker' | 'participant' | 'audience' | 'observer' | 'machine';

/** What the room's rules can take away from everybody. */
export type RulePermission =
  | 'publishAudio' | 'publishVideo' | 'publishScreen' | 'chat' | 'chatPrivately' | 'draw' | 'shareFiles' | 'poll' | 'record';
export type Permission = RulePermission | 'moderate' | 'admit';

export type Topology = 'mesh' | 'routed' | 'broadcast';

/** What a participant publishes: at most one track of each. */
export type MediaSource = 'microphone' | 'camera' | 'screen' | 'screenAudio';

export interface Devices { audio: boolean; video: boolean; screen: boolean }

export interface Participant {
  id: string;
  name: string;
  role: Role;
  owner: boolean;
  permissions: Permission[];
  devices: Devices;
  /** When the hand was raised, in milliseconds since 1970, or null. */
  hand: number | null;
  connection: 'connected' | 'reconnecting';
  joinedAt: number;
  /** How the server finds its media to do. */
  quality: Quality;
}

/** How well something goes, and why no better: `nothingSent` nothing comes although it is published. */
export interface Rating {
  level: 'lost' | 'poor' | 'fair' | 'good';
  reason: 'loss' | 'bandwidth' | 'cpu' | 'nothingSent' | null;
}

/** What a participant publishes and what it is sent; null while that is nothing, or not known. */
export interface Quality { publishing: Rating | null; receiving: Rating | null }

export interface Room {
  name: string;
  mode: 'auto' | Topology;
  topology: Topology;
  /** The topology whose paths still live while the room moves to another, else null. */
  former: Topology | null;
  createdAt: number;
  endsAt: number | null;
  locked: boolean;
  hasPassword: boolean;
  lobby: boolean;
  waitForHost: boolean;
  lobbyMessage: string | null;
  maxParticipants: number;
  /** How many may watch by WHEP, and how many do. */
  maxViewers: number;
  viewers: number;
  rules: Record<RulePermission, boolean>;
  /** Who leads the conversation, as the server hears it; null in a mesh and when nobody has for a while. */
  dominantSpeaker: string | null;
}

export interface Waiting { id: string; name: string; since: number }

export interface ChatMessage {
  id: string;
  from: string;
  name: string;
  to: string | null;
  text: string;
  sentAt: number;
  replyTo: string | null;
  editedAt: number | null;
  deleted: boolean;
  /** Emoji to the ids of those who reacted with it. */
  reactions: Record<string, string[]>;
}

/** A secret with which an encoder publishes under this name; `participant` is who does now. */
export interface StreamKey {
  id: string;
  name: string;
  createdAt: number;
  participant: string | null;
}

export interface AuditEntry {
  time: number;
  by: string;
  byName: string;
  action: string;
  target: string | null;
  targetName: string | null;
  detail: string | null;
}

export interface IceServer { urls: string | string[]; username?: string; credential?: string }

export interface Hello {
  version: number;
  server: string;
  time: number;
  /** Seconds between two signs of life. */
  heartbeat: number;
  limits: { messageBytes: number; descriptionBytes: number; nameCharacters: number; chatCharacters: number; chatHistory: number };
  topologies: Topology[];
}

/** The whole room as one participant may see it. */
export interface Snapshot {
  state: 'joined';
  participant: string;
  resumeToken: string;
  hostKey?: string | null;
  room: Room;
  participants: Participant[];
  waiting?: Waiting[] | null;
  chat: ChatMessage[];
  iceServers: IceServer[];
  seq: number;
}

export interface WaitingResult {
  state: 'waiting';
  participant: string;
  resumeToken: string;
  reason: 'lobby' | 'host';
  message?: string | null;
  seq?: number;
}

export interface ResumedResult {
  state: 'resumed';
  participant: string;
  resumeToken: string;
  iceServers: IceServer[];
}

export type EnterResult = Snapshot | WaitingResult | ResumedResult;

export interface JoinRequest {
  type: 'join';
  room: string;
  name: string;
  password?: string;
  hostKey?: string;
  token?: string;
  devices?: Partial<Devices>;
  client?: string;
}

export interface ResumeRequest { type: 'resume'; token: string; seq?: number; fresh?: boolean }

export interface Description { type: 'offer' | 'answer'; sdp: string }

export interface Candidate {
  candidate: string;
  sdpMid: string | null;
  sdpMLineIndex: number | null;
  usernameFragment: string | null;
}

/** What a media stream of a description carries, by stream id. */
export type StreamSources = Record<string, 'camera' | 'screen'>;

/** The part of `signal` that one browser says to the other; `connection` names the sender's RTCPeerConnection. */
export type SignalBody = { connection: string } & (
  | { description: Description; streams?: StreamSources | null; candidate?: undefined }
  | { candidate: Candidate | null; description?: undefined }
);

export type ModerationAction =
  | 'mute' | 'hideVideo' | 'stopScreen' | 'lowerHand' | 'askToUnmute' | 'askToStartVideo' | 'remove' | 'ban';

export interface RoomUpdate {
  locked?: boolean;
  /** An empty string takes the password away. */
  password?: string;
  lobby?: boolean;
  lobbyMessage?: string;
  maxParticipants?: number;
  maxViewers?: number;
  /** Seconds from now; 0 means no limit. */
  endsAfter?: number;
  rules?: Partial<Record<RulePermission, boolean>>;
  waitForHost?: boolean;
  mode?: 'auto' | Topology;
}

/** `participants` or `everyone`, never both. */
export type Addressees = { participants: string[]; everyone?: undefined } | { everyone: true; participants?: undefined };

/** What each request answers: the keys are the request types that need a joined participant. */
export interface Results {
  ping: {};
  leave: {};
  setDevices: { devices: Devices };
  rename: {};
  raiseHand: {};
  react: {};
  sendChat: { message: string };
  editChat: {};
  deleteChat: {};
  reactToChat: {};
  signal: {};
  publish: { answer: string };
  answerSubscription: {};
  restartSubscription: {};
  subscribe: {};
  unsubscribe: {};
  getMedia: MediaReport;
  reportLimitation: {};
  moved: {};
  meshFailed: {};
  updateRoom: {};
  admit: { count: number };
  deny: { count: number };
  messageWaiting: { count: number };
  moderate: { count: number };
  setPermission: {};
  setRole: {};
  transferHost: {};
  endRoom: {};
  getAudit: { entries: AuditEntry[] };
  /** `key` is told this once. */
  createStreamKey: { id: string; key: string; name: string };
  getStreamKeys: { keys: StreamKey[] };
  revokeStreamKey: {};
}

export type RoomRequest =
  | { type: 'ping' }
  | { type: 'leave' }
  | ({ type: 'setDevices' } & Partial<Devices>)
  | { type: 'rename'; name: string }
  | { type: 'raiseHand'; raised: boolean }
  | { type: 'react'; emoji: string }
  | { type: 'sendChat'; text: string; to?: string; replyTo?: string }
  | { type: 'editChat'; message: string; text: string }
  | { type: 'deleteChat'; message: string }
  | { type: 'reactToChat'; message: string; emoji: string; on: boolean }
  | ({ type: 'signal'; to: string } & SignalBody)
  | { type: 'publish'; offer: string; tracks?: { mid: string; source: MediaSource }[] }
  | { type: 'answerSubscription'; answer: string; number?: number }
  | { type: 'restartSubscription'; anew?: boolean }
  | { type: 'subscribe'; tracks: TrackWish[]; only?: boolean }
  | { type: 'unsubscribe'; tracks: TrackName[] }
  | { type: 'getMedia' }
  | { type: 'reportLimitation'; reason: 'cpu' | null }
  | { type: 'moved'; to: 'mesh' | 'routed' }
  | { type: 'meshFailed'; participant: string }
  | ({ type: 'updateRoom' } & RoomUpdate)
  | ({ type: 'admit' } & Addressees)
  | ({ type: 'deny'; message?: string } & Addressees)
  | { type: 'messageWaiting'; text: string }
  | ({ type: 'moderate'; action: ModerationAction; reason?: string } & Addressees)
  | { type: 'setPermission'; participant: string; permission: Permission; allowed: boolean }
  | { type: 'setRole'; participant: string; role: Role }
  | { type: 'transferHost'; participant: string }
  | { type: 'endRoom' }
  | { type: 'getAudit' }
  | { type: 'createStreamKey'; name: string }
  | { type: 'getStreamKeys' }
  | { type: 'revokeStreamKey'; streamKey: string };

/** The connection test, between `hello` and `join`. */
export type EchoRequest =
  | { type: 'startEcho' }
  | { type: 'publish'; offer: string }
  | { type: 'answerSubscription'; answer: string; number?: number }
  | { type: 'restartSubscription' }
  | { type: 'endEcho' };

export interface EchoResults {
  /** In seconds. */
  startEcho: { maximumDuration: number };
  publish: { answer: string };
  answerSubscription: {};
  restartSubscription: {};
  endEcho: {};
}

/** A published track: whose, and what it shows. */
export interface TrackName { participant: string; source: MediaSource }

/** What is wanted of a track; what is absent bounds nothing. */
export interface TrackWish extends TrackName {
  spatialLayer?: number;
  temporalLayer?: number;
  /** What it is shown at, in pixels. */
  width?: number;
  height?: number;
  paused?: boolean;
  /** `pinned`: the person has chosen it before all others; `background`: it gets what they leave. */
  priority?: 'background' | 'normal' | 'pinned';
}

/** An m-line of the server's offer and what it carries: null while it carries nothing, and in a connection test. */
export interface Slot {
  mid: string;
  kind: 'audio' | 'video';
  participant?: string | null;
  source?: MediaSource | null;
}

/** The server's offer for a subscription, the number by which the answer names it, and what its m-lines carry. */
export interface Offer { number: number; offer: string; slots: Slot[] }

export interface MediaReport {
  /** What the server receives of this participant; layers from the smallest to the largest. */
  published: {
    source: MediaSource;
    layers: { width: number | null; height: number | null; bitsPerSecond: number }[];
    packetsLost: number;
  }[];
  /** What the server sends to it. */
  subscribed: (TrackName & {
    state: 'active' | 'starting' | 'paused' | 'absent';
    spatialLayer: number | null;
    temporalLayer: number | null;
    bitsPerSecond: number;
    /** The layer that the view could use, and why it is not sent. */
    wantedSpatialLayer: number | null;
    limit: 'network' | 'publisher' | 'switching' | 'server' | null;
  })[];
  /** What the network to this participant carries; null where nothing is sent. */
  downlink: {
    bitsPerSecond: number;
    /** What all that is wanted would take. */
    wantedBitsPerSecond: number;
    /** In hundredths of a percent. */
    loss: number;
    /** Milliseconds. */
    roundTripTime: number | null;
  } | null;
}

export type ServerEvent = { seq: number } & (
  | { type: 'participantJoined'; participant: Participant }
  | { type: 'participantLeft'; participant: string; reason: 'left' | 'timedOut' | 'removed' | 'banned' }
  | { type: 'participantChanged'; participant: string; changes: Partial<Participant> }
  | { type: 'roomChanged'; changes: Partial<Room> }
  | { type: 'chatMessage'; message: ChatMessage }
  | { type: 'chatChanged'; message: ChatMessage }
  | { type: 'reaction'; participant: string; emoji: string }
  | ({ type: 'signal'; from: string } & SignalBody)
  | { type: 'waitingChanged'; waiting: Waiting[] }
  | { type: 'lobbyMessage'; text: string }
  | ({ type: 'admitted' } & Snapshot)
  | { type: 'denied'; message?: string | null }
  | { type: 'moderated'; action: ModerationAction; by: string; reason?: string | null }
  | { type: 'hostKey'; hostKey: string }
  | { type: 'resumeToken'; resumeToken: string }
  | { type: 'removed'; reason: 'removed' | 'banned'; message?: string | null }
  | { type: 'roomEnded'; reason: 'host' | 'duration' }
  | { type: 'serverStopping'; reconnectAfter: number }
  | ({ type: 'subscription' } & Offer)
  | { type: 'slots'; slots: Slot[] }
  | { type: 'mediaLost' }
  | { type: 'demand'; source: MediaSource; layers: number }
  | { type: 'qualityChanged'; participants: { id: string; quality: Quality }[] }
  | { type: 'echoEnded'; reason: 'timeLimit' | 'failed' }
);

export type ServerErrorCode =
  | 'badRequest' | 'unknownType' | 'unsupportedVersion' | 'notReady' | 'forbidden' | 'notFound' | 'invalidName' | 'invalidRoom'
  | 'nameInUse' | 'roomFull' | 'roomLocked' | 'roomEnded' | 'passwordRequired' | 'wrongPassword' | 'banned' | 'denied'
  | 'tokenInvalid' | 'tokenExpired' | 'rateLimited' | 'tooManyRooms' | 'tooManySessions' | 'tooManyEchoes' | 'serverBusy' | 'mediaUnavailable' | 'invalidDescription' | 'conflict'
  | 'shuttingDown' | 'internal';

/**
 * Refusals that never left this browser: no server could be reached (`unreachable`), the answer did not come (`timedOut`),
 * the connection went before it came, so the outcome is unknown (`connectionLost`), the request was made without a
 * connection and was not kept for later (`disconnected`), too many were kept (`tooManyPending`), the call is over (`ended`).
 */
export type ClientErrorCode = 'unreachable' | 'timedOut' | 'connectionLost' | 'disconnected' | 'tooManyPending' | 'ended';
export type ErrorCode = ServerErrorCode | ClientErrorCode;

export type Reply =
  | { type: 'result'; id: number; data: unknown }
  | { type: 'error'; id: number | null; error: { code: ServerErrorCode; message: string; retryAfter?: number | null } };
