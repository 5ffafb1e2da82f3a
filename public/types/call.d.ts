/** What `call/` shows to the elements: the state of a call, what may be played, and figures. */
import type { ChatMessage, ErrorCode, MediaReport, MediaSource, ModerationAction, Participant, Role, Room, Topology, Waiting } from './messages.js';

export type Phase = 'idle' | 'connecting' | 'waiting' | 'joined' | 'reconnecting' | 'ended';

export interface LinkState {
  /** `unstable` was connected and is being mended; `failed` has resisted several attempts, which go on. */
  state: 'new' | 'connecting' | 'connected' | 'unstable' | 'failed';
  /** The media goes through a TURN server. */
  relayed: boolean;
  /** Straight between the browsers, or through the SFU. */
  path: 'direct' | 'server';
}

/** A picture of somebody that is on the screen, in device pixels. */
export interface ShownTile {
  participant: string;
  source: 'camera' | 'screen';
  width: number;
  height: number;
  /** The person has chosen it before all others. */
  pinned?: boolean;
}

/** Why a call is over: an error code of the protocol, or what happened to this participant. */
export type EndCode =
  | ErrorCode | 'left' | 'removed' | 'superseded' | 'protocolViolation' | 'messageTooLarge';

export interface CallEnd {
  code: EndCode;
  /** A word from the host or the server, where there was one. */
  message: string | null;
}

/** The call at one moment. Immutable: each change is a new object, and what did not change is the same object as before. */
export interface CallState {
  readonly phase: Phase;
  /** The id of this participant. */
  readonly me: string | null;
  readonly room: Room | null;
  readonly participants: Readonly<Record<string, Participant>>;
  /** Those who wait to be admitted; empty for who may not admit. */
  readonly waiting: readonly Waiting[];
  readonly waitingReason: 'lobby' | 'host' | null;
  readonly waitingMessage: string | null;
  readonly chat: readonly ChatMessage[];
  /** What was written before the server was restarted: it no longer knows of it, but who read it still does. */
  readonly formerChat: readonly ChatMessage[];
  /** The way to each other participant; under the own id the way of what is published to the server. */
  readonly links: Readonly<Record<string, LinkState>>;
  /** What this server offers. */
  readonly topologies: readonly Topology[];
  readonly hostKey: string | null;
  readonly ended: CallEnd | null;
}

/** What may be played of one participant. The streams keep their identity while their tracks change. */
export interface StreamSet { camera: MediaStream | null; screen: MediaStream | null }

export interface JoinOptions {
  room: string;
  name: string;
  password?: string;
  hostKey?: string;
  token?: string;
}

export interface VideoStatistics {
  codec: string | null;
  width: number | null;
  height: number | null;
  framesPerSecond: number | null;
  bitsPerSecond: number;
}

export interface LinkStatistics {
  state: LinkState['state'];
  /** Milliseconds. */
  roundTripTime: number | null;
  /** Share of packets lost in the last interval, 0…1. */
  lossReceived: number | null;
  lossSent: number | null;
  bitsPerSecondReceived: number;
  bitsPerSecondSent: number;
  availableBitsPerSecond: number | null;
  jitter: number | null;
  received: { audioCodec: string | null; camera: VideoStatistics | null; screen: VideoStatistics | null };
  sent: { audioCodec: string | null; camera: VideoStatistics | null; screen: VideoStatistics | null };
  framesDecoded: number;
  framesDropped: number;
  freezes: number;
  /** Why the own encoder sends less than it could: `cpu`, `bandwidth` or null. */
  limitedBy: 'cpu' | 'bandwidth' | 'other' | null;
  localCandidate: string | null;
  remoteCandidate: string | null;
  protocol: string | null;
  relayed: boolean;
  path: LinkState['path'];
  /** What the server says it sends of the camera and of the screen; null on a direct way, or while it has not said. */
  picture: ForwardedPicture | null;
  screen: ForwardedPicture | null;
  quality: 'good' | 'fair' | 'poor';
  /** Why the quality is not good; `interrupted`: nothing of a camera arrives that is on. */
  reason: 'loss' | 'delay' | 'bandwidth' | 'cpu' | 'connection' | 'interrupted' | null;
}

/** What the server sends of a picture, what the view could use, and why that is not sent; layers from the smallest, 0. */
export interface ForwardedPicture {
  state: 'active' | 'starting' | 'paused' | 'absent';
  layer: number | null;
  wanted: number | null;
  limit: 'network' | 'publisher' | 'switching' | 'server' | null;
}

/** One of the pictures that are sent of a camera or a screen. */
export interface LayerStatistics extends VideoStatistics {
  source: MediaSource;
  /** From the smallest, 0; null where there is but one. */
  layer: number | null;
  active: boolean;
  /** What the server receives of it; null while it has not said. */
  bitsPerSecondArrived: number | null;
}

/** What this person publishes to the server. */
export interface OwnStatistics {
  state: LinkState['state'];
  roundTripTime: number | null;
  lossSent: number | null;
  bitsPerSecondSent: number;
  availableBitsPerSecond: number | null;
  layers: LayerStatistics[];
  limitedBy: LinkStatistics['limitedBy'];
  protocol: string | null;
}

export interface CallStatistics {
  /** Milliseconds since 1970. */
  time: number;
  /** By participant. */
  links: Record<string, LinkStatistics>;
  /** What the server finds the network to this person to carry; null while it has not said. */
  downlink: MediaReport['downlink'];
  /** Null while nothing is published to the server. */
  own: OwnStatistics | null;
}

/** What a connection test measured over the last seconds. */
export interface EchoFigures {
  protocol: 'udp' | 'tcp' | null;
  ipVersion: 4 | 6 | null;
  /** The server's, for whoever has a firewall to open. */
  port: number | null;
  /** Milliseconds. */
  roundTripTime: number | null;
  /** Shares of packets, 0…1. */
  lossSent: number | null;
  lossReceived: number | null;
  /** Milliseconds. */
  jitter: number | null;
  bitsPerSecondSent: number;
  bitsPerSecondReceived: number;
  framesDecoded: number;
  sent: VideoStatistics | null;
  received: VideoStatistics | null;
  /** What the sender has found the way to carry; null where the browser does not say. */
  availableBitsPerSecond: number | null;
}

/**
 * How well a call would go, and what spoils it: `blocked` nothing ever got through, `lost` it did and does no longer,
 * `silent` connected but nothing comes back, `tcp` UDP is blocked.
 */
export type EchoVerdict =
  | { quality: 'good'; reason: null }
  | { quality: 'usable'; reason: 'loss' | 'delay' | 'jitter' | 'bandwidth' | 'tcp' }
  | { quality: 'bad'; reason: 'loss' | 'delay' | 'jitter' | 'bandwidth' | 'blocked' | 'lost' | 'silent' };

export interface EchoState {
  readonly phase: 'connecting' | 'running' | 'ended';
  /** Why it is over: its time, its media was lost, the person closed it, or an error code. */
  readonly ended: 'timeLimit' | 'failed' | EndCode | null;
  readonly figures: EchoFigures;
  readonly verdict: EchoVerdict | null;
  readonly secondsLeft: number | null;
}

export type MediaProblem = 'denied' | 'notFound' | 'inUse' | 'insecure' | 'unsupported' | 'other';

export interface DeviceList {
  cameras: MediaDeviceInfo[];
  microphones: MediaDeviceInfo[];
  speakers: MediaDeviceInfo[];
}
export type DeviceKind = 'camera' | 'microphone' | 'speaker';

export type NoticeLevel = 'info' | 'warning' | 'error';
/** A sentence for the person, named by its key in `i18n/`. */
export interface Notice { key: NoticeKey; values: Record<string, string | number>; level: NoticeLevel }
export type NoticeKey =
  | 'notice.cameraLost' | 'notice.microphoneLost' | 'notice.serverStopping' | 'notice.owner' | `notice.role.${Role}`;

/** The events of `CallController`, each a `CustomEvent` with this `detail`. */
export interface CallEvents {
  change: { previous: CallState; state: CallState };
  streams: { participant: string };
  reaction: { participant: string; emoji: string };
  moderated: { action: ModerationAction; by: string; reason: string | null };
  notice: Notice;
}

/** Time as the client asks for it; tests hand in a virtual one. */
export interface Clock {
  /** Milliseconds; only differences mean something. */
  now(): number;
  setTimeout(action: () => void, milliseconds: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** The page's own news: `online`, `pagehide`, `pageshow` from the window, `visibilitychange` from the document. */
export interface PageEvents {
  window: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
  document: Pick<EventTarget, 'addEventListener' | 'removeEventListener'> & { readonly visibilityState: string };
  navigator: {
    sendBeacon?(url: string | URL, data?: string): boolean;
    readonly locks?: LockManager;
    /** The Network Information API, where there is one. */
    readonly connection?: Pick<EventTarget, 'addEventListener' | 'removeEventListener'> & { readonly type?: string };
  };
}
