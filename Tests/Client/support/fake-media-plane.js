import { fresh } from './fake-media.js';

/** @typedef {{ mid: string, kind: 'audio' | 'video', participant: string | null, source: string | null }} Slot */

/**
 * @typedef {object} FakePeer
 * @property {string[]} published sources
 * @property {number} session of the subscription
 * @property {Slot[]} slots
 * @property {Map<string, any>} wishes
 * @property {boolean} inFlight an offer waits for its answer
 * @property {number} number of the last offer
 * @property {boolean} wantsOffer
 * @property {boolean} restarted
 * @property {string} ufrag
 */

const isVideo = (/** @type {string} */ source) => source === 'camera' || source === 'screen';
const coalescing = 100; // milliseconds
const wantedTracks = 64;

/** @param {FakePeer} peer @param {any[]} tracks */
function wantsTooMuch({ wishes }, tracks) {
  return new Set([...wishes.keys(), ...tracks.map(({ participant, source }) => `${participant} ${source}`)]).size > wantedTracks;
}

/** The media of one routed room after the contract of docs/signaling.md, in the fake descriptions of `fake-peer-connection`. */
export class FakeMediaPlane {
  /** @type {Map<string, FakePeer>} */
  peers = new Map();
  /** How many audio tracks a participant hears at once. */
  audioSlots = 10;
  /** @type {any} what `getMedia` is answered */
  report = { published: [], subscribed: [] };
  #sessions = 0;
  #versions = 0;
  #clock;
  #tell;

  /** @param {import('./virtual-clock.js').VirtualClock} clock @param {(id: string, event: any) => void} tell */
  constructor(clock, tell) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** @param {string} id */
  add(id) {
    this.peers.set(id, {
      published: [], session: (this.#sessions += 1), slots: [], wishes: new Map(), inFlight: false, number: (this.peers.get(id)?.number ?? 0) + 1, wantsOffer: false, restarted: false, ufrag: `sfu:${fresh()}`,
    });
    this.#changed();
  }

  /** @param {string} id */
  remove(id) {
    this.peers.delete(id);
    this.#changed();
  }

  close() { this.peers.clear(); }

  /** The media of one participant is gone, and it was added anew. @param {string} id */
  lose(id) {
    this.add(id);
    this.#tell(id, { type: 'mediaLost' });
  }

  /** @param {string} id @param {any} request @returns {any} undefined: it is none of the media's */
  answer(id, request) {
    const peer = this.peers.get(id);
    switch (request.type) {
      case 'publish': return peer ? this.#publish(peer, request) : { code: 'notReady' };
      case 'answerSubscription':
        if (peer && request.number !== peer.number) return { code: 'conflict' };
        if (!peer?.inFlight) return { code: 'invalidDescription' };
        peer.inFlight = false;
        if (peer.wantsOffer) this.#offer(id, peer);
        return {};
      case 'restartSubscription': return peer ? this.#restart(id, peer, request.anew) : { code: 'notReady' };
      case 'subscribe':
        if (request.only) peer?.wishes.clear();
        if (peer && wantsTooMuch(peer, request.tracks)) return { code: 'conflict' };
        for (const track of request.tracks) peer?.wishes.set(`${track.participant} ${track.source}`, track);
        this.#changed();
        return peer ? {} : { code: 'notReady' };
      case 'unsubscribe':
        for (const track of request.tracks) peer?.wishes.delete(`${track.participant} ${track.source}`);
        this.#changed();
        return peer ? {} : { code: 'notReady' };
      case 'getMedia': return this.report;
      default: return undefined;
    }
  }

  /** An audio slot passes to somebody who speaks. @param {string} id @param {string} from @param {string} to */
  passSlot(id, from, to) {
    const peer = this.peers.get(id);
    if (!peer) return;
    const passed = peer.slots.filter(({ kind, participant }) => kind === 'audio' && participant === from).map((slot) => ({ ...slot, participant: to }));
    peer.slots = peer.slots.map((slot) => passed.find(({ mid }) => mid === slot.mid) ?? slot);
    this.#tell(id, { type: 'slots', slots: passed });
  }

  /** @param {FakePeer} peer @param {any} request */
  #publish(peer, { offer, tracks }) {
    const { media } = JSON.parse(offer);
    peer.published = tracks.map((/** @type {any} */ { source }) => source);
    this.#changed();
    return { answer: this.#description({ session: 0, ufrag: `sfu:${fresh()}`, restarted: false },
      media.map((/** @type {any} */ line) => ({ ...line, direction: 'recvonly', streams: [] }))) };
  }

  /** @param {string} id @param {FakePeer} peer @param {boolean} anew */
  #restart(id, peer, anew) {
    peer.ufrag = `sfu:${fresh()}`;
    peer.restarted = true;
    if (anew) Object.assign(peer, { session: (this.#sessions += 1), slots: [], inFlight: false, restarted: false, number: peer.number + 1 });
    this.#assign(id, peer);
    this.#offer(id, peer);
    return {};
  }

  /** Somebody's tracks or wishes are others: whom it concerns is offered them in a while. */
  #changed() {
    this.#clock.setTimeout(() => {
      for (const [id, peer] of this.peers) if (this.#assign(id, peer)) this.#offer(id, peer);
    }, coalescing);
  }

  /** @param {string} id @param {FakePeer} peer @returns {boolean} whether its slots changed */
  #assign(id, peer) {
    const before = JSON.stringify(peer.slots);
    const others = [...this.peers].filter(([other]) => other !== id);
    const audio = others.flatMap(([participant, { published }]) => published.filter((source) => !isVideo(source)).map((source) => ({ participant, source }))).slice(0, this.audioSlots);
    const video = others.flatMap(([participant, { published }]) => published.filter((source) => isVideo(source) && peer.wishes.has(`${participant} ${source}`)).map((source) => ({ participant, source })));
    const same = (/** @type {any} */ one) => (/** @type {any} */ other) => one.participant === other.participant && one.source === other.source;
    const wanted = [...audio, ...video];
    peer.slots = peer.slots.map((slot) => (wanted.some(same(slot)) ? slot : { ...slot, participant: null, source: null }));
    for (const track of wanted.filter((one) => !peer.slots.some(same(one)))) {
      const kind = isVideo(track.source) ? 'video' : 'audio';
      const idle = peer.slots.find((slot) => slot.participant === null && slot.kind === kind);
      if (idle) Object.assign(idle, track);
      else peer.slots.push({ mid: String(peer.slots.length), kind, ...track });
    }
    return before !== JSON.stringify(peer.slots);
  }

  /** @param {string} id @param {FakePeer} peer */
  #offer(id, peer) {
    peer.wantsOffer = peer.inFlight;
    if (peer.inFlight) return;
    peer.inFlight = true;
    peer.number += 1;
    const media = peer.slots.map(({ mid, kind, participant }) => ({ mid, kind, direction: participant ? 'sendonly' : 'inactive', streams: participant ? [participant] : [] }));
    this.#tell(id, { type: 'subscription', number: peer.number, offer: this.#description(peer, media), slots: structuredClone(peer.slots) });
    peer.restarted = false;
  }

  /** @param {{ session: number, ufrag: string, restarted: boolean }} peer @param {any[]} media */
  #description({ session, ufrag, restarted }, media) {
    this.#versions += 1;
    return `o=- ${session} ${this.#versions} IN IP4 0.0.0.0\n${JSON.stringify({ ufrag, restarted, version: this.#versions, media })}`;
  }
}
