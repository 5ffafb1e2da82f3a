import { connectionState } from './connection-state.js';
import { applyEncodings, encodingsOf } from './simulcast.js';
import { kindOf, sources } from './sources.js';

/** @typedef {import('../types/messages.js').MediaSource} MediaSource */
/** @typedef {import('./simulcast.js').EncodingProfile} EncodingProfile */
/** @typedef {Partial<Record<MediaSource, MediaStreamTrack | null>>} Tracks */

/**
 * @typedef {object} PublicationOptions
 * @property {typeof RTCPeerConnection} PeerConnection
 * @property {EncodingProfile} profile what this device can encode
 * @property {(offer: string, tracks: { mid: string, source: MediaSource }[]) => Promise<string>} publish gives the server an
 *   offer, with what its m-lines show, and returns its answer
 * @property {() => void} onState the connection's state changed
 * @property {(error: unknown) => void} onBroken an offer was refused, was not answered, or its answer could not be applied
 */

/**
 * The connection on which this person publishes to the server: this side offers, the server answers.
 *
 * The server's answer holds all its candidates, and it learns ours from the checks it receives (ICE-lite, RFC 8445 §2.5):
 * none travel by themselves. An m-line is made when its source first has a track, and rests while it has none.
 */
export class Publication {
  /** @type {Map<MediaSource, RTCRtpTransceiver>} */
  #transceivers = new Map();
  /** @type {Tracks} */
  #tracks = {};
  #lowestOnly = false;
  /** @type {Map<MediaSource, number>} how many of the layers are of use to somebody, where not all are */
  #needed = new Map();
  /** The server has taken up the connection; what it said before was about a former one. */
  #isKnown = false;
  /** @type {Promise<void>} one change after the other: `sender.track` tells the truth only between them */
  #outbox = Promise.resolve();
  #offering = false;
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

  /**
   * Sends these tracks from now on.
   *
   * @param {Tracks} tracks
   * @param {boolean} [lowestOnly] of the camera only the smallest layer
   */
  send(tracks, lowestOnly = false) {
    this.#tracks = tracks;
    this.#lowestOnly = lowestOnly;
    this.#outbox = this.#outbox.then(() => this.#sync());
  }

  /**
   * Sends no more of the layers of a picture than are of use to somebody. Sound is always.
   *
   * @param {MediaSource} source
   * @param {number} layers counted from the smallest
   */
  need(source, layers) {
    if (!this.#isKnown || kindOf(source) !== 'video') return;
    this.#needed.set(source, layers);
    this.send(this.#tracks, this.#lowestOnly);
  }

  /** Finds a new path and keeps everything else. */
  restart() { this.#pc.restartIce(); }

  /** Makes the offer again whose answer was lost. */
  repeat() {
    if (!this.#offering && this.#pc.signalingState === 'have-local-offer') this.#negotiate();
  }

  /** @returns {Promise<RTCStatsReport>} */
  statistics() { return this.#pc.getStats(); }

  /** @returns {Record<string, MediaSource>} by mid, of what is sent */
  sourcesByMid() {
    return Object.fromEntries([...this.#transceivers].filter(([, { sender }]) => sender.track)
      .map(([source, { mid }]) => [mid ?? '', source]));
  }

  close() {
    this.#closed = true;
    this.#pc.onnegotiationneeded = this.#pc.onconnectionstatechange = this.#pc.oniceconnectionstatechange = null;
    this.#pc.close();
  }

  async #sync() {
    for (const source of sources) {
      if (this.#closed) return;
      const show = () => this.#show(source, this.#tracks[source] ?? null);
      // A negotiation meanwhile makes parameters void that were read before it; what fails twice is tried again with the next change.
      await show().catch(show).catch(() => {});
    }
  }

  /** @param {MediaSource} source @param {MediaStreamTrack | null} track */
  async #show(source, track) {
    const transceiver = this.#transceivers.get(source);
    if (!transceiver) {
      if (track) this.#add(source, track);
      return;
    }
    if (transceiver.sender.track !== track) await transceiver.sender.replaceTrack(track);
    await this.#tune(source, transceiver);
  }

  /** @param {MediaSource} source @param {MediaStreamTrack} track */
  #add(source, track) {
    const encodings = this.#encodings(source, track);
    const transceiver = this.#pc.addTransceiver(track, {
      direction: 'sendonly',
      streams: [],
      ...(encodings.length > 1 ? { sendEncodings: encodings } : {}),
    });
    if (kindOf(source) === 'video') preferVP8(transceiver);
    this.#transceivers.set(source, transceiver);
  }

  /** @param {MediaSource} source @param {RTCRtpTransceiver} transceiver */
  async #tune(source, { sender }) {
    if (sender.track) await applyEncodings(sender, source, this.#encodings(source, sender.track));
  }

  /** @param {MediaSource} source @param {MediaStreamTrack} track */
  #encodings(source, track) {
    return encodingsOf(source, track, this.#options.profile, this.#lowestOnly, this.#needed.get(source));
  }

  /** Wanted again only in the state `stable`: there is one offer at a time. */
  async #negotiate() {
    this.#offering = true;
    try {
      await this.#pc.setLocalDescription();
      const sdp = await this.#options.publish(this.#pc.localDescription?.sdp ?? '', this.#named());
      if (this.#closed) return;
      this.#isKnown = true;
      await this.#pc.setRemoteDescription({ type: 'answer', sdp });
      this.#offering = false;
      this.send(this.#tracks, this.#lowestOnly); // browsers take some parameters only now
    } catch (error) {
      this.#offering = false;
      if (!this.#closed) this.#options.onBroken(error);
    }
  }

  #named() {
    return [...this.#transceivers].flatMap(([source, { mid }]) => (mid === null ? [] : [{ mid, source }]));
  }
}

/**
 * VP8 is what every browser encodes in layers; most offer it first anyway.
 *
 * @param {RTCRtpTransceiver} transceiver
 */
function preferVP8(transceiver) {
  const codecs = globalThis.RTCRtpSender?.getCapabilities?.('video')?.codecs ?? [];
  const isVP8 = (/** @type {{ mimeType: string }} */ { mimeType }) => mimeType.toLowerCase() === 'video/vp8';
  if (!codecs.some(isVP8) || isVP8(codecs[0] ?? { mimeType: '' })) return;
  try {
    transceiver.setCodecPreferences?.([...codecs.filter(isVP8), ...codecs.filter((codec) => !isVP8(codec))]);
  } catch {
    // The browser's own order does.
  }
}
