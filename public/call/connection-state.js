/**
 * `connectionState`, or what comes nearest to it in a browser without.
 *
 * @param {RTCPeerConnection} connection
 * @returns {RTCPeerConnectionState}
 */
export function connectionState({ connectionState: state, iceConnectionState }) {
  if (state) return state;
  return iceConnectionState === 'checking' ? 'connecting' : iceConnectionState === 'completed' ? 'connected' : iceConnectionState;
}
