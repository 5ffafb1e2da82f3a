import { preferences } from './preferences.js';

/** The keys of the call, with what they do, as the help shows them. */
export const shortcuts = Object.freeze([
  { key: 'M', does: 'help.microphone' },
  { key: 'V', does: 'help.camera' },
  { key: 'Space', does: 'help.pushToTalk' },
  { key: 'S', does: 'help.screen' },
  { key: 'H', does: 'help.hand' },
  { key: 'C', does: 'help.chat' },
  { key: 'P', does: 'help.people' },
  { key: 'G', does: 'help.view' },
  { key: 'F', does: 'help.fullScreen' },
  { key: 'PgUp PgDn', does: 'help.pages' },
  { key: 'Esc', does: 'help.close' },
  { key: '?', does: 'help.this' },
]);

/** Keys that nobody says, which stay where the others are switched off. */
const named = new Set(['escape', 'pageup', 'pagedown']);
/** Single characters, which somebody who dictates may say by accident. */
const characters = new Set(shortcuts.map(({ key }) => key.toLowerCase()).filter((key) => key.length === 1));

/**
 * What a key means in the call: its character or its name in lower case, or nothing.
 *
 * @param {Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat'>} event
 * @param {boolean} enabled
 * @returns {string | null}
 */
export function meaningOf({ key, ctrlKey, metaKey, altKey, repeat }, enabled) {
  if (ctrlKey || metaKey || altKey || repeat) return null;
  const name = key.toLowerCase();
  return named.has(name) || (enabled && characters.has(name)) ? name : null;
}

/**
 * Calls `press` for the keys of the call, while nothing is being typed and no dialog is open.
 *
 * @param {HTMLElement} page
 * @param {(key: string) => void} press
 * @param {AbortSignal} signal
 */
export function listenToKeys(page, press, signal) {
  document.addEventListener('keydown', (event) => {
    const key = event.defaultPrevented ? null : meaningOf(event, preferences.values.shortcuts);
    if (key === null) return;
    const escape = key === 'escape';
    if (document.querySelector('dialog[open], :popover-open:not(tool-tip)')) return;
    if (isTyping(event.target) && !(escape && page.contains(/** @type {Node} */ (event.target)))) return;
    if (key.startsWith('page') && event.target instanceof Element && event.target.closest('.panel')) return; // which it scrolls
    if (!escape) event.preventDefault(); // what it opens must not be given the character
    press(key);
  }, { signal });
}

/** @param {EventTarget | null} target */
export function isTyping(target) {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
}
