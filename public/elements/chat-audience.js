import { may, mayWriteTo, others } from '../state/selectors.js';

/** To whom a message goes. Pure: what somebody chose is never widened, not even when the chosen person is gone. */

/** @typedef {import('../types/call.js').CallState} CallState */
/** @typedef {{id: null} | {id: string, name: string}} Audience everyone, or one person, whose name outlives the stay */
/** @typedef {'open' | 'left' | 'forbidden'} Fitness whether a message may go there now, or why not */

/** @type {Audience} */
export const everyone = Object.freeze({ id: null });

/** @param {CallState} state @param {Audience} audience @returns {Fitness} */
export function fitness(state, audience) {
  if (audience.id === null) return may(state, 'chat') ? 'open' : 'forbidden';
  if (!(audience.id in state.participants)) return 'left';
  return mayWriteTo(state, audience.id) ? 'open' : 'forbidden';
}

/**
 * What there is to choose from: everywhere a message may go, and what was chosen even if it may no longer go there.
 *
 * @param {CallState} state
 * @param {Audience} chosen
 * @returns {{audience: Audience, fitness: Fitness}[]}
 */
export function audiences(state, chosen) {
  const open = [...(may(state, 'chat') ? [everyone] : []), ...recipients(state)];
  const all = open.some(({ id }) => id === chosen.id) ? open : [chosen, ...open];
  return all.map((audience) => ({ audience, fitness: fitness(state, audience) }));
}

/**
 * Whom an answer to a message is for: those who can read the message. What was begun for one person stays for that person.
 *
 * @param {CallState} state
 * @param {import('../types/messages.js').ChatMessage} message
 * @param {Audience | null} begun whom the words that stand in the field already are for; null when there are none
 * @returns {Audience}
 */
export function audienceOfReply(state, { from, to, name }, begun) {
  if (to === null) return begun !== null && begun.id !== null ? begun : everyone;
  if (from !== state.me) return { id: from, name: state.participants[from]?.name ?? name };
  return { id: to, name: state.participants[to]?.name ?? '' };
}

/** @param {CallState} state */
function recipients(state) {
  return others(state).filter(({ id }) => mayWriteTo(state, id));
}
