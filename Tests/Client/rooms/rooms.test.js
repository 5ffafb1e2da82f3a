import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forgetRoom, recentRooms, rememberRoom } from '../../../public/rooms/recent-rooms.js';
import { roomNameProblem, suggestRoom } from '../../../public/rooms/room-names.js';

/** @returns {Storage} */
function storage() {
  /** @type {Map<string, string>} */
  const items = new Map();
  return /** @type {Storage} */ (/** @type {unknown} */ ({
    getItem: (/** @type {string} */ key) => items.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => { items.set(key, value); },
  }));
}

describe('recent rooms', () => {
  it('come newest first, once each whatever their spelling, six at most', () => {
    const kept = storage();

    for (const room of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'B']) rememberRoom(kept, room);

    assert.deepEqual(recentRooms(kept), ['B', 'g', 'f', 'e', 'd', 'c']);
  });

  it('can be forgotten', () => {
    const kept = storage();
    rememberRoom(kept, 'tea');

    forgetRoom(kept, 'Tea');

    assert.deepEqual(recentRooms(kept), []);
  });

  it('survive what another version stored, and a browser that keeps nothing', () => {
    const odd = storage();
    for (const value of ['{', '7', '[1,"tea",null]']) {
      odd.setItem('parley.recentRooms', value);
      assert.ok(recentRooms(odd).every((room) => room === 'tea'));
    }
    assert.deepEqual(recentRooms(undefined), []);
    rememberRoom(undefined, 'tea');
  });
});

describe('room names', () => {
  it('that are suggested are allowed and hardly ever the same', () => {
    const names = new Set(Array.from({ length: 200 }, () => suggestRoom()));

    assert.equal(names.size, 200);
    for (const name of names) assert.equal(roomNameProblem(name), null, name);
  });

  it('are refused for what the protocol refuses', () => {
    assert.equal(roomNameProblem('  '), 'empty');
    assert.equal(roomNameProblem('x'.repeat(65)), 'long');
    assert.equal(roomNameProblem('🎉'.repeat(51)), 'long');
    for (const name of ['a/b', 'a\\b', 'a?b', 'a#b', 'a\u0007b']) assert.equal(roomNameProblem(name), 'characters');
    assert.equal(roomNameProblem('Thé à la menthe 🫖'), null);
  });
});
