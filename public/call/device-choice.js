/** @typedef {import('../types/call.js').DeviceKind} DeviceKind */

const storageKey = 'parley.devices';

/** Which camera, microphone and speaker this person prefers; kept for the next visit. */
export class DeviceChoice {
  /** @type {Storage | undefined} */
  #storage;
  /** @type {Partial<Record<DeviceKind, string>>} */
  #ids;

  /** @param {Storage} [storage] */
  constructor(storage) {
    this.#storage = storage;
    this.#ids = read(storage);
  }

  /** @param {DeviceKind} kind @returns {string | null} the device's id */
  get(kind) {
    return this.#ids[kind] ?? null;
  }

  /** @param {DeviceKind} kind @param {string} id */
  set(kind, id) {
    this.#ids = { ...this.#ids, [kind]: id };
    try {
      this.#storage?.setItem(storageKey, JSON.stringify(this.#ids));
    } catch {
      // Storage is full or forbidden: the choice holds for this visit.
    }
  }
}

/** @param {Storage} [storage] @returns {Partial<Record<DeviceKind, string>>} */
function read(storage) {
  try {
    const stored = JSON.parse(storage?.getItem(storageKey) ?? '{}');
    const kinds = /** @type {DeviceKind[]} */ (['camera', 'microphone', 'speaker']);
    return Object.fromEntries(kinds.filter((kind) => typeof stored?.[kind] === 'string').map((kind) => [kind, stored[kind]]));
  } catch {
    return {};
  }
}
