/**
 * Time as the browser has it.
 *
 * @type {import('../types/call.js').Clock}
 */
export const systemClock = {
  now: () => performance.now(),
  setTimeout: (action, milliseconds) => setTimeout(action, milliseconds),
  clearTimeout: (timer) => clearTimeout(/** @type {number} */ (timer)),
};
