/** @typedef {import('../types/messages.js').MediaSource} MediaSource */

/**
 * Of which tracks something can be played already: of sound a packet arrived, of pictures one was decoded.
 *
 * @param {RTCStatsReport | null} report
 * @param {readonly import('./subscription.js').Received[]} received
 * @returns {Set<MediaSource>}
 */
export function arrivedIn(report, received) {
  const inbound = [...(report?.values() ?? [])].filter(({ type }) => type === 'inbound-rtp');
  const hasArrived = (/** @type {any} */ { kind, packetsReceived, framesDecoded }) => (kind === 'audio' ? packetsReceived : framesDecoded) > 0;
  return new Set(received
    .filter(({ mid }) => inbound.some((one) => one.mid === mid && hasArrived(one)))
    .map(({ source }) => source));
}
