import { hue, initials } from '../lib/format.js';

/**
 * Shows a name as a coloured disc with its initials; a name has one colour wherever it appears.
 *
 * @param {HTMLElement} element
 * @param {string} name
 */
export function showAvatar(element, name) {
  element.textContent = initials(name);
  element.style.setProperty('--hue', String(hue(name.normalize('NFC').toLocaleLowerCase())));
}
