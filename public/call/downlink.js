import { Backoff } from '../signaling/backoff.js';
import { SignalingError, pauseAfter } from '../signaling/signaling-error.js';
import { PathMending } from './path-mending.js';
import { Subscription } from './subscription.js';

/** @typedef {import('../types/messages.js').Offer} Offer */
/** @typedef {import('../types/messages.js').Slot} Slot */
/** @typedef {import('./subscription.js').Received} Received */

const restartsBeforeAnew = 2;
const repeatAfter = 2000; // milliseconds until an answer is given again that the server did not take

/**
 * @typedef {object} DownlinkOptions
 * @property {typeof RTCPeerConnection} PeerConnection
 * @property {import('../types/call.js').Clock} clock
 * @property {() => number} random
 * @property {(answer: string, number: number) => Promise<unknown>} answer to the offer of this number
 * @property {(anew: boolean) => Promise<unknown>} restart asks for another offer: new ICE credentials, or a new connection
 * @property {() => void} onState
 * @property {() => void} onTracks
 */

/**
 * What this person receives from the server, over as many subscriptions as it takes.
 *
 * The server makes them: an offer of another SDP session than the last (RFC 8866 §5.2) is another connection of its, and
 * gets another on this side. What the former one carries is shown until the new one is connected.
 */
export class Downlink {
  /** @type {Subscription | null} */
  #current = null;
  /** @type {string | null} the SDP session it belongs to */
  #session = null;
  /** @type {Subscription | null} */
  #former = null;
  #wasConnected = false;
  /** A new connection is wanted of which the server has not heard. */
  #wantsAnew = false;
  /** Another after each close: what is answered then is of no use. */
  #life = {};
  /** @type {unknown} */
  #timer = null;
  #mending;
  #backoff;
  #options;

  /** @param {DownlinkOptions} options */
  constructor(options) {
    this.#options = options;
    this.#backoff = new Backoff(options.random);
    this.#mending = new PathMending(options.clock, (attempt) => this.#mend(attempt));
  }

  /** `new` while the server has offered nothing. @returns {RTCPeerConnectionState} */
  get state() { return this.#current?.state ?? 'new'; }
  get wasConnected() { return this.#wasConnected; }
  get attempts() { return this.#mending.attempts; }

  /** @param {Offer} offer */
  offered(offer) {
    const session = sessionOf(offer.offer);
    if (!this.#current || session !== this.#session) this.#replace(session);
    this.#current?.receive(offer);
  }

  /** @param {Slot[]} slots */
  assigned(slots) { this.#current?.assign(slots); }

  /** There is another network. */
  restart() {
    if (this.state === 'connected') this.#ask(false);
  }

  /** Has the server make another connection: what it knows is of a former page, or lost. */
  anew() { this.#ask(true); }

  /** The signalling is back: what was lost is said again. */
  back() {
    if (this.#wantsAnew) return this.#ask(true);
    this.#current?.repeat();
    this.#mending.hurry();
  }

  /** @param {string} participant @returns {Received[]} */
  received(participant) { return this.#shown?.received(participant) ?? []; }

  /** @returns {RTCRtpReceiver[]} */
  soundReceivers() { return this.#shown?.soundReceivers() ?? []; }

  /** @returns {Promise<RTCStatsReport | null>} null while there is nothing */
  async statistics() { return (await this.#shown?.statistics()) ?? null; }

  close() {
    this.#options.clock.clearTimeout(this.#timer);
    this.#mending.stop();
    this.#current?.close();
    this.#former?.close();
    this.#current = this.#former = this.#session = null;
    this.#life = {};
    this.#wasConnected = this.#wantsAnew = false;
  }

  /** The connection whose tracks are played. */
  get #shown() { return this.#former && this.#current?.state !== 'connected' ? this.#former : this.#current; }

  /** @param {string | null} session */
  #replace(session) {
    if (this.#former) this.#current?.close(); // it never carried anything
    else this.#former = this.#current;
    this.#wantsAnew = false;
    this.#session = session;
    const { PeerConnection, onTracks } = this.#options;
    /** @type {Subscription} */
    const subscription = new Subscription({
      PeerConnection,
      answer: async (answer, number) => {
        await this.#options.answer(answer, number);
        this.#backoff.reset();
      },
      onState: () => this.#current === subscription && this.#looked(),
      onTracks: () => this.#current === subscription && onTracks(),
      onBroken: (error) => this.#current === subscription && this.#broken(error),
    });
    this.#current = subscription;
  }

  #looked() {
    this.#mending.saw(this.state);
    if (this.state === 'connected') this.#connected();
    this.#options.onState();
  }

  #connected() {
    this.#wasConnected = true;
    if (!this.#former) return;
    this.#former.close();
    this.#former = null;
    this.#options.onTracks();
  }

  /** @param {number} attempt */
  #mend(attempt) {
    if (attempt > restartsBeforeAnew) this.anew();
    else this.#ask(false);
    this.#options.onState();
  }

  /** @param {unknown} error */
  #broken(error) {
    const code = error instanceof SignalingError ? error.code : null;
    switch (code) {
      case 'connectionLost': case 'disconnected': case 'ended': return; // `back` says it again
      case 'timedOut': case 'rateLimited': // the connection is as good as it was
        return this.#after(Math.max(repeatAfter, pauseAfter(error)), () => this.#current?.repeat());
      default: return this.#after(this.#backoff.next(pauseAfter(error)), () => this.anew());
    }
  }

  /** @param {boolean} anew */
  #ask(anew) {
    this.#wantsAnew = false;
    const life = this.#life;
    this.#options.restart(anew).catch((error) => { // asked again while there is no path, and when the signalling is back
      if (this.#life !== life || !anew) return;
      this.#wantsAnew = true;
      const isBusy = error instanceof SignalingError && (error.code === 'timedOut' || error.code === 'rateLimited');
      if (isBusy) this.#after(Math.max(repeatAfter, pauseAfter(error)), () => this.anew());
    });
  }

  /** @param {number} milliseconds @param {() => void} action */
  #after(milliseconds, action) {
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = this.#options.clock.setTimeout(action, milliseconds);
  }
}

/** @param {string} sdp @returns {string | null} the id of its session */
function sessionOf(sdp) {
  return /^o=\S+ (\S+)/m.exec(sdp)?.[1] ?? null;
}
