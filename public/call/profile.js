import { randomId } from '../lib/id.js';
import { folded } from '../lib/room-name.js';

const clientKey = 'parley.client';
const hostKeysKey = 'parley.hostKeys';
const hostKeyLimit = 50; // rooms; the oldest is forgotten

/** What this browser's profile keeps between visits: its own name for the server, and the keys of rooms it made. */
export class Profile {
  #storage;

  /** @param {Storage | undefined} storage */
  constructor(storage) {
    this.#storage = storage;
  }

  /** The same opaque value for all joins of this profile. */
  get client() {
    const stored = this.#read(clientKey);
    if (stored && stored.length <= 64) return stored;
    const made = randomId(24);
    this.#write(clientKey, made);
    return made;
  }

  /** @param {string} room @returns {string | null} the key that makes its creator host again */
  hostKey(room) {
    return this.#hostKeys().find(([name]) => name === folded(room))?.[1] ?? null;
  }

  /** @param {string} room @param {string | null} key null: it is of no use any more */
  keepHostKey(room, key) {
    const others = this.#hostKeys().filter(([name]) => name !== folded(room));
    const keys = key === null ? others : [...others, [folded(room), key]].slice(-hostKeyLimit);
    this.#write(hostKeysKey, JSON.stringify(keys));
  }

  /** @returns {[room: string, key: string][]} */
  #hostKeys() {
    try {
      const stored = JSON.parse(this.#read(hostKeysKey) ?? '[]');
      if (!Array.isArray(stored)) return [];
      return stored.filter((entry) => Array.isArray(entry) && entry.every((one) => typeof one === 'string'));
    } catch {
      return [];
    }
  }

  /** @param {string} key */
  #read(key) {
    try {
      return this.#storage?.getItem(key) ?? null;
    } catch {
      return null; // storage is forbidden
    }
  }

  /** @param {string} key @param {string} value */
  #write(key, value) {
    try {
      this.#storage?.setItem(key, value);
    } catch {
      // Storage is full or forbidden: it holds for this visit only.
    }
  }
}
