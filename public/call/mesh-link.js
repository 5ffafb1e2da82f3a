import { answersAnother, newNonce } from './nonce.js';
import { Peer } from './peer.js';

/** @typedef {import('../types/messages.js').SignalBody} SignalBody */
/** @typedef {import('../types/call.js').LinkState} LinkState */
/** @typedef {import('./peer.js').LocalTracks} LocalTracks */

const disconnectedFor = 2000; // milliseconds of silence that often mend themselves
const patience = [8000, 8000, 12_000, 16_000]; // milliseconds between attempts to mend; the last one repeats
const restartsBeforeAnew = 2;
const attemptsBeforeFailed = 3;
const politeDelay = 1000; // milliseconds that the polite side leaves to the other, so that not both mend at once
const retiredLimit = 8;
const firstPatience = 5000; // milliseconds after which a pair that has never been connected is no pair
const failuresBeforeUnreachable = 2;

/**
 * @typedef {object} LinkOptions
 * @property {typeof RTCPeerConnection} PeerConnection
 * @property {import('../types/call.js').Clock} clock
 * @property {() => RTCConfiguration} configuration asked for each time: credentials expire
 * @property {boolean} polite
 * @property {LocalTracks} local
 * @property {(body: SignalBody) => void} send
 * @property {() => boolean} isReachable whether signals reach the other side now
 * @property {() => void} onState
 * @property {() => void} onTracks
 * @property {() => void} [onUnreachable] the direct path was not there within five seconds, or has failed twice
 */

/**
 * The media path to one other participant, through as many peer connections as it takes.
 *
 * It mends itself: an ICE restart at first, then a new connection under a new name, with growing patience and without end.
 */
export class MeshLink {
  /** @type {Peer} */
  #peer;
  /** @type {string | null} the other side's connection that ours talks with */
  #remote = null;
  /** @type {string[]} connections of the other side that are over */
  #retired = [];
  #attempts = 0;
  #wasConnected = false;
  #relayed = false;
  #started = false;
  /** @type {unknown} */
  #timer = null;
  /** @type {unknown} */
  #firstTimer = null;
  #saidUnreachable = false;
  #closed = false;
  #local;
  #options;

  /** @param {LinkOptions} options */
  constructor(options) {
    this.#options = options;
    this.#local = options.local;
    this.#peer = this.#newPeer(null);
    this.#mendAfter(this.#patience());
    this.#waitForFirst();
  }

  /** @returns {LinkState} */
  get state() {
    return { state: this.#phase, relayed: this.#relayed, path: 'direct' };
  }

  get #phase() {
    if (this.#peer.state === 'connected') return 'connected';
    if (this.#attempts >= attemptsBeforeFailed) return 'failed';
    if (this.#wasConnected) return 'unstable';
    return this.#started || this.#remote ? 'connecting' : 'new';
  }

  get isConnected() { return this.#peer.state === 'connected'; }
  get peer() { return this.#peer; }

  /** Makes the first offer, as the one who came later does. */
  start() {
    this.#started = true;
    this.#peer.start();
    this.#options.onState();
  }

  /** @param {LocalTracks} local */
  send(local) {
    this.#local = local;
    this.#peer.send(local);
  }

  /** @param {SignalBody} body */
  receive(body) {
    if (this.#closed || this.#isLate(body.connection)) return;
    if (body.connection === this.#remote) return this.#peer.receive(body);
    if (!body.description) return; // a candidate of an offer that was ignored
    if (body.description.type === 'answer') this.#receiveAnswer(body);
    else this.#receiveOffer(body);
  }

  /**
   * The network or the signalling came back.
   *
   * @param {{ evenIfConnected: boolean }} how a new network wants a new path although the old one has not failed yet
   */
  mend({ evenIfConnected }) {
    if (this.isConnected && !evenIfConnected) return;
    if (this.isConnected) return this.#peer.restart(this.#options.configuration());
    if (!this.#wasConnected && this.#attempts === 0) return; // its first attempt is under way
    this.#attempts = Math.min(this.#attempts, 1);
    this.#mendAfter(this.#firstDelay());
  }

  close() {
    this.#closed = true;
    this.#options.clock.clearTimeout(this.#timer);
    this.#options.clock.clearTimeout(this.#firstTimer);
    this.#peer.close();
  }

  /** @param {string} nonce */
  #isLate(nonce) {
    return this.#retired.includes(nonce) || answersAnother(nonce, this.#peer.nonce);
  }

  /** @param {SignalBody} body */
  #receiveAnswer(body) {
    if (this.#remote !== null || !this.#peer.isOffering) return this.#broken(); // it answers with another connection than before
    this.#remote = body.connection;
    this.#peer.receive(body);
  }

  /** @param {SignalBody} body the first of a connection that is new to us */
  #receiveOffer(body) {
    if (this.#remote === null && this.#started && !this.#options.polite) {
      this.#peer.repeatOffer(); // both offered: ours holds, and the other side may have missed it
      return;
    }
    if (this.#remote !== null || this.#started) this.#replacePeer(body.connection);
    else this.#peer.nonce = newNonce(body.connection);
    this.#remote = body.connection;
    this.#peer.receive(body);
    this.#mendAfter(this.#patience());
  }

  /** A new connection on this side that offers. */
  #beginAnew() {
    this.#replacePeer(null);
    this.start();
    this.#mendAfter(this.#patience());
  }

  /** @param {string | null} answered the name of the connection that the new one answers */
  #replacePeer(answered) {
    if (this.#remote !== null) this.#retired = [...this.#retired, this.#remote].slice(-retiredLimit);
    this.#peer.close();
    this.#remote = null;
    this.#started = false;
    this.#relayed = false;
    this.#peer = this.#newPeer(answered);
    this.#options.onTracks();
    this.#options.onState();
  }

  /** @param {string | null} answered */
  #newPeer(answered) {
    const { PeerConnection, polite, send } = this.#options;
    /** @type {Peer} */
    const peer = new Peer({
      PeerConnection,
      polite,
      nonce: newNonce(answered),
      configuration: this.#options.configuration(),
      local: this.#local,
      send: (body) => this.#isCurrent(peer) && send(body),
      onState: () => this.#isCurrent(peer) && this.#changed(),
      onTracks: () => this.#isCurrent(peer) && this.#options.onTracks(),
      onBroken: () => this.#isCurrent(peer) && this.#broken(),
    });
    return peer;
  }

  /** @param {Peer} peer */
  #isCurrent(peer) {
    return !this.#closed && this.#peer === peer;
  }

  #changed() {
    switch (this.#peer.state) {
      case 'connected': this.#mended(); break;
      case 'disconnected': this.#mendAfter(disconnectedFor); break;
      case 'failed':
        if (this.#attempts >= failuresBeforeUnreachable - 1) this.#isUnreachable();
        this.#mendAfter(this.#attempts > 0 ? this.#patience() : this.#firstDelay());
        break;
      case 'new': case 'connecting': case 'closed': break;
    }
    this.#options.onState();
  }

  #mended() {
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#attempts = 0;
    this.#wasConnected = true;
    this.#saidUnreachable = false;
    this.#lookAtPath().catch(() => {}); // closed meanwhile
  }

  /** A description could not be applied: only a new connection helps. */
  #broken() {
    this.#attempts = Math.max(this.#attempts, restartsBeforeAnew);
    this.#mendAfter(this.#patience());
  }

  #firstDelay() {
    return this.#options.polite ? politeDelay : 0;
  }

  #patience() {
    const delay = patience[Math.min(this.#attempts, patience.length - 1)] ?? 0;
    return delay + this.#firstDelay();
  }

  /** @param {number} milliseconds */
  #mendAfter(milliseconds) {
    if (this.#closed) return;
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = this.#options.clock.setTimeout(() => this.#attempt(), milliseconds);
  }

  #attempt() {
    if (this.isConnected) return;
    if (!this.#options.isReachable()) return this.#mendAfter(this.#patience()); // `mend` is called when it is
    this.#attempts += 1;
    if (this.#attempts >= failuresBeforeUnreachable) this.#isUnreachable();
    if (this.#remote === null || this.#peer.isOffering || this.#attempts > restartsBeforeAnew) return this.#beginAnew();
    this.#peer.restart(this.#options.configuration());
    this.#mendAfter(this.#patience());
    this.#options.onState();
  }

  /** While signals do not reach the other side, nothing speaks against the path. */
  #waitForFirst() {
    this.#firstTimer = this.#options.clock.setTimeout(() => {
      if (this.#wasConnected) return;
      if (this.#options.isReachable()) this.#isUnreachable();
      else this.#waitForFirst();
    }, firstPatience);
  }

  #isUnreachable() {
    if (this.#saidUnreachable) return;
    this.#saidUnreachable = true;
    this.#options.onUnreachable?.();
  }

  async #lookAtPath() {
    const peer = this.#peer;
    const relayed = isRelayed(await peer.statistics());
    if (!this.#isCurrent(peer) || this.#relayed === relayed) return;
    this.#relayed = relayed;
    this.#options.onState();
  }
}

/**
 * Whether the selected pair of candidates goes through a TURN server on either side.
 *
 * @param {RTCStatsReport} report
 */
export function isRelayed(report) {
  const pair = selectedPair(report);
  return [pair?.localCandidateId, pair?.remoteCandidateId].some((id) => id && report.get(id)?.candidateType === 'relay');
}

/**
 * The pair of candidates in use: named by the transport, in Firefox marked itself, and for a moment after a restart neither.
 *
 * @param {RTCStatsReport} report
 */
export function selectedPair(report) {
  const all = [...report.values()];
  const named = all.find(({ type, selectedCandidatePairId }) => type === 'transport' && selectedCandidatePairId);
  const pairs = all.filter(({ type }) => type === 'candidate-pair');
  return report.get(named?.selectedCandidatePairId)
    ?? pairs.find(({ selected }) => selected)
    ?? pairs.find(({ nominated, state }) => nominated && state === 'succeeded');
}
