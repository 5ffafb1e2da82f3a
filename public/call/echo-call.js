import { systemClock } from '../lib/clock.js';
import { Connection } from '../signaling/connection.js';
import { SignalingError } from '../signaling/signaling-error.js';
import { figuresOf, noFigures, verdictOn, windowSeconds } from './echo-report.js';
import { PathMending } from './path-mending.js';
import { Publication } from './publication.js';
import { singleProfile } from './simulcast.js';
import { Subscription } from './subscription.js';

/** @typedef {import('../types/call.js').EchoState} EchoState */
/** @typedef {import('../types/messages.js').EchoRequest} EchoRequest */
/** @typedef {import('../types/messages.js').ServerEvent} ServerEvent */
/** @typedef {import('./echo-report.js').EchoReading} EchoReading */

const interval = 1000; // milliseconds between readings

/**
 * @typedef {object} EchoOptions
 * @property {URL} root where the server is mounted; ends with a slash
 * @property {typeof RTCPeerConnection} PeerConnection
 * @property {typeof WebSocket} [WebSocket]
 * @property {typeof MediaStream} [MediaStream]
 * @property {import('../types/call.js').Clock} [clock]
 */

/**
 * One connection test: what is published goes to the server and comes back, and is measured second by second.
 *
 * It has a signalling connection of its own, so that it disturbs no call. Event `change`: `state` is another.
 */
export class EchoCall extends EventTarget {
  /** @type {EchoState} */
  #state = { phase: 'connecting', ended: null, figures: noFigures, verdict: null, secondsLeft: null };
  /** @type {EchoReading[]} the last few, the latest last */
  #readings = [];
  /** @type {number | null} when both connections first stood */
  #connectedAt = null;
  /** @type {number | null} */
  #endsAt = null;
  /** @type {unknown} */
  #timer = null;
  #clock;
  #startedAt;
  #publication;
  #subscription;
  #connection;
  #menders;

  /**
   * @param {EchoOptions} options
   * @param {{ microphone: MediaStreamTrack, camera: MediaStreamTrack }} local what is published
   */
  constructor(options, local) {
    super();
    const { root, PeerConnection, clock = systemClock } = options;
    this.#clock = clock;
    this.#startedAt = clock.now();
    /** What comes back: one object for the whole test. */
    this.stream = new (options.MediaStream ?? globalThis.MediaStream)();
    this.#connection = new Connection({
      url: socketAddress(root),
      WebSocket: options.WebSocket ?? globalThis.WebSocket,
      clock,
      onReady: () => this.#greeted(local),
      onEvent: (event) => this.#heard(event),
      onClose: (_, refusal) => this.#end(refusal?.code ?? (this.#state.phase === 'connecting' ? 'unreachable' : 'connectionLost')),
    });
    this.#publication = new Publication({
      PeerConnection,
      profile: singleProfile,
      publish: async (offer) => (await this.#ask({ type: 'publish', offer })).answer,
      onState: () => this.#looked(),
      onBroken: (error) => this.#broken(error),
    });
    this.#subscription = new Subscription({
      PeerConnection,
      answer: (answer, number) => this.#ask({ type: 'answerSubscription', answer, number }),
      onState: () => this.#looked(),
      onTracks: () => this.#received(),
      onBroken: (error) => this.#broken(error),
    });
    this.#menders = [
      new PathMending(clock, () => this.#publication.restart()),
      new PathMending(clock, () => this.#ask({ type: 'restartSubscription' }).catch((error) => this.#broken(error))),
    ];
  }

  /** The test at this moment; replaced, never changed. */
  get state() { return this.#state; }

  /** Ends the test; what it found stays. */
  close() { this.#end('left'); }

  /** @param {{ microphone: MediaStreamTrack, camera: MediaStreamTrack }} local */
  async #greeted(local) {
    try {
      const { maximumDuration } = await this.#ask({ type: 'startEcho' });
      if (this.#state.phase === 'ended') return;
      this.#endsAt = this.#clock.now() + maximumDuration * 1000;
      this.#publication.send(local);
      this.#measureLater();
    } catch (error) {
      this.#broken(error);
    }
  }

  /**
   * @template {EchoRequest} R
   * @param {R} request
   * @returns {Promise<import('../types/messages.js').EchoResults[R['type']]>}
   */
  #ask(request) { return this.#connection.request(request); }

  /** @param {ServerEvent} event */
  #heard(event) {
    if (event.type === 'subscription') this.#subscription.receive(event);
    if (event.type === 'echoEnded') this.#end(event.reason);
  }

  #received() {
    for (const track of this.#subscription.tracks()) this.stream.addTrack(track);
    this.dispatchEvent(new Event('change'));
  }

  /** The state of a connection changed. */
  #looked() {
    const [publication, subscription] = this.#menders;
    publication?.saw(this.#publication.state);
    subscription?.saw(this.#subscription.state);
    if (this.#isConnected) this.#connectedAt ??= this.#clock.now();
    if (this.#isConnected && this.#state.phase === 'connecting') this.#change({ phase: 'running' });
  }

  get #isConnected() {
    return this.#publication.state === 'connected' && this.#subscription.state === 'connected';
  }

  #measureLater() {
    this.#timer = this.#clock.setTimeout(() => this.#measure(), interval);
  }

  async #measure() {
    const [publication, subscription] = await Promise.all([this.#publication.statistics(), this.#subscription.statistics()]);
    if (this.#state.phase === 'ended') return;
    this.#readings = [...this.#readings, { publication, subscription }].slice(-windowSeconds - 1);
    const now = this.#clock.now();
    const figures = figuresOf(this.#readings);
    const verdict = verdictOn(figures, {
      isConnected: this.#isConnected,
      wasConnected: this.#connectedAt !== null,
      seconds: (now - (this.#connectedAt ?? this.#startedAt)) / 1000,
    });
    const secondsLeft = this.#endsAt === null ? null : Math.max(0, Math.ceil((this.#endsAt - now) / 1000));
    this.#change({ figures, verdict, secondsLeft });
    this.#measureLater();
  }

  /** @param {unknown} error */
  #broken(error) {
    this.#end(error instanceof SignalingError ? error.code : 'internal');
  }

  /** @param {EchoState['ended']} ended */
  #end(ended) {
    if (this.#state.phase === 'ended') return;
    this.#clock.clearTimeout(this.#timer);
    for (const mender of this.#menders) mender.stop();
    this.#publication.close();
    this.#subscription.close();
    this.#connection.close();
    this.#change({ phase: 'ended', ended, secondsLeft: null });
  }

  /** @param {Partial<EchoState>} changes */
  #change(changes) {
    this.#state = { ...this.#state, ...changes };
    this.dispatchEvent(new Event('change'));
  }
}

/** @param {URL} root */
function socketAddress(root) {
  const address = new URL('ws', root);
  address.protocol = root.protocol === 'https:' ? 'wss:' : 'ws:';
  return address;
}
