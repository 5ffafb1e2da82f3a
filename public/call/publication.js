import { connectionState } from './connection-state.js';
import { limit } from './encoding.js';

/**
 * @typedef {object} PublicationOptions
 * @property {typeof RTCPeerConnection} PeerConnection
 * @property {(offer: string) => Promise<string>} publish gives the server an offer and returns its answer
 * @property {() => void} onState the connection's state changed
 * @property {(error: unknown) => void} onBroken an offer was refused or its answer could not be applied: this connection is of no more use
 */

/**
 * The connection on which this person publishes to the server: this side offers, the server answers.
 *
 * The server's answer holds all its candidates, and it learns ours from the checks it receives (ICE-lite, RFC 8445 §2.5):
 * none travel by themselves.
 */
export class Publication {
  #options;
  #closed = false;
  #pc;

  /** @param {PublicationOptions} options */
  constructor(options) {
    this.#options = options;
    this.#pc = new options.PeerConnection({ bundlePolicy: 'max-bundle' });
    this.#pc.onnegotiationneeded = () => this.#negotiate();
    this.#pc.onconnectionstatechange = () => options.onState();
    this.#pc.oniceconnectionstatechange = () => options.onState();
  }

  get state() { return this.#closed ? 'closed' : connectionState(this.#pc); }

  /** @param {{ microphone: MediaStreamTrack, camera: MediaStreamTrack, stream: MediaStream }} local */
  start({ microphone, camera, stream }) {
    for (const track of [microphone, camera]) this.#pc.addTransceiver(track, { direction: 'sendonly', streams: [stream] });
  }

  /** Finds a new path and keeps everything else. */
  restart() { this.#pc.restartIce(); }

  /** @returns {Promise<RTCStatsReport>} */
  statistics() { return this.#pc.getStats(); }

  close() {
    this.#closed = true;
    this.#pc.onnegotiationneeded = this.#pc.onconnectionstatechange = this.#pc.oniceconnectionstatechange = null;
    this.#pc.close();
  }

  /** Wanted again only in the state `stable`: there is one offer at a time. */
  async #negotiate() {
    try {
      await this.#pc.setLocalDescription();
      const sdp = await this.#options.publish(this.#pc.localDescription?.sdp ?? '');
      if (this.#closed) return;
      await this.#pc.setRemoteDescription({ type: 'answer', sdp });
      for (const { sender } of this.#pc.getTransceivers()) limit(sender, sender.track?.kind === 'audio' ? 'microphone' : 'camera', 1).catch(() => {}); // the browser's own limits do
    } catch (error) {
      if (!this.#closed) this.#options.onBroken(error);
    }
  }
}
