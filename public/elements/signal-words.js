import { t } from '../i18n/translate.js';

/** @typedef {import('../types/messages.js').Rating} Rating */
/** @typedef {import('../types/messages.js').Quality} Quality */
/** @typedef {{quality: 'good' | 'fair' | 'poor', reason: string | null}} Measured what this page measures of a link */
/** @typedef {{level: Rating['level'], words: string}} Signal how well somebody is connected, and why no better */

/** From bad to good. */
const levels = Object.freeze(/** @type {const} */ (['lost', 'poor', 'fair', 'good']));

/** The picture of a level in `icons/sprite.svg`. */
export const signalIcons = Object.freeze({ lost: 'signal-none', poor: 'signal-low', fair: 'signal-medium', good: 'signal-full' });

/**
 * How well somebody is connected: as the server finds both of its directions, else as this page measures the way to it.
 *
 * @param {{ quality?: Quality }} participant
 * @param {boolean} me
 * @param {Measured | null} [measured]
 * @returns {Signal}
 */
export function signalOf({ quality }, me, measured = null) {
  const { publishing = null, receiving = null } = quality ?? {};
  if (publishing === null && receiving === null) return ofMeasured(measured);
  const isReceiving = publishing === null || (receiving !== null && isWorse(receiving, publishing));
  const rating = /** @type {Rating} */ (isReceiving ? receiving : publishing);
  return { level: rating.level, words: ratingWords(rating, isReceiving ? 'receiving' : 'publishing', me) };
}

/**
 * A rating as a sentence, from the point of view of whoever reads it.
 *
 * @param {Rating} rating
 * @param {'publishing' | 'receiving'} direction
 * @param {boolean} me
 */
export function ratingWords({ level, reason }, direction, me) {
  if (level === 'good') return t('quality.good');
  if (reason === null) return t(`quality.${level}`);
  return t(`signal.${me ? 'yours' : 'theirs'}.${direction}.${reason}`);
}

/** @param {Measured | null} measured @returns {Signal} */
function ofMeasured(measured) {
  if (!measured || measured.quality === 'good') return { level: 'good', words: t('quality.good') };
  const quality = t(`quality.${measured.quality}`);
  const words = measured.reason === null ? quality : t('statistics.because', { fact: quality, reason: t(`quality.reason.${measured.reason}`) });
  return { level: measured.quality, words };
}

/** @param {Rating} one @param {Rating} other */
function isWorse(one, other) {
  return levels.indexOf(one.level) < levels.indexOf(other.level);
}
