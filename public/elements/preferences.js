import { browserStorage } from '../lib/browser-storage.js';

/** What somebody likes, kept in this browser and nowhere else. */

/**
 * @typedef {object} Likings
 * @property {'system' | 'light' | 'dark'} theme
 * @property {string} language empty: the browser's
 * @property {string} name
 * @property {boolean} mirror show oneself as in a mirror
 * @property {boolean} hideSelf
 * @property {'gallery' | 'speaker'} view
 * @property {boolean} shortcuts whether single keys do something in a call
 * @property {boolean} pushToTalk hold the space bar to speak
 * @property {boolean} announceArrivals
 */

/** @type {Readonly<Likings>} */
const defaults = Object.freeze({
  theme: 'system',
  language: '',
  name: '',
  mirror: true,
  hideSelf: false,
  view: 'gallery',
  shortcuts: true,
  pushToTalk: true,
  announceArrivals: true,
});
const place = 'parley.preferences';

/** The likings of this browser's user; `change` tells that one changed. */
export class Preferences extends EventTarget {
  #storage;
  /** @type {Likings} */
  #values;

  /** @param {Storage | undefined} storage none where the browser keeps nothing */
  constructor(storage) {
    super();
    this.#storage = storage;
    this.#values = { ...defaults, ...this.#read() };
  }

  get values() { return /** @type {Readonly<Likings>} */ (this.#values); }

  /** @param {Partial<Likings>} changes */
  set(changes) {
    this.#values = { ...this.#values, ...changes };
    try {
      this.#storage?.setItem(place, JSON.stringify(this.#values));
    } catch {
      // A full or forbidden storage costs the memory, not the setting.
    }
    this.dispatchEvent(new Event('change'));
  }

  /**
   * Only values of the right type come back: the storage may be from another version.
   *
   * @returns {Partial<Likings>}
   */
  #read() {
    try {
      const stored = JSON.parse(this.#storage?.getItem(place) ?? '{}');
      const kept = Object.entries(defaults).filter(([key, value]) => typeof stored?.[key] === typeof value);
      return Object.fromEntries(kept.map(([key]) => [key, stored[key]]));
    } catch {
      return {};
    }
  }
}

export const preferences = new Preferences(browserStorage('localStorage'));
