import { SignalingClient } from '../../../public/signaling/signaling-client.js';
import { fakeWebSocket } from './fake-socket.js';
import { hello, snapshot } from './literals.js';
import { settle, VirtualClock } from './virtual-clock.js';

export const join = { type: /** @type {const} */ ('join'), room: 'tea', name: 'Bob', devices: { audio: true, video: false } };

/** A signalling client, whose server the test plays. */
export class Wire {
  clock = new VirtualClock();
  /** @type {any[]} what the delegate heard */
  heard = [];

  /** @param {() => number} [random] */
  constructor(random = () => 0) {
    const { WebSocket, sockets } = fakeWebSocket();
    this.sockets = sockets;
    this.client = new SignalingClient({ url: new URL('ws://meet.example/ws'), WebSocket, clock: this.clock, random }, {
      onEntered: (result) => this.heard.push(['entered', result.state]),
      onEvent: (event) => this.heard.push([event.type, event.seq]),
      onToken: (token) => this.heard.push(['token', token]),
      onLost: () => this.heard.push(['lost']),
      onEnded: (end) => this.heard.push(['ended', end.code]),
    });
  }

  /** The connection made last. */
  get latest() { return /** @type {import('./fake-socket.js').FakeSocket} */ (this.sockets.at(-1)); }

  async greet() {
    this.latest.open();
    this.latest.answer('hello', hello);
    await settle();
  }

  async joined() {
    const entering = this.client.join(join);
    await this.greet();
    this.latest.answer('join', snapshot());
    await entering;
  }

  /** The connection is lost, and the next one has been greeted. */
  async lost() {
    this.latest.drop();
    await this.clock.advance(0);
    await this.greet();
  }

  async resumed() {
    await this.greet();
    this.latest.answer('resume', { state: 'resumed', participant: 'p_b', resumeToken: 'token-2', iceServers: [] });
    await settle();
  }

  /** @param {number} seq an event that means nothing here */
  react(seq) { this.latest.say({ type: 'reaction', seq, participant: 'p_a', emoji: 'x' }); }
}

/** @param {Promise<unknown>} promise @returns {Promise<string>} the code of its refusal */
export const code = (promise) => promise.then(() => 'resolved', (error) => error.code);
