import { RepeatedLook } from './repeated-look.js';

const looksUntilTakenBack = 5; // ten seconds without repeats
/** Milliseconds: what was lost comes again with the next packet, 20 later, or 40, and not earlier than any other. */
const wait = 60;

/** @typedef {RTCRtpReceiver & { jitterBufferTarget?: number | null }} Receiver */

/**
 * Has the browser wait a little for sound of which the server sends each packet more than once (RED, RFC 2198).
 *
 * A browser plays as early as it can, and a repeat of what was lost comes with the packet behind: without a cushion it is too
 * late for half of the holes. Browsers that know no `jitterBufferTarget` do as they see fit.
 */
export class SoundCushion {
  #repeats = 0;
  #looksWithout = 0;
  #looking;
  #options;

  /**
   * @param {object} options
   * @param {import('../types/call.js').Clock} options.clock
   * @param {() => Promise<RTCStatsReport | null>} options.statistics of what is received; null while nothing is
   * @param {() => RTCRtpReceiver[]} options.receivers of sound
   */
  constructor(options) {
    this.#options = options;
    const { clock, statistics } = options;
    this.#looking = new RepeatedLook({
      clock, statistics,
      look: (report) => this.#follow(repeatsIn(report)),
    });
  }

  open() {
    this.close();
    this.#looking.open();
  }

  close() {
    this.#looking.close();
    this.#repeats = this.#looksWithout = 0;
  }

  /** @param {number} repeats so many came until now; fewer than before on another connection */
  #follow(repeats) {
    const isRepeated = repeats > this.#repeats;
    this.#repeats = repeats;
    this.#looksWithout = isRepeated ? 0 : this.#looksWithout + 1;
    if (isRepeated) this.#lay(wait);
    else if (this.#looksWithout === looksUntilTakenBack) this.#lay(null);
  }

  /** @param {number | null} target null for what the browser sees fit */
  #lay(target) {
    for (const receiver of /** @type {Receiver[]} */ (this.#options.receivers())) {
      if ('jitterBufferTarget' in receiver && receiver.jitterBufferTarget !== target) receiver.jitterBufferTarget = target;
    }
  }
}

/** @param {RTCStatsReport | null} report @returns {number} how many repeated packets of sound came */
function repeatsIn(report) {
  return [...(report?.values() ?? [])]
    .filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio')
    .reduce((sum, { fecPacketsReceived }) => sum + (fecPacketsReceived ?? 0), 0);
}
