/** Lets every promise that can settle do so. */
export async function settle() {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

/** Time that passes only when a test says so. */
export class VirtualClock {
  #time = 0;
  #lastId = 0;
  /** @type {Map<number, { at: number, action: () => void }>} */
  #timers = new Map();

  now() { return this.#time; }

  /** @param {() => void} action @param {number} milliseconds */
  setTimeout(action, milliseconds) {
    this.#lastId += 1;
    this.#timers.set(this.#lastId, { at: this.#time + Math.max(0, milliseconds), action });
    return this.#lastId;
  }

  /** @param {unknown} id */
  clearTimeout(id) { this.#timers.delete(/** @type {number} */ (id)); }

  get pending() { return this.#timers.size; }

  /** Lets time pass; each timer runs at its time, and what it sets off has settled before the next one. @param {number} milliseconds */
  async advance(milliseconds) {
    const end = this.#time + milliseconds;
    await settle();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      const [id, { at, action }] = next;
      this.#timers.delete(id);
      this.#time = at;
      action();
      await settle();
    }
    this.#time = end;
  }

  /** @param {number} end */
  #next(end) {
    const due = [...this.#timers].filter(([, { at }]) => at <= end);
    return due.sort(([a, one], [b, other]) => one.at - other.at || a - b)[0];
  }
}
