import { randomId } from '../lib/id.js';
import { folded } from '../lib/room-name.js';

const prefix = 'parley.session.';
const claimTimeout = 500; // milliseconds: a page that is being replaced by its own reload gives its lock back sooner

/** @typedef {{ token: string, name: string, lock: string }} Stored */

/**
 * What a tab needs to be the same participant after a reload. One page at a time may use it.
 *
 * A duplicated tab gets a copy of `sessionStorage`, and with it the token of a participant who is still here. So the page
 * that uses a token holds a lock as long as it lives; where the lock is taken, the copy is not ours. Without Web Locks the
 * token stands in the storage only from `pagehide` to the next page's start.
 */
export class ResumeStore {
  /** @type {{ room: string, stored: Stored } | null} the participation that is going on */
  #current = null;
  /** @type {Map<string, Stored>} what was taken from the storage, by room */
  #claimed = new Map();
  #lock = `parley.tab.${randomId()}`;
  /** @type {(() => void) | null} gives the lock back, while it is held */
  #release = null;
  #storage;
  #locks;

  /** @param {Storage | undefined} storage lives as long as the tab @param {LockManager | undefined} locks */
  constructor(storage, locks) {
    this.#storage = storage;
    this.#locks = locks;
  }

  /**
   * What the former page of this tab left for a room, if no other page uses it.
   *
   * @param {string} room
   * @returns {Promise<{ token: string, name: string } | null>}
   */
  async claim(room) {
    const stored = this.#claimed.get(folded(room)) ?? this.#read(room);
    if (!stored) return null;
    const isOurs = !this.#locks || stored.lock === this.#lock || (await this.#acquire(stored.lock));
    if (!isOurs || !this.#locks) this.#write(room, null);
    if (!isOurs) return null;
    this.#lock = stored.lock;
    this.#claimed.set(folded(room), stored);
    return stored;
  }

  /** @param {string} room @param {{ token: string, name: string }} session */
  keep(room, session) {
    const stored = { ...session, lock: this.#lock };
    this.#current = { room: folded(room), stored };
    this.#claimed.delete(folded(room));
    if (!this.#locks) return;
    if (!this.#release) this.#acquire(this.#lock).catch(() => {});
    this.#write(room, stored);
  }

  /** The page goes away, perhaps to come back as its own reload: a browser may keep the lock for it longer than that takes. */
  leaveBehind() {
    if (this.#current) this.#write(this.#current.room, this.#current.stored);
    this.#release?.();
    this.#release = null;
  }

  /** @param {string} room the participation there is over */
  forget(room) {
    if (this.#current?.room === folded(room)) this.#current = null;
    this.#claimed.delete(folded(room));
    this.#write(room, null);
  }

  /** @param {string} name @returns {Promise<boolean>} whether the lock is ours, until the page goes */
  #acquire(name) {
    return new Promise((resolve) => {
      const giveUp = new AbortController();
      const timer = setTimeout(() => giveUp.abort(), claimTimeout);
      const held = () => {
        clearTimeout(timer);
        resolve(true);
        return new Promise((release) => (this.#release = () => release(undefined)));
      };
      this.#locks?.request(name, { signal: giveUp.signal }, held).catch(() => resolve(false));
    });
  }

  /** @param {string} room @returns {Stored | null} */
  #read(room) {
    try {
      const stored = JSON.parse(this.#storage?.getItem(prefix + folded(room)) ?? 'null');
      const whole = ['token', 'name', 'lock'].every((key) => typeof stored?.[key] === 'string');
      return whole ? stored : null;
    } catch {
      return null;
    }
  }

  /** @param {string} room @param {Stored | null} stored */
  #write(room, stored) {
    const key = prefix + folded(room);
    try {
      if (stored) this.#storage?.setItem(key, JSON.stringify(stored));
      else this.#storage?.removeItem(key);
    } catch {
      // Storage is full or forbidden: a reload joins anew.
    }
  }
}
