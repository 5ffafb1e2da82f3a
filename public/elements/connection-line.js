import { t } from '../i18n/translate.js';
import { signalIcons } from './signal-words.js';
import { shownSignal, veilKey } from './tile-words.js';

/** @typedef {{words: string, icon: string | null, isBad: boolean}} ConnectionLine an icon of `icons/sprite.svg` */

/**
 * What a list says of somebody's connection: the same as their tile, in words that can be read without pointing at anything.
 *
 * @param {import('./tile-words.js').ConnectionView} view
 * @returns {ConnectionLine | null} null where nothing is wrong
 */
export function connectionLine(view) {
  const veil = veilKey(view);
  if (veil !== null) return { words: t(veil), icon: null, isBad: false };
  const signal = shownSignal(view);
  return signal && { words: signal.words, icon: signalIcons[signal.level], isBad: signal.level !== 'fair' };
}
