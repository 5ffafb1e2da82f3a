/** @typedef {'echoCancellation' | 'noiseSuppression' | 'autoGainControl'} VoiceFilter */
/** @typedef {Readonly<Record<VoiceFilter, boolean>>} VoiceFilters */

const storageKey = 'parley.voice';
/** @type {readonly VoiceFilter[]} */
const names = ['echoCancellation', 'noiseSuppression', 'autoGainControl'];

/** What the browser does to the voice before it is sent; kept for the next visit. All of it is on unless switched off. */
export class VoiceProcessing {
  /** @type {Storage | undefined} */
  #storage;

  /** @param {Storage} [storage] */
  constructor(storage) {
    this.#storage = storage;
    this.filters = read(storage);
  }

  /** @param {Partial<VoiceFilters>} changes */
  set(changes) {
    this.filters = Object.freeze({ ...this.filters, ...changes });
    try {
      this.#storage?.setItem(storageKey, JSON.stringify(this.filters));
    } catch {
      // Storage is full or forbidden: the choice holds for this visit.
    }
  }
}

/** @param {Storage} [storage] @returns {VoiceFilters} */
function read(storage) {
  const on = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  try {
    const stored = JSON.parse(storage?.getItem(storageKey) ?? '{}');
    const kept = names.filter((name) => typeof stored?.[name] === 'boolean').map((name) => [name, stored[name]]);
    return Object.freeze({ ...on, ...Object.fromEntries(kept) });
  } catch {
    return Object.freeze(on);
  }
}
