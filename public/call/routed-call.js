import { Downlink } from './downlink.js';
import { LimitationWatch } from './limitation-watch.js';
import { SoundCushion } from './sound-cushion.js';
import { tracksBySource } from './sources.js';
import { Uplink } from './uplink.js';
import { Wishes } from './wishes.js';

/** @typedef {import('../types/messages.js').RoomRequest} RoomRequest */
/** @typedef {import('../types/messages.js').ServerEvent} ServerEvent */
/** @typedef {import('../types/call.js').LinkState} LinkState */
/** @typedef {import('./subscription.js').Received} Received */

const attemptsBeforeFailed = 3;
const smallWhileMoving = 3000; // milliseconds: who cannot move must not hold everybody at the smallest picture

/**
 * @typedef {object} RoutedOptions
 * @property {typeof RTCPeerConnection} PeerConnection
 * @property {import('../types/call.js').Clock} clock
 * @property {() => number} random
 * @property {import('./simulcast.js').EncodingProfile} profile
 * @property {<R extends RoomRequest>(request: R) => Promise<import('../types/messages.js').Results[R['type']]>} request
 * @property {() => void} onState
 * @property {() => void} onTracks what is received changed
 */

/** This person's part in a routed room: what it publishes, what it receives and what of that it wants. */
export class RoutedCall {
  #isOpen = false;
  /** @type {unknown} */
  #moveTimer = null;
  #clock;
  #uplink;
  #downlink;
  #wishes;
  #limitation;
  #cushion;

  /** @param {RoutedOptions} options @param {import('./peer.js').LocalTracks} local */
  constructor(options, local) {
    const { PeerConnection, clock, random, profile, request, onState, onTracks } = options;
    this.#clock = clock;
    this.#uplink = new Uplink({
      PeerConnection, clock, random, profile, onState,
      publish: async (offer, tracks) => (await request({ type: 'publish', offer, tracks })).answer,
    });
    this.#downlink = new Downlink({
      PeerConnection, clock, random, onState, onTracks,
      answer: (answer, number) => request({ type: 'answerSubscription', answer, number }),
      restart: (anew) => request({ type: 'restartSubscription', ...(anew ? { anew } : {}) }),
    });
    this.#wishes = new Wishes({
      clock,
      subscribe: (tracks, only) => request({ type: 'subscribe', tracks, ...(only ? { only } : {}) }),
      unsubscribe: (tracks) => request({ type: 'unsubscribe', tracks }),
    });
    this.#limitation = new LimitationWatch({
      clock,
      statistics: async () => await this.#uplink.publication?.statistics() ?? null,
      report: (reason) => request({ type: 'reportLimitation', reason }),
    });
    this.#cushion = new SoundCushion({
      clock,
      statistics: () => this.#downlink.statistics(),
      receivers: () => this.#downlink.soundReceivers(),
    });
    this.send(local);
  }

  get isOpen() { return this.#isOpen; }
  /** What is published goes through. */
  get uplink() { return this.#uplink; }
  get downlink() { return this.#downlink; }

  /**
   * Begins, or begins again where the server knows nothing of what there was.
   *
   * @param {{ isReturn: boolean }} how whether the server may still hold a subscription of a former page or connection
   */
  open({ isReturn }) {
    this.#isOpen = true;
    this.#uplink.open();
    if (isReturn) this.#downlink.anew();
    this.#wishes.open();
    this.#limitation.open();
    this.#cushion.open();
  }

  /** @param {ServerEvent} event */
  receive(event) {
    if (!this.#isOpen) return;
    if (event.type === 'subscription') this.#downlink.offered(event);
    if (event.type === 'slots') this.#downlink.assigned(event.slots);
    if (event.type === 'demand') this.#uplink.need(event.source, event.layers);
    if (event.type === 'mediaLost') this.open({ isReturn: false });
  }

  /** @param {import('./peer.js').LocalTracks} local what to send from now on */
  send(local) { this.#uplink.send(tracksBySource(local)); }

  /** @param {import('../types/messages.js').TrackWish[]} wishes what to receive from now on */
  want(wishes) { this.#wishes.want(wishes); }

  /**
   * Whether the room moves: what is sent to both ways is sent small to the server, for a while.
   *
   * @param {boolean} isMoving
   */
  set isMoving(isMoving) {
    this.#clock.clearTimeout(this.#moveTimer);
    this.#uplink.lowestOnly = isMoving;
    if (isMoving) this.#moveTimer = this.#clock.setTimeout(() => { this.#uplink.lowestOnly = false; }, smallWhileMoving);
  }

  /**
   * The network or the signalling came back.
   *
   * @param {{ evenIfConnected: boolean }} how a new network wants a new path although the old one has not failed yet
   */
  mend({ evenIfConnected }) {
    if (!this.#isOpen) return;
    this.#uplink.back();
    this.#downlink.back();
    if (!evenIfConnected) return;
    this.#uplink.restart();
    this.#downlink.restart();
  }

  /** @param {string} participant @returns {Received[]} what arrives from it */
  received(participant) { return this.#downlink.received(participant); }

  /** The way from the others. @returns {LinkState | null} null while the server has nothing for this person */
  get link() { return this.#isOpen ? linkOf(this.#downlink, this.#downlink.wasConnected) : null; }

  /** The way to the others. @returns {LinkState | null} null while nothing is published */
  get ownLink() { return this.#isOpen ? linkOf(this.#uplink, false) : null; }

  /** Whether all that goes this way can go. */
  get isConnected() {
    const isUp = (/** @type {RTCPeerConnectionState} */ state) => state === 'connected' || state === 'new';
    return this.#isOpen && isUp(this.#uplink.state) && this.#downlink.state === 'connected';
  }

  close() {
    this.#isOpen = false;
    this.#wishes.close();
    this.#limitation.close();
    this.#cushion.close();
    this.#uplink.close();
    this.#downlink.close();
  }
}

/**
 * @param {{ state: RTCPeerConnectionState, attempts: number }} way
 * @param {boolean} wasConnected
 * @returns {LinkState | null}
 */
function linkOf({ state, attempts }, wasConnected) {
  const link = (/** @type {LinkState['state']} */ is) => ({ state: is, relayed: false, path: /** @type {const} */ ('server') });
  if (state === 'connected') return link('connected');
  if (attempts >= attemptsBeforeFailed) return link('failed');
  if (wasConnected || attempts > 0 || state === 'disconnected' || state === 'failed') return link('unstable');
  return state === 'new' ? null : link('connecting');
}
