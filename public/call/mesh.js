import { MeshLink } from './mesh-link.js';

/** @typedef {import('../types/messages.js').SignalBody} SignalBody */
/** @typedef {import('../types/call.js').LinkState} LinkState */
/** @typedef {import('./peer.js').LocalTracks} LocalTracks */

const graceTime = 30_000; // milliseconds the server waits for a participant, unless configured otherwise

/**
 * @typedef {object} MeshOptions
 * @property {typeof RTCPeerConnection} PeerConnection
 * @property {import('../types/call.js').Clock} clock
 * @property {RTCIceTransportPolicy} [iceTransportPolicy]
 * @property {(to: string, body: SignalBody) => void} signal
 * @property {(participant: string) => boolean} isReachable whether signals reach that participant now
 * @property {(participant: string, link: LinkState | null) => void} onLink null: the link is gone
 * @property {(participant: string) => void} onTracks
 * @property {(participant: string) => void} onGone somebody who was kept has not come back
 * @property {(participant: string) => void} [onUnreachable] there is no direct path to somebody
 */

/** The links from this participant to each other one: who offers, and who is kept through a restart of the server. */
export class Mesh {
  /** @type {Map<string, MeshLink>} */
  #links = new Map();
  /** @type {Map<string, unknown>} those absent from the latest snapshot, with the timer that ends their grace */
  #kept = new Map();
  /** @type {RTCIceServer[]} */
  #iceServers = [];
  #me = '';
  /** @type {LocalTracks} */
  #local;
  #options;

  /** @param {MeshOptions} options @param {LocalTracks} local */
  constructor(options, local) {
    this.#options = options;
    this.#local = local;
  }

  /** @param {RTCIceServer[]} servers for the next connections and restarts */
  use(servers) {
    this.#iceServers = servers;
  }

  /**
   * Brings the links in line with a snapshot. Whoever enters offers to all it has no link to.
   *
   * Somebody absent whose media still flows is kept for a while: after a restart of the server each returns by itself.
   *
   * @param {string} me
   * @param {string[]} others
   * @returns {Set<string>} those absent who are kept
   */
  enter(me, others) {
    if (this.#me !== me) this.close();
    this.#me = me;
    for (const id of [...this.#links.keys()]) if (!others.includes(id)) this.#keepOrClose(id);
    for (const id of others) {
      this.#settle(id);
      if (!this.#links.has(id)) this.#open(id).start();
    }
    return new Set(this.#kept.keys());
  }

  /**
   * Somebody came after us, or back: theirs is the first offer.
   *
   * @param {string} participant
   */
  joined(participant) {
    this.#settle(participant);
    if (!this.#links.has(participant)) this.#open(participant);
  }

  /** @param {string} participant */
  left(participant) {
    this.#settle(participant);
    const link = this.#links.get(participant);
    if (!link) return;
    link.close();
    this.#links.delete(participant);
    this.#options.onLink(participant, null);
    this.#resend();
  }

  /** @param {string} from @param {SignalBody} body */
  receive(from, body) {
    this.#links.get(from)?.receive(body);
  }

  /** @param {LocalTracks} local what to send from now on */
  send(local) {
    this.#local = local;
    this.#resend();
  }

  /**
   * The network or the signalling came back.
   *
   * @param {{ evenIfConnected: boolean }} how
   * @param {string} [participant] that one only
   */
  mend(how, participant) {
    for (const [id, link] of this.#links) if (participant === undefined || id === participant) link.mend(how);
  }

  /** @param {string} participant */
  has(participant) { return this.#links.has(participant); }

  /** @param {string} participant @returns {LinkState | null} */
  link(participant) { return this.#links.get(participant)?.state ?? null; }

  /** @param {string} participant what arrives from it */
  received(participant) {
    return this.#links.get(participant)?.peer.received() ?? [];
  }

  /** @returns {{ participant: string, link: MeshLink }[]} */
  links() {
    return [...this.#links].map(([participant, link]) => ({ participant, link }));
  }

  close() {
    for (const id of [...this.#links.keys()]) this.left(id);
  }

  /** @param {string} participant */
  #open(participant) {
    /** @type {MeshLink} */
    const link = new MeshLink({
      PeerConnection: this.#options.PeerConnection,
      clock: this.#options.clock,
      configuration: () => ({ iceServers: this.#iceServers, iceTransportPolicy: this.#options.iceTransportPolicy ?? 'all' }),
      polite: this.#me < participant,
      local: this.#sent(),
      send: (body) => this.#options.signal(participant, body),
      isReachable: () => !this.#kept.has(participant) && this.#options.isReachable(participant),
      onState: () => this.#changed(participant, link),
      onTracks: () => this.#options.onTracks(participant),
      onUnreachable: () => this.#options.onUnreachable?.(participant),
    });
    this.#links.set(participant, link);
    this.#options.onLink(participant, link.state);
    this.#resend();
    return link;
  }

  /** @param {string} participant @param {MeshLink} link */
  #changed(participant, link) {
    if (this.#links.get(participant) !== link) return;
    if (this.#kept.has(participant) && !link.isConnected) return this.#giveUp(participant);
    this.#options.onLink(participant, link.state);
  }

  /** @param {string} participant */
  #keepOrClose(participant) {
    if (!this.#links.get(participant)?.isConnected) return this.left(participant);
    if (this.#kept.has(participant)) return;
    this.#kept.set(participant, this.#options.clock.setTimeout(() => this.#giveUp(participant), graceTime));
  }

  /** @param {string} participant */
  #giveUp(participant) {
    this.left(participant);
    this.#options.onGone(participant);
  }

  /** @param {string} participant */
  #settle(participant) {
    this.#options.clock.clearTimeout(this.#kept.get(participant));
    this.#kept.delete(participant);
  }

  /** The uplink is shared by all links, so each change of their number changes what each may take. */
  #resend() {
    for (const link of this.#links.values()) link.send(this.#sent());
  }

  #sent() {
    return { ...this.#local, receivers: Math.max(1, this.#links.size) };
  }
}
