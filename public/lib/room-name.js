/**
 * What two spellings of one room's name have in common: the server compares without regard to case and canonical equivalence.
 *
 * @param {string} room
 */
export function folded(room) {
  return room.normalize('NFC').toLowerCase();
}
