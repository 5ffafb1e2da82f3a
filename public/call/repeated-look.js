const interval = 2000; // milliseconds between two looks

/** Looks at a connection's statistics every two seconds while it is open. */
export class RepeatedLook {
  /** Another after each opening: what was asked before is of no use. */
  #life = {};
  /** @type {unknown} */
  #timer = null;
  #options;

  /**
   * @param {object} options
   * @param {import('../types/call.js').Clock} options.clock
   * @param {() => Promise<RTCStatsReport | null>} options.statistics null while there is nothing
   * @param {(report: RTCStatsReport | null) => void} options.look
   */
  constructor(options) {
    this.#options = options;
  }

  open() {
    this.close();
    this.#lookLater(this.#life);
  }

  close() {
    this.#options.clock.clearTimeout(this.#timer);
    this.#life = {};
  }

  /** @param {object} life */
  #lookLater(life) {
    this.#timer = this.#options.clock.setTimeout(() => this.#look(life), interval);
  }

  /** @param {object} life */
  async #look(life) {
    const report = await this.#options.statistics().catch(() => null);
    if (life !== this.#life) return;
    this.#options.look(report);
    this.#lookLater(life);
  }
}
