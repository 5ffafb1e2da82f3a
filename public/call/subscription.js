import { SignalingError } from '../signaling/signaling-error.js';
import { connectionState } from './connection-state.js';

/** @typedef {import('../types/messages.js').Slot} Slot */
/** @typedef {import('../types/messages.js').MediaSource} MediaSource */

/**
 * A track that arrives.
 *
 * @typedef {object} Received
 * @property {MediaSource} source
 * @property {MediaStreamTrack} track
 * @property {RTCRtpReceiver} receiver
 * @property {string | null} mid
 */

/**
 * @typedef {object} SubscriptionOptions
 * @property {typeof RTCPeerConnection} PeerConnection
 * @property {(answer: string) => Promise<unknown>} answer gives the server the answer to its offer
 * @property {() => void} onState the connection's state changed
 * @property {() => void} onTracks what is received changed
 * @property {(error: unknown) => void} onBroken an offer could not be applied, or its answer did not reach the server or was refused
 */

/** The connection on which this person receives from the server: the server offers, this side answers. */
export class Subscription {
  /** @type {Promise<void>} offers and slots are taken one after the other */
  #inbox = Promise.resolve();
  /** @type {Slot[]} what the m-lines carry */
  #slots = [];
  /** @type {string | null} an answer that the server has not acknowledged */
  #unacknowledged = null;
  #options;
  #closed = false;
  #pc;

  /** @param {SubscriptionOptions} options */
  constructor(options) {
    this.#options = options;
    this.#pc = new options.PeerConnection({ bundlePolicy: 'max-bundle' });
    this.#pc.onconnectionstatechange = () => options.onState();
    this.#pc.oniceconnectionstatechange = () => options.onState();
  }

  get state() { return this.#closed ? 'closed' : connectionState(this.#pc); }

  /**
   * @param {string} offer a first one, another set of tracks, or new ICE credentials
   * @param {Slot[]} slots what its m-lines carry
   */
  receive(offer, slots) { this.#next(() => this.#take(offer, slots)); }

  /** @param {Slot[]} slots what the m-lines carry from now on */
  assign(slots) {
    this.#next(async () => {
      this.#slots = slots;
      this.#options.onTracks();
    });
  }

  /** The signalling is back: says again what may have been lost. The server refuses an answer that it has. */
  repeat() {
    const answer = this.#unacknowledged;
    if (answer === null) return;
    this.#next(() => this.#answer(answer).catch((error) => {
      if (!(error instanceof SignalingError) || error.code !== 'invalidDescription') throw error;
      this.#unacknowledged = null;
    }));
  }

  /** @returns {MediaStreamTrack[]} what the server sends now */
  tracks() { return this.#receiving().map(({ receiver }) => receiver.track); }

  /** @param {string} participant @returns {Received[]} what arrives from it */
  received(participant) {
    const receiving = new Map(this.#receiving().map((transceiver) => [transceiver.mid, transceiver]));
    return this.#slots.flatMap(({ mid, participant: owner, source }) => {
      const receiver = owner === participant && source ? receiving.get(mid)?.receiver : undefined;
      return receiver && source ? [{ source, track: receiver.track, receiver, mid }] : [];
    });
  }

  /** @returns {Promise<RTCStatsReport>} */
  statistics() { return this.#pc.getStats(); }

  close() {
    this.#closed = true;
    this.#pc.onconnectionstatechange = this.#pc.oniceconnectionstatechange = null;
    this.#pc.close();
  }

  #receiving() {
    return this.#pc.getTransceivers().filter(({ currentDirection }) => currentDirection === 'recvonly');
  }

  /** @param {() => Promise<void>} work */
  #next(work) {
    this.#inbox = this.#inbox.then(() => (this.#closed ? undefined : work())).catch((error) => {
      if (!this.#closed) this.#options.onBroken(error);
    });
  }

  /** @param {string} sdp @param {Slot[]} slots */
  async #take(sdp, slots) {
    await this.#pc.setRemoteDescription({ type: 'offer', sdp });
    await this.#pc.setLocalDescription();
    if (this.#closed) return;
    this.#slots = slots;
    this.#options.onTracks();
    await this.#answer(this.#pc.localDescription?.sdp ?? '');
  }

  /** @param {string} answer */
  async #answer(answer) {
    this.#unacknowledged = answer;
    await this.#options.answer(answer);
    this.#unacknowledged = null;
  }
}
