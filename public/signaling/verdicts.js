/** What the end of a connection or a refusal means for coming back: the tables of docs/signaling.md, as functions. */

/** @typedef {import('../types/call.js').EndCode} EndCode */
/** @typedef {import('../types/messages.js').ErrorCode} ErrorCode */

const pauseAfterRateLimit = 5000; // milliseconds: «yes, after a pause»

/** @type {Readonly<Record<number, EndCode>>} closes after which a client does not come back */
const finalCloses = {
  1000: 'left',
  1003: 'protocolViolation',
  1007: 'protocolViolation',
  1009: 'messageTooLarge',
  4000: 'superseded',
  4003: 'protocolViolation',
  4005: 'removed',
  4006: 'roomEnded',
  4011: 'denied',
};

/**
 * Whether the client may come back after its WebSocket was closed.
 *
 * @param {number} code
 * @returns {{ end: EndCode } | { retryAfter: number }} milliseconds
 */
export function afterClose(code) {
  const end = finalCloses[code];
  if (end) return { end };
  return { retryAfter: code === 4008 ? pauseAfterRateLimit : 0 };
}

/**
 * What to do when `resume` was refused: try again later, join anew with what the person gave, or give up.
 *
 * @param {ErrorCode} code
 * @returns {'retry' | 'join' | 'end'}
 */
export function afterRefusedResume(code) {
  switch (code) {
    case 'unreachable': case 'timedOut': case 'connectionLost': case 'disconnected':
    case 'rateLimited': case 'tooManySessions': case 'serverBusy': case 'shuttingDown': case 'internal': return 'retry';
    case 'tokenInvalid': case 'tokenExpired': case 'notFound': return 'join';
    default: return 'end';
  }
}

/**
 * Requests that may be sent twice without doing twice: only they are kept while the connection is gone.
 *
 * `signal` is one of them: `MeshLink` knows a repeated description and a repeated candidate does no harm.
 *
 * @param {import('../types/messages.js').RoomRequest['type']} type
 */
export function isRepeatable(type) {
  switch (type) {
    case 'setDevices': case 'rename': case 'raiseHand':
    case 'editChat': case 'deleteChat': case 'reactToChat':
    case 'signal': return true;
    default: return false;
  }
}
