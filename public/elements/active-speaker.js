/** Louder than this is a voice and not a room: -42 dB on the scale from -60 dB to full scale. */
const voice = 0.3;
/** Between two words there are pauses. */
const wordPause = 450;
/** A cough is no turn to speak. */
const turn = 600;
/** The stage must not jump. */
const leastTurn = 2000;

/** Decides from sound levels who speaks and who has the floor. */
export class ActiveSpeaker {
  /** @type {Map<string, number>} when a voice was last heard, by participant */
  #heard = new Map();
  /** @type {{id: string, since: number} | null} since when somebody has been the loudest */
  #loudest = null;
  /** @type {{id: string, since: number} | null} */
  #floor = null;

  /** @type {ReadonlySet<string>} who speaks now */
  speaking = new Set();

  /**
   * Who spoke last for long enough.
   *
   * @returns {string | null}
   */
  get floor() { return this.#floor?.id ?? null; }

  /**
   * @param {ReadonlyMap<string, number>} levels by participant, 0…1 on a scale of decibels
   * @param {number} now milliseconds
   */
  hear(levels, now) {
    for (const [id, level] of levels) if (level >= voice) this.#heard.set(id, now);
    for (const id of this.#heard.keys()) if (!levels.has(id)) this.#heard.delete(id);
    this.speaking = new Set([...this.#heard].filter(([, at]) => now - at <= wordPause).map(([id]) => id));
    if (this.#floor && !levels.has(this.#floor.id)) this.#floor = null;
    this.#follow(this.#loudestOf(levels), now);
  }

  /** @param {ReadonlyMap<string, number>} levels */
  #loudestOf(levels) {
    const speakers = [...levels].filter(([id]) => this.speaking.has(id));
    if (this.#loudest && this.speaking.has(this.#loudest.id) && speakers.length === 1) return this.#loudest.id;
    return speakers.sort(([, one], [, other]) => other - one)[0]?.[0] ?? null;
  }

  /** @param {string | null} id @param {number} now */
  #follow(id, now) {
    if (id === null) { this.#loudest = null; return; }
    if (this.#loudest?.id !== id) this.#loudest = { id, since: now };
    if (this.#floor === null) { this.#floor = { id, since: now }; return; }
    if (this.#floor.id === id || now - this.#floor.since < leastTurn) return;
    if (now - this.#loudest.since >= turn || !this.speaking.has(this.#floor.id)) this.#floor = { id, since: now };
  }
}
