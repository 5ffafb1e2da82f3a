import { may } from '../state/selectors.js';

/** What is worth telling of a change of the call. Pure: the same two states give the same news. */

/** @typedef {import('../types/call.js').CallState} CallState */
/** @typedef {import('../types/messages.js').Participant} Participant */
/** @typedef {{key: string, values: Record<string, string | number>, about: string | null, level?: 'info' | 'warning'}} News `about` is a participant */

/** In a crowd, coming and going is no news. */
const crowd = 15;
/** The rules whose change somebody notices at once, because it ends what they are doing. */
const felt = Object.freeze(/** @type {const} */ (['publishAudio', 'publishVideo', 'publishScreen', 'chat', 'chatPrivately']));

/**
 * @param {CallState} before
 * @param {CallState} after
 * @returns {News[]}
 */
export function callNews(before, after) {
  if (before.room === null || before.phase !== 'joined' || after.phase !== 'joined') return [];
  return [...comingAndGoing(before, after), ...changesOfPeople(before, after), ...changesOfRoom(before, after), ...changesOfRules(before, after)];
}

/** @param {CallState} before @param {CallState} after @returns {News[]} */
function comingAndGoing(before, after) {
  if (Object.keys(after.participants).length > crowd) return [];
  const came = Object.values(after.participants).filter(({ id }) => !(id in before.participants) && id !== after.me);
  const went = Object.values(before.participants).filter(({ id }) => !(id in after.participants) && id !== after.me);
  return [...came.map((one) => about('news.joined', one)), ...went.map((one) => about('news.left', one))];
}

/** @param {CallState} before @param {CallState} after @returns {News[]} */
function changesOfPeople(before, after) {
  if (before.participants === after.participants) return [];
  return Object.values(after.participants).flatMap((now) => {
    const then = before.participants[now.id];
    if (!then || then === now || now.id === after.me) return [];
    return [
      ...(then.hand === null && now.hand !== null ? [about('news.hand', now)] : []),
      ...(!then.devices.screen && now.devices.screen ? [about('news.screen', now)] : []),
      ...(then.role !== 'host' && now.role === 'host' ? [about('news.host', now)] : []),
      ...(then.name !== now.name ? [{ key: 'news.renamed', values: { before: then.name, name: now.name }, about: now.id }] : []),
    ];
  });
}

/** @param {CallState} before @param {CallState} after @returns {News[]} */
function changesOfRoom({ room: then }, { room: now }) {
  if (!then || !now || then === now) return [];
  /** @param {boolean} was @param {boolean} is @param {string} on @param {string} off */
  const flip = (was, is, on, off) => (was === is ? [] : [{ key: is ? on : off, values: {}, about: null }]);
  return [
    ...flip(then.locked, now.locked, 'news.locked', 'news.unlocked'),
    ...flip(then.lobby, now.lobby, 'news.lobbyOn', 'news.lobbyOff'),
    ...(then.viewers === 0 && now.viewers > 0 ? [{ key: 'news.watched', values: {}, about: null, level: /** @type {const} */ ('warning') }] : []),
    ...(then.topology === now.topology ? [] : [{ key: `news.topology.${now.topology}`, values: {}, about: null }]),
  ];
}

/**
 * What the host now forbids or allows to all; a moderator is not bound by it.
 *
 * @param {CallState} before
 * @param {CallState} after
 * @returns {News[]}
 */
function changesOfRules({ room: then }, after) {
  const now = after.room;
  if (!then || !now || then.rules === now.rules || may(after, 'moderate')) return [];
  return felt.filter((rule) => then.rules[rule] !== now.rules[rule]).map((rule) => (now.rules[rule]
    ? { key: `news.allowed.${rule}`, values: {}, about: null }
    : { key: `news.forbidden.${rule}`, values: {}, about: null, level: 'warning' }));
}

/** @param {string} key @param {Participant} participant @returns {News} */
function about(key, { id, name }) {
  return { key, values: { name }, about: id };
}
