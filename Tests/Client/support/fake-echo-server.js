import { fakeWebSocket } from './fake-socket.js';
import { hello } from './literals.js';

/**
 * The server's side of a connection test: answers offers and offers a subscription, in the fake descriptions of `fake-peer-connection`.
 *
 * Like the real one it is present on every path: a connection whose descriptions were exchanged is connected unless the network is down.
 */
export class FakeEchoServer {
  /** @type {any[]} every request that arrived */
  requests = [];
  /** @type {(request: any) => { code: string, retryAfter?: number } | null} */
  refuse = () => null;
  /** @type {any} the connection of the latest client */
  socket = null;
  #seq = 0;
  #version = 0;
  #clock;

  /** @param {import('./virtual-clock.js').VirtualClock} clock */
  constructor(clock) {
    this.#clock = clock;
    this.WebSocket = fakeWebSocket((socket) => this.#connect(socket)).WebSocket;
  }

  /** @param {string} type @param {object} [fields] */
  tell(type, fields = {}) {
    this.#seq += 1;
    this.socket.say({ type, seq: this.#seq, ...fields });
  }

  /** @param {string} type */
  count(type) { return this.requests.filter((request) => request.type === type).length; }

  /** @param {any} socket */
  #connect(socket) {
    this.socket = socket;
    const later = (/** @type {() => void} */ action) => this.#clock.setTimeout(action, 1);
    later(() => socket.open());
    socket.onsent = (/** @type {any} */ request) => later(() => socket.readyState === 1 && this.#take(request));
  }

  /** @param {any} request */
  #take(request) {
    this.requests.push(request);
    const refusal = this.refuse(request);
    if (refusal) return this.socket.say({ type: 'error', id: request.id, error: { message: 'no', ...refusal } });
    this.socket.say({ type: 'result', id: request.id, data: this.#answer(request) });
    if (request.type === 'publish' && this.count('publish') === 1) this.offer();
    if (request.type === 'restartSubscription') this.offer(true);
  }

  /** @param {boolean} [restarted] */
  offer(restarted = false) {
    const media = [{ mid: '0', kind: 'audio' }, { mid: '1', kind: 'video' }].map((slot) => ({ ...slot, direction: 'sendonly', streams: ['echo'] }));
    this.tell('subscription', { number: this.#version + 1, offer: this.#description(media, restarted), slots: media.map(({ mid, kind }) => ({ mid, kind })) });
  }

  /** @param {any} request @returns {any} */
  #answer(request) {
    switch (request.type) {
      case 'hello': return hello;
      case 'startEcho': return { maximumDuration: 60 };
      case 'publish': {
        const { media } = JSON.parse(request.offer);
        return { answer: this.#description(media.map((/** @type {any} */ line) => ({ ...line, direction: 'recvonly', streams: [] })), false) };
      }
      default: return {};
    }
  }

  /** @param {any[]} media @param {boolean} restarted */
  #description(media, restarted) {
    this.#version += 1;
    return JSON.stringify({ ufrag: `server${this.#version}`, restarted, version: this.#version, media });
  }
}
