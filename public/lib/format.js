/** Small things written for people. */

/**
 * Up to two letters that stand for a name.
 *
 * @param {string} name
 */
export function initials(name) {
  const words = name.trim().split(/[\s._-]+/u).filter((word) => /\p{L}|\p{N}/u.test(word));
  const chosen = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  const letters = chosen.map((word) => [...(word ?? '')].find((character) => /\p{L}|\p{N}/u.test(character)) ?? '');
  return letters.join('').toLocaleUpperCase() || '?';
}

/**
 * A colour for somebody without a picture: always the same one for the same id.
 *
 * @param {string} id
 * @returns {number} degrees on the colour circle, 0…359
 */
export function hue(id) {
  let hash = 2166136261; // FNV-1a
  for (const character of id) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
  return (hash >>> 0) % 360;
}

/**
 * A length of time as a clock shows it: `4:05`, `1:02:09`.
 *
 * @param {number} milliseconds
 */
export function clockTime(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (/** @type {number} */ value) => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/**
 * A rate with its unit: `850 kbit/s`, `1.8 Mbit/s`.
 *
 * @param {number} bitsPerSecond
 * @param {string} [locale]
 */
export function bitRate(bitsPerSecond, locale) {
  const mega = bitsPerSecond >= 999_500;
  const value = mega ? bitsPerSecond / 1e6 : bitsPerSecond / 1e3;
  return `${value.toLocaleString(locale, { maximumFractionDigits: mega ? 1 : 0 })} ${mega ? 'Mbit/s' : 'kbit/s'}`;
}

/**
 * A size with its unit: `4 kB`, `2.5 MB`.
 *
 * @param {number} byteCount
 * @param {string} [locale]
 */
export function byteSize(byteCount, locale) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = byteCount < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(byteCount) / 3));
  const value = byteCount / 1000 ** power;
  return `${value.toLocaleString(locale, { maximumFractionDigits: power > 1 ? 1 : 0 })} ${units[power]}`;
}

/**
 * The time of day of a message.
 *
 * @param {number} time milliseconds since 1970
 * @param {string} [locale]
 */
export function timeOfDay(time, locale) {
  return new Date(time).toLocaleTimeString(locale, { hour: 'numeric', minute: '2-digit' });
}

/**
 * The day and time of something that may be of another day.
 *
 * @param {number} time milliseconds since 1970
 * @param {string} [locale]
 */
export function dayAndTime(time, locale) {
  return new Date(time).toLocaleString(locale, { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' });
}
