const patience = 2000; // milliseconds a disconnected path is given to come back by itself
const retry = 6000; // milliseconds until a restart is tried again

/** Watches one connection and asks for an ICE restart when its path is lost, again and again until it is back. */
export class PathMending {
  /** @type {unknown} */
  #timer = null;
  /** @type {RTCPeerConnectionState} */
  #state = 'new';
  #clock;
  #restart;

  /** @param {import('../types/call.js').Clock} clock @param {() => void} restart */
  constructor(clock, restart) {
    this.#clock = clock;
    this.#restart = restart;
  }

  /** @param {RTCPeerConnectionState} state */
  saw(state) {
    if (state === this.#state) return undefined;
    this.#state = state;
    switch (state) {
      case 'failed': return this.#restartAfter(0);
      case 'disconnected': return this.#timer === null ? this.#restartAfter(patience) : undefined;
      case 'connected': case 'closed': return this.stop();
      default: // on its way
    }
  }

  stop() {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** @param {number} milliseconds */
  #restartAfter(milliseconds) {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(() => {
      this.#restartAfter(retry);
      this.#restart();
    }, milliseconds);
  }
}
