/** @typedef {import('../types/call.js').PageEvents} PageEvents */

/**
 * @typedef {object} PageLifeListeners
 * @property {() => void} onReturn the page or the network is back: look whether the connection lives
 * @property {() => void} onNetwork there is another network than before
 * @property {(event: { persisted: boolean }) => void} onLeave the page goes; `persisted`: it may be shown again as it is
 */

/**
 * Listens to what happens to the page and its network.
 *
 * @param {PageEvents} page
 * @param {PageLifeListeners} listeners
 * @returns {() => void} stops listening
 */
export function followPage({ window, document, navigator }, listeners) {
  const end = new AbortController();
  const { signal } = end;
  let network = navigator.connection?.type;

  window.addEventListener('online', () => {
    listeners.onNetwork();
    listeners.onReturn();
  }, { signal });
  window.addEventListener('pageshow', (event) => {
    if (/** @type {PageTransitionEvent} */ (event).persisted) listeners.onReturn();
  }, { signal });
  window.addEventListener('pagehide', (event) => {
    listeners.onLeave({ persisted: /** @type {PageTransitionEvent} */ (event).persisted });
  }, { signal });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') listeners.onReturn();
  }, { signal });
  navigator.connection?.addEventListener('change', () => {
    const { type } = navigator.connection ?? {};
    if (type === network) return; // its estimates change all the time
    network = type;
    listeners.onNetwork();
    listeners.onReturn();
  }, { signal });
  return () => end.abort();
}
