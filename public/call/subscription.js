import { SignalingError } from '../signaling/signaling-error.js';
import { connectionState } from './connection-state.js';

/** @typedef {import('../types/messages.js').Offer} Offer */
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
 * @property {(answer: string, number: number) => Promise<unknown>} answer gives the server the answer to its offer of this number
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
  /** @type {{ answer: string, number: number } | null} what the server has not acknowledged */
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

  /** @param {Offer} offer a first one, another set of tracks, or new ICE credentials */
  receive(offer) { this.#next(() => this.#take(offer)); }

  /** @param {Slot[]} slots what some m-lines carry from now on */
  assign(slots) {
    this.#next(async () => {
      this.#slots = this.#slots.map((slot) => slots.find(({ mid }) => mid === slot.mid) ?? slot);
      this.#options.onTracks();
    });
  }

  /** The signalling is back: says again what may have been lost. The server refuses an answer that it has. */
  repeat() {
    this.#next(async () => {
      if (this.#unacknowledged === null) return;
      const { answer, number } = this.#unacknowledged;
      try {
        await this.#answer(answer, number);
      } catch (error) {
        if (!isRefusal(error, 'invalidDescription')) throw error;
        this.#unacknowledged = null;
      }
    });
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

  /** @returns {RTCRtpReceiver[]} what sound arrives by */
  soundReceivers() {
    return this.#receiving().map(({ receiver }) => receiver).filter(({ track }) => track.kind === 'audio');
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

  /** @param {Offer} offer */
  async #take({ offer, slots, number }) {
    await this.#pc.setRemoteDescription({ type: 'offer', sdp: offer });
    await this.#pc.setLocalDescription();
    if (this.#closed) return;
    this.#slots = slots;
    this.#options.onTracks();
    await this.#answer(this.#pc.localDescription?.sdp ?? '', number);
  }

  /** @param {string} answer @param {number} number of the offer that it answers */
  async #answer(answer, number) {
    this.#unacknowledged = { answer, number };
    try {
      await this.#options.answer(answer, number);
    } catch (error) {
      if (!isRefusal(error, 'conflict')) throw error; // else another offer is there, or on its way
    }
    this.#unacknowledged = null;
  }
}

/** @param {unknown} error @param {import('../types/messages.js').ErrorCode} code */
function isRefusal(error, code) {
  return error instanceof SignalingError && error.code === code;
}
