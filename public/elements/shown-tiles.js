/** @typedef {import('../types/call.js').ShownTile} ShownTile */

/**
 * A tile with its place, or without one on another page.
 *
 * @typedef {object} PlacedTile
 * @property {string} participant
 * @property {'camera' | 'screen'} kind
 * @property {{ width: number, height: number } | null} rect in CSS pixels
 * @property {boolean} isInView whether any of it can be seen where it is
 * @property {boolean} [isPinned]
 */

const finest = 2; // device pixels to a CSS pixel: more are not told apart
const floatingWindow = Object.freeze({ width: 480, height: 270 }); // of a picture in picture, in CSS pixels

/**
 * The pictures of the others that somebody can see now. A page in the background shows none but what floats above all windows.
 *
 * @param {readonly PlacedTile[]} tiles
 * @param {{ me: string | null, isHidden: boolean, floating: { participant: string, kind: string } | null, density: number }} page
 *   `floating`: the tile whose picture is in picture
 * @returns {ShownTile[]}
 */
export function shownTiles(tiles, { me, isHidden, floating, density }) {
  const scale = Math.min(Math.max(density, 1), finest);
  const isSeen = (/** @type {PlacedTile} */ { participant, kind, rect, isInView }) =>
    (floating?.participant === participant && floating.kind === kind) || (!isHidden && rect !== null && isInView);
  return tiles.filter((tile) => tile.participant !== me && isSeen(tile)).map(({ participant, kind, rect, isPinned }) => {
    const { width, height } = isHidden || rect === null ? floatingWindow : rect;
    return { participant, source: kind, width: Math.round(width * scale), height: Math.round(height * scale), ...(isPinned ? { pinned: true } : {}) };
  });
}
