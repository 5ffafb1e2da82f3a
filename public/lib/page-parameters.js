/** Reads what the address of the page asks for. */

/**
 * @typedef {object} PageParameters
 * @property {'home' | 'join' | 'watch' | 'embed'} page
 * @property {string | null} room
 * @property {string | null} name
 * @property {boolean | null} audio null: as the person left it
 * @property {boolean | null} video
 * @property {boolean} screen share a screen at once
 * @property {boolean} chat open the chat
 * @property {boolean} hide hide the self view
 * @property {boolean} notify show the invitation after joining
 * @property {number | null} duration seconds after which the page leaves
 * @property {boolean} autojoin join without asking
 * @property {string | null} avatar a picture of this origin or a `data:` URL
 * @property {string | null} password
 * @property {string | null} token
 * @property {string | null} hostKey
 */

/** Parameters that leave the address bar as soon as they are read. */
const secrets = ['token', 'roomPassword', 'hostKey'];

/**
 * @param {URL} url the page's address
 * @param {URL} root where the server is mounted; ends with a slash
 * @returns {PageParameters}
 */
export function pageParameters(url, root) {
  const [first = '', ...rest] = segments(url, root);
  const query = url.searchParams;
  const page = first === 'join' || first === 'watch' || first === 'embed' ? first : 'home';
  const inPath = page === 'home' ? null : text(rest.join('/'));
  const room = inPath ?? text(query.get('room'));
  const name = text(query.get('name'));
  // A link of MiroTalk names room and person in the query of /join and means to join at once.
  const legacy = page === 'join' && inPath === null && room !== null && name !== null;
  return {
    page,
    room,
    name,
    audio: flag(query.get('audio')),
    video: flag(query.get('video')),
    screen: flag(query.get('screen')) ?? false,
    chat: flag(query.get('chat')) ?? false,
    hide: flag(query.get('hide')) ?? false,
    notify: flag(query.get('notify')) ?? false,
    duration: duration(query.get('duration')),
    autojoin: flag(query.get('autojoin')) ?? legacy,
    avatar: avatar(query.get('avatar'), root),
    password: secret(query.get('roomPassword')),
    token: secret(query.get('token')),
    hostKey: secret(query.get('hostKey')),
  };
}

/**
 * The same address without what must not stay in a history, a log or a screenshot.
 *
 * @param {URL} url
 * @returns {URL}
 */
export function withoutSecrets(url) {
  const clean = new URL(url);
  for (const key of secrets) clean.searchParams.delete(key);
  return clean;
}

/**
 * The address to give to others.
 *
 * @param {URL} root
 * @param {string} room
 * @returns {URL}
 */
export function invitation(root, room) {
  return new URL(`join/${encodeURIComponent(room)}`, root);
}

/**
 * Where an encoder publishes in a room, by WHIP.
 *
 * @param {URL} root
 * @param {string} room
 * @returns {URL}
 */
export function encoderAddress(root, room) {
  return new URL(`whip/${encodeURIComponent(room)}`, root);
}

/** @param {URL} url @param {URL} root */
function segments(url, root) {
  const below = url.pathname.startsWith(root.pathname) ? url.pathname.slice(root.pathname.length) : '';
  return below.split('/').filter((part) => part !== '').map(decoded);
}

/** @param {string} part a segment that may be badly escaped */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** @param {string | null} value */
function text(value) {
  return value?.trim() || null;
}

/**
 * MiroTalk writes 0 where there is none.
 *
 * @param {string | null} value
 */
function secret(value) {
  return value === null || value === '' || value === '0' || value === 'false' ? null : value;
}

/** @param {string | null} value @returns {boolean | null} */
function flag(value) {
  switch (value?.trim().toLowerCase()) {
    case '1': case 'true': case 'on': case 'yes': return true;
    case '0': case 'false': case 'off': case 'no': return false;
    default: return null;
  }
}

/** @param {string | null} value `HH:MM:SS`, `MM:SS`, seconds, or a word for none @returns {number | null} seconds */
function duration(value) {
  const match = /^(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6})$/.exec(value?.trim() ?? '');
  if (!match) return null;
  const seconds = Number(match[1] ?? 0) * 3600 + Number(match[2] ?? 0) * 60 + Number(match[3]);
  return seconds > 0 ? seconds : null;
}

/** @param {string | null} value @param {URL} root @returns {string | null} never a picture of another host */
function avatar(value, root) {
  const given = text(value);
  if (!given) return null;
  if (/^data:image\/(?:png|jpeg|webp|gif);/i.test(given)) return given;
  try {
    const url = new URL(given, root);
    return url.origin === root.origin && url.origin !== 'null' ? url.href : null;
  } catch {
    return null;
  }
}
