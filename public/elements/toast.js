/**
 * @typedef {object} Toast
 * @property {string} text
 * @property {'info' | 'success' | 'warning' | 'error'} level
 * @property {{label: string, run: () => void}} [action]
 * @property {string} [key] a later toast of the same key takes the place of the earlier
 * @property {number} [seconds] 0 stays until it is closed
 */

/**
 * Takes away what was said, because it is known or over.
 *
 * @param {string} [key] of one message; all of them without it
 */
export function clearToasts(key) {
  document.dispatchEvent(new CustomEvent('clear-toasts', { detail: { key } }));
}

/**
 * Shows a short message above the call; `toast-stack` listens.
 *
 * @param {string} text
 * @param {Partial<Omit<Toast, 'text'>>} [how]
 */
export function toast(text, how = {}) {
  document.dispatchEvent(new CustomEvent('toast', { detail: { level: 'info', ...how, text } }));
}
