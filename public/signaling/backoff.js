const schedule = [0, 500, 1000, 2000, 4000, 8000]; // milliseconds; the last one repeats

/**
 * How long to wait before each attempt to reach the server again.
 *
 * Each delay is drawn between half and all of its step, so that those whom one failure cut off do not return in one moment.
 */
export class Backoff {
  #attempts = 0;
  #random;

  /** @param {() => number} [random] uniform in 0…1 */
  constructor(random = Math.random) {
    this.#random = random;
  }

  /**
   * The delay before the next attempt, in milliseconds.
   *
   * @param {number} [atLeast] what the server asked for, in milliseconds; spread by up to half of itself
   */
  next(atLeast = 0) {
    const step = schedule[Math.min(this.#attempts, schedule.length - 1)] ?? 0;
    this.#attempts += 1;
    const drawn = step * (1 - this.#random() / 2);
    return Math.max(drawn, atLeast * (1 + this.#random() / 2));
  }

  reset() {
    this.#attempts = 0;
  }
}
