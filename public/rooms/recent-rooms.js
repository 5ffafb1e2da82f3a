import { folded } from '../lib/room-name.js';

const place = 'parley.recentRooms';
const most = 6;

/**
 * The rooms visited last, newest first; they are remembered by this browser alone.
 *
 * @param {Storage | undefined} storage
 * @returns {string[]}
 */
export function recentRooms(storage) {
  try {
    const rooms = JSON.parse(storage?.getItem(place) ?? '[]');
    return Array.isArray(rooms) ? rooms.filter((room) => typeof room === 'string').slice(0, most) : [];
  } catch {
    return [];
  }
}

/** @param {Storage | undefined} storage @param {string} room */
export function rememberRoom(storage, room) {
  keep(storage, [room, ...recentRooms(storage).filter((other) => folded(other) !== folded(room))].slice(0, most));
}

/** @param {Storage | undefined} storage @param {string} room */
export function forgetRoom(storage, room) {
  keep(storage, recentRooms(storage).filter((other) => folded(other) !== folded(room)));
}

/** @param {Storage | undefined} storage @param {string[]} rooms */
function keep(storage, rooms) {
  try {
    storage?.setItem(place, JSON.stringify(rooms));
  } catch {
    // The list is a convenience: a browser that keeps nothing has none.
  }
}
