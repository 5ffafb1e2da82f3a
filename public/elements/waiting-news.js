/** @typedef {import('../types/messages.js').Waiting} Waiting */

/**
 * Who came to wait, and who waits no longer. Pure.
 *
 * @param {readonly Waiting[]} before
 * @param {readonly Waiting[]} after
 * @returns {{came: Waiting[], gone: Waiting[]}}
 */
export function waitingNews(before, after) {
  const then = new Set(before.map(({ id }) => id));
  const now = new Set(after.map(({ id }) => id));
  return { came: after.filter(({ id }) => !then.has(id)), gone: before.filter(({ id }) => !now.has(id)) };
}
