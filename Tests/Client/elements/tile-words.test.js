import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tileFacts, veilKey } from '../../../public/elements/tile-words.js';
import { participant } from '../support/literals.js';

/** @param {object} [person] @param {object} [more] @returns {import('../../../public/elements/tile-words.js').TileView} */
function view(person = {}, more = {}) {
  return {
    participant: participant('p_a', person), track: null, me: false, camera: true, mirrored: false, speaking: false, pinned: false, handOrder: null,
    link: { state: 'connected', relayed: false, path: 'server' }, quality: null, ...more,
  };
}

// Without a language each sentence is its key.
describe('what a screen reader says of a tile', () => {
  it('is nothing but the name where there is nothing to say', () => assert.deepEqual(tileFacts(view()), []));

  it('tells a machine from a person, before what is switched off', () => {
    const devices = { audio: false, video: false, screen: false };
    assert.deepEqual(tileFacts(view({ role: 'machine', devices }, { camera: false })), ['tile.machine', 'tile.muted', 'tile.cameraOff']);
    for (const role of ['host', 'cohost', 'speaker', 'participant', 'audience', 'observer']) {
      assert.deepEqual(tileFacts(view({ role })), [], role);
    }
  });

  it('has one’s own, the hand, the pin and a bad connection', () => {
    const more = { me: true, handOrder: 2, pinned: true, quality: { quality: 'poor', reason: 'loss' } };
    assert.deepEqual(tileFacts(view({}, more)), ['tile.itIsYou', 'tile.handRaised', 'tile.pinned', 'quality.poor']);
  });
});

describe('the veil over a picture', () => {
  it('says that somebody is gone for a moment, whatever the way to it is', () => {
    assert.equal(veilKey(view({ connection: 'reconnecting' })), 'tile.reconnecting');
    assert.equal(veilKey(view({}, { quality: { quality: 'poor', reason: 'interrupted' } })), 'tile.reconnecting');
  });

  it('does not blame the way to others for one’s own', () => {
    const link = { state: 'failed', relayed: false, path: 'direct' };
    assert.deepEqual([veilKey(view({}, { link })), veilKey(view({}, { link, me: true }))], ['tile.failed', 'tile.notSent']);
    assert.equal(veilKey(view({}, { link: { ...link, path: 'server' } })), 'tile.unstable');
  });

  it('is none over a picture that comes', () => assert.equal(veilKey(view()), null));
});
