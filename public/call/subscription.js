import { connectionState } from './connection-state.js';

/**
 * @typedef {object} SubscriptionOptions
 * @property {typeof RTCPeerConnection} PeerConnection
 * @property {(answer: string) => Promise<unknown>} answer gives the server the answer to its offer
 * @property {() => void} onState the connection's state changed
 * @property {() => void} onTracks what is received changed
 * @property {(error: unknown) => void} onBroken an offer could not be applied or its answer was refused: this connection is of no more use
 */

/** The connection on which this person receives from the server: the server offers, this side answers. */
export class Subscription {
  /** @type {Promise<void>} offers are taken one after the other */
  #inbox = Promise.resolve();
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

  /** @param {string} offer a first one, another set of tracks, or new ICE credentials */
  receive(offer) {
    this.#inbox = this.#inbox.then(() => this.#take(offer)).catch((error) => {
      if (!this.#closed) this.#options.onBroken(error);
    });
  }

  /** @returns {MediaStreamTrack[]} what the server sends now */
  tracks() {
    return this.#pc.getTransceivers()
      .filter(({ currentDirection }) => currentDirection === 'recvonly')
      .map(({ receiver }) => receiver.track);
  }

  /** @returns {Promise<RTCStatsReport>} */
  statistics() { return this.#pc.getStats(); }

  close() {
    this.#closed = true;
    this.#pc.onconnectionstatechange = this.#pc.oniceconnectionstatechange = null;
    this.#pc.close();
  }

  /** @param {string} sdp */
  async #take(sdp) {
    if (this.#closed) return;
    await this.#pc.setRemoteDescription({ type: 'offer', sdp });
    await this.#pc.setLocalDescription();
    await this.#options.answer(this.#pc.localDescription?.sdp ?? '');
    if (!this.#closed) this.#options.onTracks();
  }
}
