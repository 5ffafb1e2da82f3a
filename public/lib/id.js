const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'; // 32 characters that are not mistaken for each other

/**
 * A random name that nobody guesses: five bits a character.
 *
 * @param {number} [length] in characters
 * @param {(bytes: Uint8Array) => Uint8Array} [fill] the source of randomness
 */
export function randomId(length = 20, fill = (bytes) => crypto.getRandomValues(bytes)) {
  return Array.from(fill(new Uint8Array(length)), (byte) => alphabet[byte % alphabet.length]).join('');
}

/**
 * A name for a new room, short enough to be read out: three groups of four, 60 bits.
 *
 * @param {(bytes: Uint8Array) => Uint8Array} [fill]
 */
export function randomRoom(fill) {
  const id = randomId(12, fill);
  return `${id.slice(0, 4)}-${id.slice(4, 8)}-${id.slice(8)}`;
}
