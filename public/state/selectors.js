/** What the elements derive from the state of the call. Pure; none keeps anything. */

/** @typedef {import('../types/call.js').CallState} CallState */
/** @typedef {import('../types/messages.js').Participant} Participant */
/** @typedef {import('../types/messages.js').Permission} Permission */
/** @typedef {import('../types/messages.js').Role} Role */
/** @typedef {import('../types/messages.js').ChatMessage} ChatMessage */

/** @type {readonly Role[]} */
const roles = ['host', 'cohost', 'speaker', 'participant', 'audience', 'observer', 'machine'];

/** @param {CallState} state @returns {Participant | null} this person */
export function self(state) {
  return (state.me !== null && state.participants[state.me]) || null;
}

/** @param {CallState} state @returns {Participant[]} everybody else, in the order in which they came */
export function others(state) {
  return Object.values(state.participants)
    .filter(({ id }) => id !== state.me)
    .sort((a, b) => a.joinedAt - b.joinedAt || compare(a.id, b.id));
}

/**
 * Everybody for a list: oneself, then raised hands in order, then by role, then by name.
 *
 * @param {CallState} state
 * @param {string} [locale]
 */
export function people(state, locale) {
  const collator = new Intl.Collator(locale, { sensitivity: 'base', numeric: true });
  return Object.values(state.participants).sort((a, b) =>
    Number(b.id === state.me) - Number(a.id === state.me)
    || (a.hand ?? Infinity) - (b.hand ?? Infinity) || 0
    || roles.indexOf(a.role) - roles.indexOf(b.role)
    || collator.compare(a.name, b.name)
    || compare(a.id, b.id));
}

/** @param {CallState} state @returns {Participant[]} raised hands, the first raised first */
export function hands(state) {
  return Object.values(state.participants)
    .filter(({ hand }) => hand !== null)
    .sort((a, b) => (a.hand ?? 0) - (b.hand ?? 0) || compare(a.id, b.id));
}

/** @param {CallState} state @returns {Participant[]} encoders and other programs, in the order in which they came */
export function machines(state) {
  return others(state).filter(({ role }) => role === 'machine');
}

/** @param {CallState} state @param {Permission} permission @returns {boolean} whether this person may */
export function may(state, permission) {
  return self(state)?.permissions.includes(permission) ?? false;
}

/**
 * Whether this person may act upon another as a moderator. Nobody without the host's role acts upon a host.
 *
 * @param {CallState} state
 * @param {string} participant
 */
export function mayModerate(state, participant) {
  const me = self(state);
  const target = state.participants[participant];
  if (!me || !target || target.id === me.id || !me.permissions.includes('moderate')) return false;
  return target.role !== 'host' || me.role === 'host';
}

/**
 * The roles this person may give to another; empty when none. A co-host gives those below its own, to those below it.
 *
 * @param {CallState} state
 * @param {string} participant
 * @returns {Role[]}
 */
export function assignableRoles(state, participant) {
  const me = self(state);
  const target = state.participants[participant];
  if (!me || !target || target.id === me.id || target.role === 'machine') return [];
  const given = roles.filter((role) => role !== 'machine' && role !== target.role);
  if (me.role === 'host') return given;
  const below = (/** @type {Role} */ role) => role !== 'host' && role !== 'cohost';
  return me.role === 'cohost' && below(target.role) ? given.filter(below) : [];
}

/** @param {CallState} state @returns {boolean} whether this person may pass the room on */
export function mayTransferHost(state) {
  const me = self(state);
  return me?.role === 'host' && me.owner;
}

/**
 * Whether this person may write to another alone. Who may write at all may write to moderators, and moderators to everybody.
 *
 * @param {CallState} state
 * @param {string} participant
 */
export function mayWriteTo(state, participant) {
  const me = self(state);
  const target = state.participants[participant];
  if (!me || !target || target.id === me.id || !me.permissions.includes('chat')) return false;
  return [me, target].some(({ permissions }) => permissions.includes('moderate')) || me.permissions.includes('chatPrivately');
}

/** @param {CallState} state @param {ChatMessage} message @returns {boolean} */
export function mayEdit(state, message) {
  return message.from === state.me && !message.deleted && may(state, 'chat');
}

/** @param {CallState} state @param {ChatMessage} message @returns {boolean} */
export function mayDelete(state, message) {
  if (message.deleted) return false;
  return message.from === state.me || (message.to === null && may(state, 'moderate'));
}

/**
 * How many messages of others came after a moment.
 *
 * @param {CallState} state
 * @param {number} since when the newest message that was read was sent
 */
export function unread(state, since) {
  return state.chat.filter(({ from, sentAt, deleted }) => sentAt > since && from !== state.me && !deleted).length;
}

/**
 * The public messages, or those exchanged with one participant alone.
 *
 * @param {CallState} state
 * @param {string | null} partner
 */
export function conversation(state, partner) {
  if (partner === null) return state.chat.filter(({ to }) => to === null);
  return state.chat.filter(({ from, to }) => to !== null && (from === partner || to === partner));
}

/** @param {string} a @param {string} b by code point, so that all clients agree */
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
