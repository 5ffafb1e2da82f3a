import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shownTiles } from '../../../public/elements/shown-tiles.js';

const page = { me: 'p_me', isHidden: false, floating: null, density: 1 };
/** @param {string} participant @param {object} [changes] @returns {any} */
const tile = (participant, changes = {}) => ({ participant, kind: 'camera', rect: { width: 320, height: 180 }, isInView: true, ...changes });

describe('the pictures that can be seen', () => {
  it('are those of the others that have a place in view', () => {
    const tiles = [tile('p_a'), tile('p_b', { rect: null }), tile('p_c', { isInView: false }), tile('p_me')];
    assert.deepEqual(shownTiles(tiles, page), [{ participant: 'p_a', source: 'camera', width: 320, height: 180 }]);
  });

  it('are measured in the pixels of the screen, as far as they are told apart', () => {
    const widths = [1, 1.5, 3].map((density) => shownTiles([tile('p_a')], { ...page, density })[0]?.width);
    assert.deepEqual(widths, [320, 480, 640]);
  });

  it('say which of them was pinned', () => {
    const shown = shownTiles([tile('p_a', { isPinned: true }), tile('p_b', { isPinned: false })], page);
    assert.deepEqual(shown.map(({ pinned }) => pinned), [true, undefined]);
  });

  it('are none on a page in the background, but the one that floats above all windows', () => {
    const tiles = [tile('p_a'), tile('p_b'), tile('p_b', { kind: 'screen' })];
    assert.deepEqual(shownTiles(tiles, { ...page, isHidden: true }), []);
    const shown = shownTiles(tiles, { ...page, isHidden: true, floating: { participant: 'p_b', kind: 'camera' } });
    assert.deepEqual(shown, [{ participant: 'p_b', source: 'camera', width: 480, height: 270 }]);
  });
});
