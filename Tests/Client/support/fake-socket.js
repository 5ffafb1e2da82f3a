/**
 * A `WebSocket` constructor whose other end is the test.
 *
 * @param {(socket: FakeSocket) => void} [onCreate]
 */
export function fakeWebSocket(onCreate = () => {}) {
  /** @type {FakeSocket[]} */
  const sockets = [];
  class Constructor extends FakeSocket {
    /** @param {URL} url */
    constructor(url) {
      super(url);
      sockets.push(this);
      onCreate(this);
    }
  }
  return { WebSocket: /** @type {any} */ (Constructor), sockets };
}

export class FakeSocket {
  static CONNECTING = 0;
  static OPEN = 1;
  static CLOSING = 2;
  static CLOSED = 3;
  readyState = 0;
  /** @type {any[]} what the client sent, parsed */
  sent = [];
  /** @type {number | null} the code the client closed with */
  closedWith = null;
  /** @type {((event: any) => void) | null} */
  onopen = null;
  /** @type {((event: any) => void) | null} */
  onmessage = null;
  /** @type {((event: any) => void) | null} */
  onclose = null;
  /** @type {(message: any) => void} the other end */
  onsent = () => {};

  /** @param {URL} url */
  constructor(url) { this.url = String(url); }

  /** @param {string} text */
  send(text) {
    if (this.readyState === 0) throw new DOMException('Still in CONNECTING state.', 'InvalidStateError');
    if (this.readyState !== 1) return;
    const message = JSON.parse(text);
    this.sent.push(message);
    this.onsent(message);
  }

  /** @param {number} code */
  close(code) {
    this.closedWith = code;
    this.readyState = 2;
  }

  open() {
    this.readyState = 1;
    this.onopen?.({});
  }

  /** @param {object | string} message as the server says it */
  say(message) { this.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify(message) }); }

  /** Answers the latest request of a type. @param {string} type @param {object} data */
  answer(type, data) { this.say({ type: 'result', id: this.asked(type).id, data }); }

  /** @param {string} type @param {{ code: string, message?: string, retryAfter?: number }} error */
  refuse(type, error) { this.say({ type: 'error', id: this.asked(type).id, error: { message: 'no', ...error } }); }

  /** @param {string} type @returns {any} */
  asked(type) {
    const request = this.sent.filter((message) => message.type === type).at(-1);
    if (!request) throw new Error(`nothing of type ${type} was sent, but ${this.sent.map((message) => message.type)}`);
    return request;
  }

  /** @param {string} type */
  count(type) { return this.sent.filter((message) => message.type === type).length; }

  /** The connection ends. @param {number} [code] @param {string} [reason] */
  drop(code = 1006, reason = code === 1000 ? 'left' : '') {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
}
