/**
 * Names of peer connections. One that offers has a name of its own, `x7f…`; one that was made to answer adds the name of the
 * connection it answers, `k2m…/x7f…`, so that an answer that comes late is known for what it is.
 */
import { randomId } from '../lib/id.js';

const length = 12; // 60 bits: never the same twice in one room

/** @param {string | null} answered the name of the connection that is answered */
export function newNonce(answered) {
  return answered === null ? randomId(length) : `${randomId(length)}/${own(answered)}`;
}

/**
 * Whether a connection was made to answer another than ours.
 *
 * @param {string} theirs
 * @param {string | null} ours
 */
export function answersAnother(theirs, ours) {
  const answered = theirs.split('/')[1];
  return answered !== undefined && (ours === null || answered !== own(ours));
}

/** @param {string} nonce */
function own(nonce) {
  return nonce.split('/')[0] ?? nonce;
}
