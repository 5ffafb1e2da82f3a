import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { GalleryOrder } from '../../../public/elements/gallery-order.js';

const six = ['a', 'b', 'c', 'd', 'e', 'me'];
/** @param {string | null} speaker @param {object} [more] @returns {any} */
const view = (speaker, more = {}) => ({ stage: null, fixed: new Set(['me']), capacity: 3, speaker, ...more });

describe('the order of tiles over pages', () => {
  /** @type {GalleryOrder} */
  let order;
  /** @param {string | null} speaker @param {string[]} [keys] @param {object} [more] */
  const after = (speaker, keys = six, more = {}) => order.of(keys, view(speaker, more)).join(' ');

  beforeEach(() => {
    order = new GalleryOrder();
  });

  it('is as they came while nobody speaks, or who speaks is seen', () => {
    assert.equal(after(null), 'a b c d e me');
    assert.equal(after('b'), 'a b c d e me');
  });

  it('changes two places for who speaks on another page, and no other', () => {
    assert.equal(after('e'), 'a b e d c me');
    assert.equal(after('e'), 'a b e d c me');
    assert.equal(after(null), 'a b e d c me', 'and stays so');
  });

  it('takes the place of who has been silent longest', () => {
    after('b');
    after('c');
    after('a');
    assert.equal(after('d'), 'a d c b e me');
    assert.equal(after('e'), 'a d e b c me');
  });

  it('leaves alone what is fixed: screens, and one’s own tile', () => {
    const keys = ['a:screen', 'me', 'b', 'c', 'd'];
    const fixed = new Set(['a:screen', 'me']);
    assert.equal(after('d', keys, { fixed }), 'a:screen me d c b');
    assert.equal(after('c', keys, { fixed, capacity: 2 }), 'a:screen me d c b', 'with no other place there is none');
  });

  it('gives no place to what stands on the stage', () => {
    assert.equal(after('a', six, { stage: 'a' }), 'b c d e me');
    assert.equal(after('e', six, { stage: 'a' }), 'b c e d me');
    assert.equal(after(null), 'a b c e d me', 'who comes back from there has its old place');
  });

  it('puts who comes where they came, and closes up for who leaves', () => {
    after('e');
    assert.equal(after(null, ['a', 'b', 'c', 'd', 'e', 'f', 'me']), 'a b e d c f me');
    assert.equal(after(null, ['b', 'c', 'd', 'e', 'f', 'me']), 'b e d c f me');
  });
});
