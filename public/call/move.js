import { isOn, kindOf } from './sources.js';

/** @typedef {import('../types/messages.js').MediaSource} MediaSource */
/** @typedef {import('../types/messages.js').Participant} Participant */
/** @typedef {import('./subscription.js').Received} Received */

const interval = 100; // milliseconds between two looks at what has arrived
const settleTime = 300; // milliseconds for the page to show the new tracks before the old ones may end

/**
 * A way that media takes: the mesh, or the server.
 *
 * @typedef {object} Way
 * @property {(participant: string) => Received[]} received
 * @property {(participant: string) => boolean} isUp whether what this one publishes can come that way
 * @property {(participants: string[]) => Promise<Map<string, Set<MediaSource>>>} arrivals what can be played already
 */

/**
 * @typedef {object} MoveOptions
 * @property {import('../types/call.js').Clock} clock
 * @property {Way} from
 * @property {Way} to
 * @property {() => Participant[]} others
 * @property {(participant: string, source: MediaSource) => boolean} isSeen whether a picture is on the screen
 * @property {(participant: string, source: MediaSource) => boolean} [isThere] what comes by `to` from the beginning
 * @property {(participant: string) => void} onSwap
 * @property {() => void} onDone everything comes by `to`, and the page had the time to show it
 */

/**
 * One move of a room from one way to another: what arrives by the old one is played until the new one carries it,
 * participant by participant and track by track.
 */
export class Move {
  /** @type {Set<string>} */
  #swapped = new Set();
  /** @type {unknown} */
  #timer = null;
  #isOver = false;
  #options;

  /** @param {MoveOptions} options */
  constructor(options) {
    this.#options = options;
  }

  start() {
    const { others, isThere } = this.#options;
    if (isThere) {
      for (const { id } of others()) {
        for (const { source } of this.#options.from.received(id)) if (isThere(id, source)) this.#swapped.add(keyOf(id, source));
      }
    }
    this.#lookAfter(0);
  }

  /** @param {string} participant @param {MediaSource} source @returns {boolean} whether it comes by the new way */
  hasSwapped(participant, source) { return this.#swapped.has(keyOf(participant, source)); }

  /**
   * What is played of a participant.
   *
   * @param {string} participant
   * @returns {Received[]}
   */
  received(participant) {
    const { to } = this.#options;
    const old = this.#remaining(participant);
    const kept = new Set(old.map(({ source }) => source));
    return [...old, ...to.received(participant).filter(({ source }) => !kept.has(source))];
  }

  stop() {
    this.#isOver = true;
    this.#options.clock.clearTimeout(this.#timer);
  }

  /**
   * What is still played as it comes by the old way.
   *
   * @param {string} participant
   */
  #remaining(participant) {
    return this.#options.from.received(participant)
      .filter(({ source, track }) => track.readyState !== 'ended' && !this.hasSwapped(participant, source));
  }

  /** @param {number} milliseconds */
  #lookAfter(milliseconds) {
    this.#timer = this.#options.clock.setTimeout(() => this.#look().catch(() => this.#lookAgain()), milliseconds);
  }

  #lookAgain() {
    if (!this.#isOver) this.#lookAfter(interval);
  }

  async #look() {
    const { to, others, onDone, clock } = this.#options;
    const ids = others().map(({ id }) => id);
    const arrivals = await to.arrivals(ids);
    if (this.#isOver) return;
    for (const one of others()) this.#swap(one, arrivals.get(one.id) ?? new Set());
    const isComplete = others().every(({ id }) => to.isUp(id) && this.#remaining(id).length === 0);
    if (!isComplete) return this.#lookAgain();
    this.#timer = clock.setTimeout(onDone, settleTime);
  }

  /** @param {Participant} participant @param {Set<MediaSource>} arrived */
  #swap({ id, devices }, arrived) {
    const { to, isSeen, onSwap } = this.#options;
    const isIdle = (/** @type {MediaSource} */ source) => !isOn(source, devices) || (kindOf(source) === 'video' && !isSeen(id, source));
    const ready = this.#remaining(id).filter(({ source }) => (isIdle(source) ? to.isUp(id) : arrived.has(source)));
    for (const { source } of ready) this.#swapped.add(keyOf(id, source));
    if (ready.length > 0) onSwap(id);
  }
}

/** @param {string} participant @param {MediaSource} source */
function keyOf(participant, source) {
  return `${participant} ${source}`;
}
