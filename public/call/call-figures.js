import { summarizeOwn } from './own-statistics.js';
import { summarize } from './statistics.js';

/** @typedef {import('../types/call.js').CallStatistics} CallStatistics */
/** @typedef {import('../types/call.js').LinkStatistics} LinkStatistics */
/** @typedef {import('../types/messages.js').MediaReport} MediaReport */
/** @typedef {import('./statistics.js').Sample} Sample */

const leastInterval = 900; // milliseconds between two readings: rates over less say nothing, and the server answers once a second
const interruption = 3000; // milliseconds without a packet of a camera that is on
const shelfLife = 3000; // milliseconds that the server's report is good for
/** @type {MediaReport} */
const nothing = Object.freeze({ published: [], subscribed: [], downlink: null });

/** Reads the figures of a call: each reading is a difference to the one before. */
export class CallFigures {
  /** @type {Map<string, Sample>} the former reading of each link; of what is published under '' */
  #samples = new Map();
  /** @type {Map<string, { packets: number, since: number }>} when something of a camera arrived last, by participant */
  #flows = new Map();
  /** @type {{ at: number, figures: CallStatistics } | null} */
  #latest = null;
  /** What the server said last, which nobody waits for. */
  #report = { at: -Infinity, media: nothing };
  #isAsking = false;
  #call;
  #clock;

  /** @param {import('./call.js').Call} call @param {import('../types/call.js').Clock} clock */
  constructor(call, clock) {
    this.#call = call;
    this.#clock = clock;
  }

  /** @param {{ detailed?: boolean }} how @returns {Promise<CallStatistics>} */
  async read({ detailed = false }) {
    const at = this.#clock.now();
    if (detailed) this.#askServer();
    if (this.#latest && at - this.#latest.at < leastInterval) return this.#latest.figures;
    const [direct, received, own] = await Promise.all([this.#direct(), this.#received(), this.#own()]);
    const media = at - this.#report.at < shelfLife ? this.#report.media : nothing;
    const links = new Map([...direct, ...received]);
    const figures = {
      time: Date.now(),
      links: Object.fromEntries([...links].map(([id, sample]) => [id, this.#linkFigures(id, sample, received.has(id), media)])),
      downlink: media.downlink,
      own: own && summarizeOwn(own, this.#samples.get('') ?? null, media.published),
    };
    for (const id of this.#flows.keys()) if (!received.has(id)) this.#flows.delete(id);
    this.#samples = own ? links.set('', own) : links;
    this.#latest = { at, figures };
    return figures;
  }

  /** The direct ways that are taken. @returns {Promise<Map<string, Sample>>} */
  async #direct() {
    const links = this.#call.paths.mesh.links().filter(({ participant }) => this.#call.state.links[participant]?.path !== 'server');
    return new Map(await Promise.all(links.map(async ({ participant, link }) => {
      const report = await link.peer.statistics();
      const { peer, state: { state } } = link;
      return /** @type {const} */ ([participant, { report, state, sent: peer.slotsByMid(), received: peer.sourcesByMid() }]);
    })));
  }

  /** What comes through the server. @returns {Promise<Map<string, Sample>>} */
  async #received() {
    const { links, me } = this.#call.state;
    const ids = Object.keys(links).filter((id) => id !== me && links[id]?.path === 'server');
    const { routed } = this.#call.paths;
    const report = ids.length > 0 ? await routed.downlink.statistics() : null;
    if (!report) return new Map();
    return new Map(ids.map((id) => {
      const received = Object.fromEntries(routed.received(id).map(({ mid, source }) => [mid ?? '', source]));
      return [id, { report, state: links[id]?.state ?? 'new', sent: {}, received, mids: new Set(Object.keys(received)) }];
    }));
  }

  /** @returns {Promise<Sample | null>} */
  async #own() {
    const { ownLink, uplink: { publication } } = this.#call.paths.routed;
    if (!ownLink || !publication) return null;
    return { report: await publication.statistics(), state: ownLink.state, sent: publication.sourcesByMid(), received: {} };
  }

  async #askServer() {
    if (this.#isAsking || !this.#call.paths.routed.isOpen || this.#clock.now() - this.#report.at < leastInterval) return;
    this.#isAsking = true;
    const media = await this.#call.request({ type: 'getMedia' }).catch(() => nothing);
    this.#isAsking = false;
    this.#report = { at: this.#clock.now(), media };
  }

  /**
   * @param {string} id
   * @param {Sample} sample
   * @param {boolean} isRouted
   * @param {MediaReport} media
   * @returns {LinkStatistics}
   */
  #linkFigures(id, sample, isRouted, media) {
    const figures = summarize(sample, this.#samples.get(id) ?? null);
    if (!isRouted) return figures;
    const forwarded = (/** @type {'camera' | 'screen'} */ source) => forwardedOf(media, id, source);
    const interrupted = this.#isInterrupted(id, sample) ? /** @type {const} */ ({ quality: 'poor', reason: 'interrupted' }) : {};
    return { ...figures, path: 'server', picture: forwarded('camera'), screen: forwarded('screen'), ...interrupted };
  }

  /** @param {string} id @param {Sample} sample @returns {boolean} whether a picture that is wanted has stopped */
  #isInterrupted(id, { report, received, state }) {
    const mid = Object.keys(received).find((one) => received[one] === 'camera');
    const isWanted = this.#call.state.participants[id]?.devices.video && this.#call.paths.isSeen(id, 'camera') && state === 'connected';
    const stream = [...report.values()].find((one) => one.type === 'inbound-rtp' && one.mid === mid);
    const packets = stream?.packetsReceived ?? 0;
    const now = this.#clock.now();
    const flow = this.#flows.get(id);
    if (!isWanted || !flow || flow.packets !== packets) this.#flows.set(id, { packets, since: now });
    return isWanted === true && now - (this.#flows.get(id)?.since ?? now) > interruption;
  }
}

/**
 * What the server says that it sends of a picture.
 *
 * @param {MediaReport} media
 * @param {string} id
 * @param {'camera' | 'screen'} source
 * @returns {import('../types/call.js').ForwardedPicture | null}
 */
function forwardedOf({ subscribed }, id, source) {
  const sent = subscribed.find((one) => one.participant === id && one.source === source);
  return sent ? { state: sent.state, layer: sent.spatialLayer, wanted: sent.wantedSpatialLayer ?? null, limit: sent.limit ?? null } : null;
}
