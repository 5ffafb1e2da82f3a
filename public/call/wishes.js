import { pauseAfter } from '../signaling/signaling-error.js';

/** @typedef {import('../types/messages.js').Participant} Participant */
/** @typedef {import('../types/messages.js').TrackName} TrackName */
/** @typedef {import('../types/messages.js').TrackWish} TrackWish */
/** @typedef {import('../types/call.js').ShownTile} ShownTile */

const limit = 64; // tracks that the server keeps for one participant
const step = 32; // pixels: a tile that is a little larger is no other wish
/** How much a picture may be stretched before anybody minds: a sixteenth more pixels are not worth four times the bits. */
const stretch = 0.8;
const settleTime = 300; // milliseconds: while a window is dragged or pages are turned, less is not asked for
const leastInterval = 100; // milliseconds between two messages
const againAfter = 3000; // milliseconds until all is said again of which it is uncertain whether the server knows it

/**
 * What to ask of the server: every camera and every shared screen of the others, paused unless its tile is on the screen.
 *
 * @param {Participant[]} others
 * @param {readonly ShownTile[]} tiles what is on the screen
 * @returns {TrackWish[]} no more than the server keeps, the important first
 */
export function wishesFor(others, tiles) {
  const shown = new Map(tiles.map((tile) => [keyOf(tile), tile]));
  const all = others.flatMap(({ id, devices }) => /** @type {(TrackWish & { isOn: boolean })[]} */ ([
    ...(devices.screen ? [{ participant: id, source: 'screen', isOn: true }] : []),
    { participant: id, source: 'camera', isOn: devices.video },
  ]));
  return all
    .map(({ isOn, ...track }) => ({ track, tile: shown.get(keyOf(track)), isOn }))
    .sort((one, other) => Number(!!other.tile) - Number(!!one.tile) || Number(other.isOn) - Number(one.isOn))
    .slice(0, limit)
    .map(({ track, tile }) => (tile ? { ...track, ...shownAs(tile) } : { ...track, paused: true }));
}

/** @param {ShownTile} tile @returns {Partial<TrackWish>} */
function shownAs({ width, height, pinned }) {
  return { width: inSteps(width), height: inSteps(height), ...(pinned ? { priority: 'pinned' } : {}) };
}

/**
 * Tells the server what is wanted: only what is another than before, at most one message of each kind at a time.
 *
 * More is asked for at once, less when it has stayed so for a while.
 */
export class Wishes {
  /** @type {Map<string, TrackWish>} */
  #wanted = new Map();
  /** @type {Map<string, TrackWish> | null} what the server was told; null: it may know of any */
  #told = null;
  /** @type {{ timer: unknown, at: number } | null} the next message */
  #due = null;
  #notBefore = -Infinity;
  #isOpen = false;
  #options;

  /**
   * @param {object} options
   * @param {import('../types/call.js').Clock} options.clock
   * @param {(tracks: TrackWish[], only: boolean) => Promise<unknown>} options.subscribe `only`: and nothing else
   * @param {(tracks: TrackName[]) => Promise<unknown>} options.unsubscribe
   */
  constructor(options) {
    this.#options = options;
  }

  /** The server knows of no wish, or of those of a former page: says all of them. */
  open() {
    this.#isOpen = true;
    this.#told = null;
    this.#look();
  }

  /** @param {TrackWish[]} wishes all of them */
  want(wishes) {
    this.#wanted = new Map(wishes.map((wish) => [keyOf(wish), wish]));
    this.#look();
  }

  close() {
    this.#isOpen = false;
    this.#options.clock.clearTimeout(this.#due?.timer);
    this.#due = null;
  }

  #look() {
    if (!this.#isOpen) return;
    const changed = this.#changed();
    if (changed.length === 0 && this.#gone().length === 0) return;
    const isMore = changed.some((wish) => asksForMore(wish, this.#told?.get(keyOf(wish))));
    this.#tellAt(Math.max(this.#options.clock.now() + (isMore ? 0 : settleTime), this.#notBefore));
  }

  #changed() {
    return [...this.#wanted.values()].filter((wish) => !isSame(wish, this.#told?.get(keyOf(wish))));
  }

  /** @returns {TrackName[]} what is known to be wanted no longer */
  #gone() {
    const gone = [...(this.#told ?? new Map()).values()].filter((wish) => !this.#wanted.has(keyOf(wish)));
    return gone.map(({ participant, source }) => ({ participant, source }));
  }

  /** @param {number} at */
  #tellAt(at) {
    const { clock } = this.#options;
    if (this.#due && this.#due.at <= at) return;
    clock.clearTimeout(this.#due?.timer);
    this.#due = { at, timer: clock.setTimeout(() => this.#tell(), at - clock.now()) };
  }

  #tell() {
    this.#due = null;
    this.#notBefore = this.#options.clock.now() + leastInterval;
    const isAll = this.#told === null;
    const [changed, gone] = [this.#changed(), this.#gone()];
    this.#told = new Map(this.#wanted);
    const failed = (/** @type {unknown} */ error) => this.#again(error);
    if (gone.length > 0) this.#options.unsubscribe(gone).catch(failed);
    if (changed.length > 0) this.#options.subscribe(changed, isAll).catch(failed);
  }

  /**
   * What the server knows is uncertain: all is said again.
   *
   * @param {unknown} error
   */
  #again(error) {
    if (!this.#isOpen) return;
    const { clock } = this.#options;
    clock.clearTimeout(this.#due?.timer);
    this.#due = null;
    this.#told = null;
    this.#notBefore = clock.now() + Math.max(againAfter, pauseAfter(error));
    this.#look();
  }
}

/** @param {TrackWish} wish @param {TrackWish | undefined} told */
function asksForMore(wish, told) {
  if (wish.paused) return false;
  return !told || told.paused === true || (wish.priority === 'pinned' && told.priority !== 'pinned') || (wish.width ?? 0) > (told.width ?? 0) || (wish.height ?? 0) > (told.height ?? 0);
}

/** @param {TrackWish} wish @param {TrackWish | undefined} told */
function isSame(wish, told) {
  return told !== undefined && !wish.paused === !told.paused && wish.priority === told.priority
    && wish.width === told.width && wish.height === told.height;
}

/** @param {TrackName} track */
function keyOf({ participant, source }) {
  return `${participant} ${source}`;
}

/** @param {number} pixels of the screen */
function inSteps(pixels) {
  return Math.min(16_384, Math.max(step, Math.ceil((pixels * stretch) / step) * step));
}
