import { Backoff } from '../signaling/backoff.js';
import { SignalingError, pauseAfter } from '../signaling/signaling-error.js';
import { PathMending } from './path-mending.js';
import { Publication } from './publication.js';

/** @typedef {import('./publication.js').Tracks} Tracks */

const restartsBeforeAnew = 2;
const repeatAfter = 2000; // milliseconds until an offer is made again that the server did not answer

/**
 * @typedef {object} UplinkOptions
 * @property {typeof RTCPeerConnection} PeerConnection
 * @property {import('../types/call.js').Clock} clock
 * @property {() => number} random
 * @property {import('./simulcast.js').EncodingProfile} profile
 * @property {import('./publication.js').PublicationOptions['publish']} publish
 * @property {() => void} onState
 */

/**
 * What this person publishes to the server, over as many publications as it takes.
 *
 * There is none until there is a track. It mends itself: ICE restarts at first, then a new connection.
 */
export class Uplink {
  /** @type {Publication | null} */
  #publication = null;
  /** @type {Tracks} */
  #tracks = {};
  #lowestOnly = false;
  #isOpen = false;
  /** The server takes nothing of ours: waits until there is something else to publish. */
  #refused = false;
  /** @type {unknown} the timer of another try, while one is awaited */
  #timer = null;
  #mending;
  #backoff;
  #options;

  /** @param {UplinkOptions} options */
  constructor(options) {
    this.#options = options;
    this.#backoff = new Backoff(options.random);
    this.#mending = new PathMending(options.clock, (attempt) => this.#mend(attempt));
  }

  /** `new` while nothing is published. @returns {RTCPeerConnectionState} */
  get state() { return this.#publication?.state ?? 'new'; }
  get attempts() { return this.#mending.attempts; }
  get publication() { return this.#publication; }

  /** Publishes on a new connection: the server knows nothing of a former one. */
  open() {
    this.#isOpen = true;
    this.#refused = false;
    this.#mending.stop();
    this.#begin();
  }

  /** @param {Tracks} tracks what is published from now on */
  send(tracks) {
    this.#tracks = tracks;
    this.#refused = false;
    this.#sync();
  }

  /**
   * Whether of the camera only the smallest layer is sent.
   *
   * @param {boolean} lowestOnly
   */
  set lowestOnly(lowestOnly) {
    if (this.#lowestOnly === lowestOnly) return;
    this.#lowestOnly = lowestOnly;
    this.#sync();
  }

  /** @param {import('../types/messages.js').MediaSource} source @param {number} layers of it are of use to somebody */
  need(source, layers) { this.#publication?.need(source, layers); }

  /** There is another network. */
  restart() {
    if (this.state === 'connected') this.#publication?.restart();
  }

  /** The signalling is back: what was lost is said again. */
  back() {
    this.#publication?.repeat();
    this.#mending.hurry();
  }

  close() {
    this.#isOpen = false;
    this.#options.clock.clearTimeout(this.#timer);
    this.#mending.stop();
    this.#publication?.close();
    this.#publication = null;
  }

  #sync() {
    if (!this.#isOpen) return;
    if (this.#publication) return this.#publication.send(this.#tracks, this.#lowestOnly);
    if (!this.#refused && Object.values(this.#tracks).some((track) => track !== null)) this.#begin();
  }

  #begin() {
    this.#options.clock.clearTimeout(this.#timer);
    this.#publication?.close();
    this.#publication = null;
    if (!Object.values(this.#tracks).some((track) => track)) return;
    const { PeerConnection, profile, publish } = this.#options;
    /** @type {Publication} */
    const publication = new Publication({
      PeerConnection,
      profile,
      publish,
      onState: () => this.#publication === publication && this.#looked(),
      onBroken: (error) => this.#publication === publication && this.#broken(error),
    });
    this.#publication = publication;
    this.#sync();
  }

  #looked() {
    this.#mending.saw(this.state);
    if (this.state === 'connected') this.#backoff.reset();
    this.#options.onState();
  }

  /** @param {number} attempt */
  #mend(attempt) {
    if (attempt <= restartsBeforeAnew) this.#publication?.restart();
    else this.#begin();
    this.#options.onState();
  }

  /** @param {unknown} error */
  #broken(error) {
    const code = error instanceof SignalingError ? error.code : null;
    switch (code) {
      case 'connectionLost': case 'disconnected': case 'ended': return; // `back` says it again
      case 'timedOut': case 'rateLimited':
        return this.#after(Math.max(repeatAfter, pauseAfter(error)), () => this.#publication?.repeat());
      case 'forbidden':
        this.#refused = true;
        this.#publication?.close();
        this.#publication = null;
        return this.#options.onState();
      default: return this.#after(this.#backoff.next(pauseAfter(error)), () => this.#begin());
    }
  }

  /** @param {number} milliseconds @param {() => void} action */
  #after(milliseconds, action) {
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = this.#options.clock.setTimeout(action, milliseconds);
  }
}
