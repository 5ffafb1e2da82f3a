import { connectionState } from './connection-state.js';
import { limit } from './encoding.js';
import { sourceOf } from './sources.js';

/** @typedef {import('../types/messages.js').SignalBody} SignalBody */
/** @typedef {import('../types/messages.js').Description} Description */
/** @typedef {import('../types/messages.js').Candidate} Candidate */
/** @typedef {import('../types/messages.js').StreamSources} StreamSources */
/** @typedef {'camera' | 'screen'} Source */
/** @typedef {import('./encoding.js').Slot} Slot */

/**
 * What this person sends, the same to everybody.
 *
 * @typedef {object} LocalTracks
 * @property {MediaStreamTrack | null} microphone
 * @property {MediaStreamTrack | null} camera
 * @property {MediaStream} stream the stream that camera and microphone belong to
 * @property {MediaStream | null} screen
 * @property {number} receivers how many links send it
 */

/**
 * @typedef {object} PeerOptions
 * @property {typeof RTCPeerConnection} PeerConnection
 * @property {RTCConfiguration} configuration
 * @property {string} nonce
 * @property {boolean} polite
 * @property {LocalTracks} local
 * @property {(body: SignalBody) => void} send
 * @property {() => void} onState the connection's state changed
 * @property {() => void} onTracks what is received changed
 * @property {(error: unknown) => void} onBroken a description could not be applied: this connection is of no more use
 */

/**
 * One `RTCPeerConnection` and its perfect negotiation (WebRTC 1.0 §10.7).
 *
 * The order of the m-lines never changes: microphone, camera, then what was added for screens. Microphone and camera are
 * switched by `replaceTrack`, without negotiating.
 */
export class Peer {
  /** @type {Partial<Record<Slot, RTCRtpTransceiver>>} what we send by */
  #slots = {};
  /** @type {Map<RTCRtpTransceiver, Source>} what the other side said about what it sends */
  #sources = new Map();
  /** @type {StreamSources} */
  #remoteStreams = {};
  #makingOffer = false;
  #ignoringOffer = false;
  #lastReceived = '';
  #local;
  /** @type {Promise<void>} signals are taken one after the other */
  #inbox = Promise.resolve();
  /** @type {Promise<void>} so are changes of what is sent: `sender.track` tells the truth only between them */
  #outbox = Promise.resolve();
  #closed = false;
  #options;
  #pc;

  /** @param {PeerOptions} options */
  constructor(options) {
    this.#options = options;
    this.#local = options.local;
    this.nonce = options.nonce;
    this.#pc = new options.PeerConnection({ bundlePolicy: 'max-bundle', ...options.configuration });
    this.#pc.onnegotiationneeded = () => this.#offer();
    this.#pc.onicecandidate = ({ candidate }) => this.#found(candidate);
    this.#pc.ontrack = ({ transceiver, streams }) => this.#announced(transceiver, streams);
    this.#pc.onconnectionstatechange = () => this.#notify();
    this.#pc.oniceconnectionstatechange = () => this.#notify();
  }

  get state() { return this.#closed ? 'closed' : connectionState(this.#pc); }

  /** An offer was made and not answered yet. */
  get isOffering() { return this.#makingOffer || this.#pc.signalingState === 'have-local-offer'; }

  /** Makes the first offer. */
  start() {
    this.#add('microphone', 'audio', this.#local.microphone, 'sendrecv', this.#local.stream);
    this.#add('camera', 'video', this.#local.camera, 'sendrecv', this.#local.stream);
    this.#showScreens();
  }

  /**
   * Sends other tracks from now on.
   *
   * @param {LocalTracks} local
   */
  send(local) {
    this.#local = local;
    this.#outbox = this.#outbox.then(() => this.#sync()).catch(() => {}); // tried again with the next change
  }

  /** @param {SignalBody} body what the other side says */
  receive(body) {
    this.#inbox = this.#inbox.then(() => this.#take(body)).catch((error) => {
      if (!this.#closed) this.#options.onBroken(error);
    });
  }

  /** Sends the description again that the other side may have missed. */
  repeatOffer() {
    if (this.#pc.signalingState === 'have-local-offer') this.#sendDescription();
  }

  /**
   * Finds a new path and keeps everything else.
   *
   * @param {RTCConfiguration} configuration with fresh credentials
   */
  restart(configuration) {
    try {
      this.#pc.setConfiguration({ bundlePolicy: 'max-bundle', ...configuration });
    } catch {
      // The former servers will do.
    }
    this.#pc.restartIce();
  }

  /** @returns {import('./subscription.js').Received[]} what the other side sends now */
  received() {
    return this.#receiving().map((transceiver) => ({
      source: sourceOf(this.#streamOf(transceiver), transceiver.receiver.track.kind),
      track: transceiver.receiver.track,
      receiver: transceiver.receiver,
      mid: transceiver.mid,
    }));
  }

  /** @returns {Promise<RTCStatsReport>} */
  statistics() { return this.#pc.getStats(); }

  /** Which of a report's m-lines is what. @returns {Record<string, Slot>} by mid, of what is sent */
  slotsByMid() {
    const slots = /** @type {[Slot, RTCRtpTransceiver][]} */ (Object.entries(this.#slots));
    return Object.fromEntries(slots.filter(([, { sender }]) => sender.track).map(([slot, { mid }]) => [mid ?? '', slot]));
  }

  /** @returns {Record<string, Slot>} by mid, of what is received */
  sourcesByMid() {
    return Object.fromEntries(this.received().map(({ mid, source }) => [mid ?? '', source]));
  }

  close() {
    if (this.#closed) return;
    this.#closed = true;
    const pc = this.#pc;
    pc.onnegotiationneeded = pc.onicecandidate = pc.ontrack = null;
    pc.onconnectionstatechange = pc.oniceconnectionstatechange = null;
    pc.close();
  }

  async #offer() {
    try {
      this.#makingOffer = true;
      await this.#pc.setLocalDescription();
      this.#sendDescription();
    } catch (error) {
      if (!this.#closed) this.#options.onBroken(error);
    } finally {
      this.#makingOffer = false;
    }
  }

  /** @param {SignalBody} body */
  async #take(body) {
    if (this.#closed) return;
    if (body.description) await this.#takeDescription(body.description, body.streams ?? {});
    else await this.#takeCandidate(body.candidate);
  }

  /** @param {Description} description @param {StreamSources} streams */
  async #takeDescription(description, streams) {
    if (description.sdp === this.#lastReceived) return; // repeated because an acknowledgement was lost
    if (description.type === 'answer' && this.#pc.signalingState !== 'have-local-offer') return; // to an offer we took back
    const collision = description.type === 'offer' && (this.#makingOffer || this.#pc.signalingState !== 'stable');
    this.#ignoringOffer = collision && !this.#options.polite;
    if (this.#ignoringOffer) return;

    this.#lastReceived = description.sdp;
    this.#remoteStreams = { ...this.#remoteStreams, ...streams };
    await this.#pc.setRemoteDescription(description); // takes our own offer back where they collide
    if (description.type === 'offer') await this.#answer();
    this.#limitAll();
    this.#options.onTracks();
  }

  async #answer() {
    const first = !this.#slots.microphone;
    if (first) await this.#adoptOffered();
    await this.#pc.setLocalDescription();
    this.#sendDescription();
    if (first) this.send(this.#local); // screens only now: they stand behind microphone and camera
  }

  /** The other side's first offer made the m-lines: microphone and camera go back on the same ones. */
  async #adoptOffered() {
    await this.#adopt('microphone', 'audio', this.#local.microphone);
    await this.#adopt('camera', 'video', this.#local.camera);
  }

  /** @param {'microphone' | 'camera'} slot @param {'audio' | 'video'} kind @param {MediaStreamTrack | null} track */
  async #adopt(slot, kind, track) {
    const offered = this.#pc.getTransceivers().find(({ receiver }) => receiver.track.kind === kind);
    if (!offered) return this.#add(slot, kind, track, 'sendrecv', this.#local.stream);
    this.#slots = { ...this.#slots, [slot]: offered };
    offered.direction = 'sendrecv';
    offered.sender.setStreams?.(this.#local.stream);
    await offered.sender.replaceTrack(track);
  }

  /** @param {Candidate | null} candidate */
  async #takeCandidate(candidate) {
    if (!this.#pc.remoteDescription) return;
    try {
      await this.#pc.addIceCandidate(candidate ?? undefined);
    } catch {
      // Of an offer that was ignored, or of a generation that an ICE restart has ended: others follow.
    }
  }

  /** @param {RTCIceCandidate | null} candidate null: there are no more; Firefox says so with an empty one before */
  #found(candidate) {
    if (candidate?.candidate === '') return;
    const { sdpMid = null, sdpMLineIndex = null, usernameFragment = null } = candidate ?? {};
    this.#options.send({
      connection: this.nonce,
      candidate: candidate && { candidate: candidate.candidate, sdpMid, sdpMLineIndex, usernameFragment },
    });
  }

  #sendDescription() {
    const description = this.#pc.localDescription;
    if (this.#closed || !description || (description.type !== 'offer' && description.type !== 'answer')) return;
    /** @type {StreamSources} */
    const streams = { [this.#local.stream.id]: 'camera' };
    if (this.#local.screen) streams[this.#local.screen.id] = 'screen';
    this.#options.send({ connection: this.nonce, description: { type: description.type, sdp: description.sdp }, streams });
  }

  /** @param {RTCRtpTransceiver} transceiver @param {readonly MediaStream[]} streams */
  #announced(transceiver, streams) {
    const source = streams.map(({ id }) => this.#remoteStreams[id]).find((one) => one !== undefined);
    if (source) this.#sources.set(transceiver, source);
    this.#options.onTracks();
  }

  #receiving() {
    return this.#pc.getTransceivers()
      .filter(({ currentDirection }) => currentDirection === 'sendrecv' || currentDirection === 'recvonly');
  }

  /** The first m-line of each kind is microphone and camera; a description that names its streams says it better. */
  #streamOf(/** @type {RTCRtpTransceiver} */ transceiver) {
    const kind = transceiver.receiver.track.kind;
    const first = this.#pc.getTransceivers().find(({ receiver }) => receiver.track.kind === kind);
    return this.#sources.get(transceiver) ?? (first === transceiver ? 'camera' : 'screen');
  }

  /** Brings what is sent in line with what this person wants to send. */
  async #sync() {
    if (this.#closed || !this.#slots.microphone) return; // nothing was negotiated yet: all goes with the answer
    const { microphone, camera, screen } = this.#local;
    this.#showScreens();
    await this.#replace('microphone', microphone);
    await this.#replace('camera', camera);
    await this.#replace('screen', screen?.getVideoTracks()[0] ?? null);
    await this.#replace('screenAudio', screen?.getAudioTracks()[0] ?? null);
    this.#limitAll();
  }

  /** The m-lines of a shared screen are made when first needed and rest when not. */
  #showScreens() {
    const { screen } = this.#local;
    this.#showScreen('screen', 'video', screen, screen?.getVideoTracks()[0]);
    this.#showScreen('screenAudio', 'audio', screen, screen?.getAudioTracks()[0]);
  }

  /**
   * @param {Slot} slot
   * @param {'audio' | 'video'} kind
   * @param {MediaStream | null} screen
   * @param {MediaStreamTrack | undefined} track
   */
  #showScreen(slot, kind, screen, track) {
    const transceiver = this.#slots[slot];
    if (!transceiver) {
      if (track && screen) this.#add(slot, kind, track, 'sendonly', screen);
      return;
    }
    if (screen) transceiver.sender.setStreams?.(screen);
    const direction = track ? 'sendonly' : 'inactive';
    if (transceiver.direction !== direction) transceiver.direction = direction;
  }

  /**
   * @param {Slot} slot
   * @param {'audio' | 'video'} kind
   * @param {MediaStreamTrack | null} track
   * @param {RTCRtpTransceiverDirection} direction
   * @param {MediaStream} stream
   */
  #add(slot, kind, track, direction, stream) {
    const transceiver = this.#pc.addTransceiver(track ?? kind, { direction, streams: [stream] });
    this.#slots = { ...this.#slots, [slot]: transceiver };
  }

  /** @param {Slot} slot @param {MediaStreamTrack | null} track */
  async #replace(slot, track) {
    const sender = this.#slots[slot]?.sender;
    if (sender && sender.track !== track) await sender.replaceTrack(track);
  }

  #limitAll() {
    const slots = /** @type {[Slot, RTCRtpTransceiver][]} */ (Object.entries(this.#slots));
    for (const [slot, { sender }] of slots) {
      limit(sender, slot, this.#local.receivers).catch(() => {}); // the browser's own limits hold
    }
  }

  #notify() {
    if (!this.#closed) this.#options.onState();
  }
}
