const patience = 2000; // milliseconds a disconnected path is given to come back by itself
const retries = [6000, 6000, 12_000, 16_000]; // milliseconds until another attempt is made; the last one repeats

/** Watches one connection and asks for an ICE restart when its path is lost, again and again until it is back. */
export class PathMending {
  /** @type {unknown} */
  #timer = null;
  /** @type {RTCPeerConnectionState} */
  #state = 'new';
  #attempts = 0;
  #clock;
  #restart;

  /**
   * @param {import('../types/call.js').Clock} clock
   * @param {(attempt: number) => void} restart the first attempt since the path was there is 1
   */
  constructor(clock, restart) {
    this.#clock = clock;
    this.#restart = restart;
  }

  /** How often it was tried since the path was there. */
  get attempts() { return this.#attempts; }

  /** @param {RTCPeerConnectionState} state */
  saw(state) {
    if (state === this.#state) return undefined;
    this.#state = state;
    switch (state) {
      case 'failed': return this.#restartAfter(this.#attempts === 0 ? 0 : patience);
      case 'disconnected': return this.#timer === null ? this.#restartAfter(patience) : undefined;
      case 'connected': case 'closed': return this.stop();
      default: // on its way
    }
  }

  /** The network came back: tries at once. */
  hurry() {
    if (this.#timer !== null) this.#restartAfter(0);
  }

  stop() {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#attempts = 0;
  }

  /** @param {number} milliseconds */
  #restartAfter(milliseconds) {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(() => {
      this.#attempts += 1;
      this.#restartAfter(retries[Math.min(this.#attempts, retries.length) - 1] ?? 0);
      this.#restart(this.#attempts);
    }, milliseconds);
  }
}
