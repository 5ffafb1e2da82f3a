import { SignalingError } from './signaling-error.js';

/** @typedef {import('../types/messages.js').Hello} Hello */
/** @typedef {import('../types/messages.js').Reply} Reply */
/** @typedef {import('../types/messages.js').ServerEvent} ServerEvent */

const versions = [1];
const connectTimeout = 10_000; // milliseconds for the WebSocket and `hello` together
const replyTimeout = 10_000;
const defaultHeartbeat = 10_000; // until `hello` says another
const answerTime = 5000; // a ping that stays without any traffic for so long: the connection is dead
const saidGoodbye = 'left'; // the server's reason with 1000; Firefox gives 1000 of its own to a page that is being reloaded
const deadConnection = 1006; // as the browser itself calls a close without a handshake

/**
 * @typedef {object} Pending
 * @property {(data: any) => void} accept
 * @property {(error: SignalingError) => void} reject
 * @property {unknown} timer
 */

/**
 * @typedef {object} ConnectionOptions
 * @property {URL} url
 * @property {typeof WebSocket} WebSocket
 * @property {import('../types/call.js').Clock} clock
 * @property {(hello: Hello) => void} onReady
 * @property {(event: ServerEvent) => void} onEvent
 * @property {(code: number, refusal?: SignalingError) => void} onClose exactly once, unless `close` was called;
 *   with the server's refusal when `hello` was refused
 */

/** One WebSocket from its opening to its end: `hello`, requests and their answers, signs of life. Never used again. */
export class Connection {
  /** @type {Map<number, Pending>} */
  #pending = new Map();
  #lastId = 0;
  #heartbeat = defaultHeartbeat;
  /** @type {unknown} */
  #pingTimer;
  /** @type {unknown} */
  #answerTimer;
  #lastHeard;
  #ended = false;
  #options;
  #clock;
  #socket;

  /** @param {ConnectionOptions} options */
  constructor(options) {
    this.#options = options;
    this.#clock = options.clock;
    this.openedAt = this.#lastHeard = this.#clock.now();
    this.#answerTimer = this.#clock.setTimeout(() => this.#end(deadConnection), connectTimeout);
    this.#socket = new options.WebSocket(options.url);
    this.#socket.onopen = () => this.#greet();
    this.#socket.onmessage = (message) => this.#received(message.data);
    this.#socket.onclose = ({ code, reason }) => this.#end(code === 1000 && reason !== saidGoodbye ? deadConnection : code);
  }

  /**
   * Asks the server.
   *
   * @template T
   * @template {{ type: string }} M
   * @param {M} message
   * @param {(data: T) => void} [accept] called before any event that follows the answer
   * @returns {Promise<T>}
   * @throws {SignalingError} refused, `timedOut`, or `connectionLost`
   */
  request(message, accept) {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(new SignalingError('connectionLost', 'The connection is closed.'));
      const id = (this.#lastId += 1);
      const timer = this.#clock.setTimeout(() => {
        this.#pending.delete(id);
        reject(new SignalingError('timedOut', `The server did not answer ${message.type}.`));
      }, replyTimeout);
      this.#pending.set(id, {
        accept: (data) => {
          accept?.(data);
          resolve(data);
        },
        reject,
        timer,
      });
      this.#socket.send(JSON.stringify({ id, ...message }));
    });
  }

  /** Finds out at once whether the connection still lives. */
  probe() {
    if (this.#socket.readyState === this.#options.WebSocket.OPEN) this.#ping();
  }

  /** Ends it without telling `onClose`. */
  close() {
    this.#options = { ...this.#options, onClose: () => {} };
    this.#end(1000);
  }

  #greet() {
    this.request({ type: 'hello', versions }, (/** @type {Hello} */ hello) => {
      this.#clock.clearTimeout(this.#answerTimer);
      this.#heartbeat = hello.heartbeat > 0 ? hello.heartbeat * 1000 : defaultHeartbeat;
      this.#pingTimer = this.#clock.setTimeout(() => this.#ping(), this.#heartbeat);
      this.#options.onReady(hello);
    }).catch((error) => this.#end(deadConnection, error));
  }

  /** @param {unknown} data */
  #received(data) {
    this.#lastHeard = this.#clock.now();
    const message = parsed(data);
    if (!message) return;
    if (message.type === 'result' || message.type === 'error') return this.#answered(message);
    this.#options.onEvent(message);
  }

  /** @param {Reply} reply */
  #answered(reply) {
    const pending = reply.id === null ? undefined : this.#pending.get(reply.id);
    if (!pending || reply.id === null) return; // it came too late
    this.#pending.delete(reply.id);
    this.#clock.clearTimeout(pending.timer);
    if (reply.type === 'result') return pending.accept(reply.data);
    const { code, message, retryAfter } = reply.error;
    pending.reject(new SignalingError(code, message, retryAfter ?? null));
  }

  #ping() {
    this.#clock.clearTimeout(this.#pingTimer);
    this.#clock.clearTimeout(this.#answerTimer);
    const askedAt = this.#clock.now();
    this.request({ type: 'ping' }).catch(() => {}); // any traffic is an answer, an error too
    this.#pingTimer = this.#clock.setTimeout(() => this.#ping(), this.#heartbeat);
    this.#answerTimer = this.#clock.setTimeout(() => {
      if (this.#lastHeard < askedAt) this.#end(deadConnection);
    }, answerTime);
  }

  /** @param {number} code @param {SignalingError} [refusal] */
  #end(code, refusal) {
    if (this.#ended) return;
    this.#ended = true;
    this.#clock.clearTimeout(this.#pingTimer);
    this.#clock.clearTimeout(this.#answerTimer);
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    if (this.#socket.readyState < this.#options.WebSocket.CLOSING) this.#socket.close(1000);
    for (const { reject, timer } of this.#pending.values()) {
      this.#clock.clearTimeout(timer);
      reject(new SignalingError('connectionLost', 'The connection was lost before the answer came.'));
    }
    this.#pending.clear();
    this.#options.onClose(code, refusal);
  }
}

/** @param {unknown} data @returns {Reply | ServerEvent | null} */
function parsed(data) {
  if (typeof data !== 'string') return null;
  try {
    const message = JSON.parse(data);
    return typeof message?.type === 'string' ? message : null;
  } catch {
    return null;
  }
}
