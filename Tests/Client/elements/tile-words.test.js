import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shownSignal, tileFacts, tileLabel, veilKey } from '../../../public/elements/tile-words.js';
import { participant } from '../support/literals.js';

/** @param {object} [person] @param {object} [more] @returns {import('../../../public/elements/tile-words.js').TileView} */
function view(person = {}, more = {}) {
  return {
    participant: participant('p_a', person), track: null, me: false, camera: true, mirrored: false, voice: 'silent', pinned: false, handOrder: null,
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

  it('has one’s own, the hand and the pin, and a bad connection at the end', () => {
    const more = { me: true, handOrder: 2, pinned: true };
    assert.deepEqual(tileFacts(view({}, more)), ['tile.itIsYou', 'tile.handRaised', 'tile.pinned']);
    assert.equal(tileLabel(view({}, { quality: { quality: 'fair', reason: null } })), 'P_A. quality.fair.');
  });
});

describe('the sign of a connection', () => {
  const poor = { publishing: { level: 'poor', reason: 'loss' }, receiving: { level: 'good', reason: null } };

  it('is shown only when it is not good, and said with the name', () => {
    assert.equal(shownSignal(view({ quality: { publishing: { level: 'good', reason: null }, receiving: null } })), null);
    assert.deepEqual(shownSignal(view({ quality: poor })), { level: 'poor', words: 'signal.theirs.publishing.loss' });
    assert.equal(tileLabel(view({ quality: poor })), 'P_A. signal.theirs.publishing.loss.');
  });

  it('is not shown beside a veil, which says more', () => {
    assert.equal(shownSignal(view({ quality: poor, connection: 'reconnecting' })), null);
    assert.deepEqual(tileFacts(view({ quality: poor, connection: 'reconnecting' })), ['tile.reconnecting']);
  });
});

describe('who speaks', () => {
  it('is said with the name, whether they lead or are heard beside it', () => {
    assert.deepEqual(tileFacts(view({}, { voice: 'leading' })), ['tile.speaking']);
    assert.deepEqual(tileFacts(view({}, { voice: 'heard' })), ['tile.speaking']);
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
