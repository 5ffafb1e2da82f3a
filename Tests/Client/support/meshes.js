import { Mesh } from '../../../public/call/mesh.js';
import { FakeMediaStream, FakeTrack } from './fake-media.js';
import { FakeNetwork, fakePeerConnection } from './fake-peer-connection.js';
import { VirtualClock } from './virtual-clock.js';

/** Participants with nothing but their meshes, and a server that passes their signals on after ten milliseconds. */
export class Meshes {
  clock = new VirtualClock();
  network = new FakeNetwork();
  /** @type {{ from: string, to: string, body: any }[]} everything that was signalled */
  signals = [];
  /** @type {(signal: { from: string, to: string, body: any }) => boolean} what the server loses */
  loses = () => false;
  /** @type {Map<string, Side>} */
  #sides = new Map();

  /** @param {string} id a new page of this participant @returns {Side} */
  add(id) {
    const side = new Side(id, this);
    this.#sides.set(id, side);
    return side;
  }

  /** @param {string} id @returns {Side} */
  side(id) { return /** @type {Side} */ (this.#sides.get(id)); }

  /** The first was there and the second comes. */
  async meet(first = 'p_a', second = 'p_b', prepare = () => {}) {
    for (const id of [first, second]) this.add(id);
    prepare();
    this.side(first).mesh.enter(first, []);
    this.side(second).mesh.enter(second, [first]);
    this.side(first).mesh.joined(second);
    await this.clock.advance(100);
  }

  /** @param {{ from: string, to: string, body: any }} signal */
  deliver(signal) {
    this.signals.push(signal);
    if (!this.loses(signal)) this.pass(signal);
  }

  /** @param {{ from: string, to: string, body: any }} signal */
  pass({ from, to, body }) { this.clock.setTimeout(() => this.#sides.get(to)?.mesh.receive(from, body), 10); }

  /** @returns {string[]} who offered, in order */
  get offers() { return this.signals.filter(({ body }) => body.description?.type === 'offer').map(({ from }) => from); }

  /** @returns {any[]} the connections that are open */
  get open() { return [...this.network.open]; }

  /** @returns {any[]} the states of the links of two, `connected` twice when all is well */
  get states() { return [this.side('p_a').state('p_b'), this.side('p_b').state('p_a')]; }

  get restarts() { return this.network.all.reduce((sum, pc) => sum + pc.restarts, 0); }

  /** @param {string} id the connection that sends somebody's microphone */
  sending(id) { return this.network.all.find((pc) => pc.getTransceivers()[0]?.sender.track === this.side(id).microphone); }
}

/** One participant: its mesh and what it was told. */
export class Side {
  /** @type {Map<string, any>} */
  links = new Map();
  /** @type {string[]} */
  gone = [];
  reachable = true;
  microphone = new FakeTrack('audio');
  /** @type {FakeTrack | null} */
  camera = new FakeTrack('video');
  /** @type {FakeMediaStream | null} */
  screen = null;
  stream = new FakeMediaStream();

  /** @param {string} id @param {Meshes} meshes */
  constructor(id, meshes) {
    this.mesh = new Mesh({
      PeerConnection: fakePeerConnection(meshes.network),
      clock: meshes.clock,
      signal: (to, body) => meshes.deliver({ from: id, to, body: structuredClone(body) }),
      isReachable: () => this.reachable,
      onLink: (other, link) => (link ? this.links.set(other, link) : this.links.delete(other)),
      onTracks: () => {},
      onGone: (other) => this.gone.push(other),
    }, this.#local());
  }

  /** Sends what it has now. */
  send() { this.mesh.send(this.#local()); }

  /** @param {('video' | 'audio')[]} kinds none: it stops */
  share(...kinds) {
    this.screen = kinds.length > 0 ? new FakeMediaStream(kinds.map((kind) => new FakeTrack(kind))) : null;
    this.send();
  }

  /** @param {string} other */
  state(other) { return this.links.get(other)?.state; }

  /** @param {string} other what is received */
  receives(other) { return this.mesh.received(other).map(({ source }) => source); }

  /** @returns {any} */
  #local() {
    return { microphone: this.microphone, camera: this.camera, stream: this.stream, screen: this.screen, receivers: 1 };
  }
}
