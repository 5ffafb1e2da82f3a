// Runs in a page before its own scripts: between the page and its server, so that a test can tell the page what no server here
// would have a reason to tell, and read what the page asks for.
(() => {
  const Native = globalThis.WebSocket;
  /** @type {any} */
  let current = null;
  /** @type {any[]} */
  const asked = [];
  /** Types of events that the page is not to hear of from the server. @type {Set<string>} */
  const unheard = new Set();
  /** What requests of a type are answered, whatever the server says. @type {Record<string, object>} */
  const answers = {};

  globalThis.WebSocket = class WebSocket extends Native {
    /** How many events were slipped in: those of the server count on behind them. */
    #slipped = 0;
    #last = 0;
    /** @type {(message: { data: string }) => void} */
    #hear = () => {};

    /** @param {string | URL} url @param {string | string[]} [protocols] */
    constructor(url, protocols) {
      super(url, protocols);
      current = this;
      super.onmessage = ({ data }) => this.#pass(JSON.parse(data));
    }

    /** @param {any} message */
    #pass(message) {
      if (unheard.has(message.type)) this.#slipped -= 1;
      else this.#hear({ data: this.#numbered(message) });
    }

    /** @param {any} listener */
    set onmessage(listener) { this.#hear = listener; }

    /** @param {string} text */
    send(text) {
      asked.push(JSON.parse(text));
      super.send(text);
    }

    /** @param {object} event */
    slip(event) {
      this.#slipped += 1;
      this.#last += 1;
      this.#hear({ data: JSON.stringify({ ...event, seq: this.#last }) });
    }

    /** @param {any} message */
    #numbered(message) {
      const type = message.type === 'result' && asked.findLast(({ id }) => id === message.id)?.type;
      if (type && type in answers) message.data = answers[type];
      const seq = message.seq ?? message.data?.seq;
      if (typeof seq !== 'number') return JSON.stringify(message);
      this.#last = seq + this.#slipped;
      if ('seq' in message) message.seq = this.#last;
      return JSON.stringify(message);
    }
  };

  /** @type {RTCPeerConnection[]} */
  const connections = [];
  const Connection = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class RTCPeerConnection extends Connection {
    /** @param {any[]} rest */
    constructor(...rest) {
      super(...rest);
      connections.push(this);
    }
  };

  /** What is encoded of the camera, by the name of the layer. */
  async function encodings() {
    const senders = connections.filter((one) => one.signalingState !== 'closed').flatMap((one) => one.getSenders());
    const camera = senders.find(({ track, getParameters }) => track?.kind === 'video' && getParameters);
    if (!camera) return {};
    const report = [...(await camera.getStats()).values()].filter(({ type }) => type === 'outbound-rtp');
    return Object.fromEntries(camera.getParameters().encodings.map(({ rid, active }) => [rid ?? '', {
      active, frames: report.find((one) => one.rid === rid)?.framesEncoded ?? 0,
    }]));
  }

  const answerWith = (/** @type {string} */ type, /** @type {object} */ data) => (answers[type] = data);
  const muffle = (/** @type {string} */ type, /** @type {boolean} */ on) => (on ? unheard.add(type) : unheard.delete(type));
  Object.assign(globalThis.laboratory, { answerWith, muffle, tell: (/** @type {object} */ event) => current.slip(event), asked: () => asked, encodings });
})();
