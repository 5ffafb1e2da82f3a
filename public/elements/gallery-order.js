/**
 * In which order tiles take their places, over pages: as they came, but who speaks is on the first page.
 *
 * Nobody moves but two: who speaks and was on another page changes places with who has been silent longest of those on the first.
 */
export class GalleryOrder {
  /** @type {string[]} */
  #order = [];
  /** @type {Map<string, number>} the turn in which somebody spoke last */
  #spoke = new Map();
  #turn = 0;
  /** @type {string | null} */
  #speaker = null;

  /**
   * @param {readonly string[]} keys all tiles, as they came
   * @param {{ stage: string | null, fixed: ReadonlySet<string>, capacity: number, speaker: string | null }} view what stands
   *   on the stage and takes no place, who changes places with nobody, how many have a place on the first page, and who is to have
   *   one of them: null while another page is looked at
   * @returns {string[]} the tiles that are not on the stage, in the order of their places
   */
  of(keys, { stage, fixed, capacity, speaker }) {
    this.#follow(keys);
    if (speaker !== null && speaker !== this.#speaker) this.#spoke.set(speaker, this.#turn += 1);
    this.#speaker = speaker;
    const placed = this.#order.filter((key) => key !== stage);
    if (speaker === null || placed.indexOf(speaker) < capacity) return placed;
    const silent = this.#longestSilent(placed.slice(0, capacity).filter((key) => !fixed.has(key)));
    if (silent === null) return placed;
    this.#swap(speaker, silent);
    return this.#order.filter((key) => key !== stage);
  }

  /** @param {readonly string[]} keys who is new stands before whoever came next, and nobody else moves for it */
  #follow(keys) {
    const present = new Set(keys);
    this.#order = this.#order.filter((key) => present.has(key));
    for (const key of this.#spoke.keys()) if (!present.has(key)) this.#spoke.delete(key);
    const known = new Set(this.#order);
    for (let index = keys.length - 1; index >= 0; index -= 1) {
      const [key, next] = [keys[index] ?? '', keys[index + 1]];
      if (known.has(key)) continue;
      const place = next === undefined ? this.#order.length : this.#order.indexOf(next);
      this.#order.splice(place, 0, key);
    }
  }

  /** @param {string[]} keys @returns {string | null} of those who never spoke the last */
  #longestSilent(keys) {
    const turn = (/** @type {string} */ key) => this.#spoke.get(key) ?? 0;
    return keys.reduce((/** @type {string | null} */ silent, key) => (silent === null || turn(key) <= turn(silent) ? key : silent), null);
  }

  /** @param {string} one @param {string} other */
  #swap(one, other) {
    const [a, b] = [this.#order.indexOf(one), this.#order.indexOf(other)];
    [this.#order[a], this.#order[b]] = [other, one];
  }
}
