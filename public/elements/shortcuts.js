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
  { key: 'Esc', does: 'help.close' },
  { key: '?', does: 'help.this' },
]);

/**
 * Calls `press` for single keys, in lower case, while nothing is being typed and no dialog is open.
 *
 * @param {HTMLElement} page
 * @param {(key: string) => void} press
 * @param {AbortSignal} signal
 */
export function listenToKeys(page, press, signal) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
    const escape = event.key === 'Escape';
    if (document.querySelector('dialog[open], :popover-open:not(tool-tip)')) return;
    if (isTyping(event.target) && !(escape && page.contains(/** @type {Node} */ (event.target)))) return;
    press(event.key.toLowerCase());
  }, { signal });
}

/** @param {EventTarget | null} target */
export function isTyping(target) {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
}
