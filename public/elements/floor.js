/** @typedef {import('../types/call.js').CallState} CallState */
/** @typedef {'leading' | 'heard' | 'silent'} Voice */

/**
 * Who leads a routed room, as its server hears everybody; null where the server names nobody.
 *
 * @param {CallState} state
 * @returns {string | null}
 */
export function leaderOf({ room, participants }) {
  const leader = room?.topology === 'routed' ? room.dominantSpeaker ?? null : null;
  return leader !== null && leader in participants ? leader : null;
}

/**
 * How a voice is shown: of a room that somebody leads one voice stands out from those that are heard beside it.
 *
 * @param {CallState} state
 * @param {string} participant
 * @param {ReadonlySet<string>} heard whose voices this page hears now
 * @returns {Voice}
 */
export function voiceOf(state, participant, heard) {
  if (!state.participants[participant]?.devices.audio) return 'silent';
  const leader = leaderOf(state);
  if (leader === participant) return 'leading';
  if (!heard.has(participant)) return 'silent';
  return leader === null ? 'leading' : 'heard';
}

/** Who has the floor: whom the server names last, where it does, else whom this page hears. It stays with them while all are silent. */
export class Floor {
  /** @type {string | null} */
  #named = null;

  /**
   * @param {CallState} state
   * @param {string | null} heard who has it by what this page hears
   * @returns {string | null}
   */
  holder(state, heard) {
    if (state.room?.topology !== 'routed') this.#named = null;
    else this.#named = leaderOf(state) ?? this.#named;
    return this.#named !== null && this.#named in state.participants ? this.#named : heard;
  }
}
