import { randomId } from '../lib/id.js';

/** Short, friendly words that are easily said over a telephone. */
const qualities = [
  'amber', 'bright', 'calm', 'clear', 'coral', 'early', 'gentle', 'golden', 'green', 'happy', 'hazel', 'kind',
  'lively', 'mellow', 'merry', 'misty', 'open', 'quiet', 'rosy', 'silver', 'sunny', 'swift', 'warm', 'wise',
];
const things = [
  'acorn', 'atlas', 'bay', 'birch', 'brook', 'cedar', 'cloud', 'comet', 'cove', 'dune', 'fern', 'fjord',
  'garden', 'harbour', 'heron', 'island', 'lagoon', 'lantern', 'maple', 'meadow', 'otter', 'pebble', 'river', 'willow',
];

/**
 * A pleasant name for a room that nobody is likely to guess: two words to remember and six characters of chance.
 *
 * @param {(bytes: Uint8Array) => Uint8Array} [fill] the source of randomness
 */
export function suggestRoom(fill = (bytes) => crypto.getRandomValues(bytes)) {
  const [quality = 0, thing = 0] = fill(new Uint8Array(2));
  return `${qualities[quality % qualities.length]}-${things[thing % things.length]}-${randomId(6, fill)}`;
}

/**
 * Why a room's name cannot be used, or null: the rule of docs/signaling.md.
 *
 * @param {string} name
 * @returns {'empty' | 'long' | 'characters' | null}
 */
export function roomNameProblem(name) {
  if (name.trim() === '') return 'empty';
  if ([...name].length > 64 || new TextEncoder().encode(name).length > 200) return 'long';
  return /[/\\?#\p{Cc}]/u.test(name) ? 'characters' : null;
}
