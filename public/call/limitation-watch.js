import { RepeatedLook } from './repeated-look.js';

const looks = 5; // ten seconds
/** For so many of the looks, six seconds, before others hear of it: every encoder is short of time for a moment. */
const enough = 3;
const againAfter = 5; // looks until it is said again: the server forgets what is not

/**
 * Watches whether this device can encode what it is to send, and tells the server while it cannot.
 *
 * It is told when the encoder was held back for most of the last ten seconds, and taken back when it was not at all.
 */
export class LimitationWatch {
  /** @type {boolean[]} the last looks, the newest last */
  #looks = [];
  #isTold = false;
  #sinceTold = 0;
  #looking;
  #options;

  /**
   * @param {object} options
   * @param {import('../types/call.js').Clock} options.clock
   * @param {() => Promise<RTCStatsReport | null>} options.statistics of what is published; null while nothing is
   * @param {(reason: 'cpu' | null) => Promise<unknown>} options.report
   */
  constructor(options) {
    this.#options = options;
    const { clock, statistics } = options;
    this.#looking = new RepeatedLook({
      clock, statistics,
      look: (report) => {
        this.#looks = [...this.#looks, isHeldBack(report)].slice(-looks);
        this.#tell();
      },
    });
  }

  /** The server knows of nothing yet. */
  open() {
    this.close();
    this.#looking.open();
  }

  close() {
    this.#looking.close();
    this.#looks = [];
    this.#isTold = false;
  }

  #tell() {
    const count = this.#looks.filter(Boolean).length;
    const isLimited = this.#isTold ? count > 0 : count >= enough;
    this.#sinceTold += 1;
    if (isLimited === this.#isTold && (!isLimited || this.#sinceTold < againAfter)) return;
    this.#isTold = isLimited;
    this.#sinceTold = 0;
    this.#options.report(isLimited ? 'cpu' : null).catch(() => {}); // said again soon, or forgotten by the server
  }
}

/** @param {RTCStatsReport | null} report @returns {boolean} whether an encoder of a picture has too little time now */
function isHeldBack(report) {
  return [...(report?.values() ?? [])].some(({ type, kind, active, qualityLimitationReason }) =>
    type === 'outbound-rtp' && kind === 'video' && active !== false && qualityLimitationReason === 'cpu');
}
