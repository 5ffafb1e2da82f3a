/** A `Storage` in memory. */
export class FakeStorage {
  /** @type {Map<string, string>} */
  #items = new Map();

  /** @param {FakeStorage} [copied] as a duplicated tab copies */
  constructor(copied) { if (copied) this.#items = new Map(copied.#items); }
  /** @param {string} key */
  getItem(key) { return this.#items.get(key) ?? null; }
  /** @param {string} key @param {string} value */
  setItem(key, value) { this.#items.set(key, String(value)); }
  /** @param {string} key */
  removeItem(key) { this.#items.delete(key); }
  get length() { return this.#items.size; }
}

/** The window, the document and the parts of `navigator` that the client listens to. */
export class FakePage {
  /** @type {[url: string, data: string | undefined][]} */
  beacons = [];
  #window = new EventTarget();
  #document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  #connection = Object.assign(new EventTarget(), { type: 'wifi' });

  /** @param {FakeLocks} [locks] */
  constructor(locks) {
    /** @type {any} */
    this.events = {
      window: this.#window,
      document: this.#document,
      navigator: {
        sendBeacon: (/** @type {URL} */ url, /** @type {string} */ data) => this.beacons.push([String(url), data]) > 0,
        connection: this.#connection,
        ...(locks ? { locks } : {}),
      },
    };
  }

  online() { this.#window.dispatchEvent(new Event('online')); }
  hide({ persisted = false } = {}) { this.#window.dispatchEvent(Object.assign(new Event('pagehide'), { persisted })); }
  show({ persisted = false } = {}) { this.#window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted })); }
  /** @param {string} visibilityState */
  see(visibilityState) {
    this.#document.visibilityState = visibilityState;
    this.#document.dispatchEvent(new Event('visibilitychange'));
  }
  /** @param {string} type */
  changeNetwork(type) {
    this.#connection.type = type;
    this.#connection.dispatchEvent(new Event('change'));
  }
}

/** `navigator.locks` of one browser, exclusive locks only. */
export class FakeLocks {
  /** @type {Set<string>} */
  held = new Set();

  /** @param {string} name @param {{ signal: AbortSignal }} options @param {() => Promise<unknown>} callback */
  request(name, { signal }, callback) {
    if (this.held.has(name)) {
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError'))));
    }
    this.held.add(name);
    return Promise.resolve().then(callback);
  }
}
