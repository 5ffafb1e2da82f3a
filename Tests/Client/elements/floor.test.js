import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Floor, voiceOf } from '../../../public/elements/floor.js';
import { idle } from '../../../public/state/call-state.js';
import { participant, room } from '../support/literals.js';

const muted = { audio: false, video: true, screen: false };
/** @param {object} changes of the room @param {object} [more] of p_c @returns {any} */
const call = (changes, more = {}) => ({
  ...idle,
  me: 'p_me',
  room: room({ topology: 'routed', ...changes }),
  participants: { p_me: participant('p_me'), p_a: participant('p_a'), p_b: participant('p_b'), p_c: participant('p_c', more) },
});
const heard = (/** @type {string[]} */ ...ids) => new Set(ids);

describe('a voice', () => {
  it('leads whom the server names, and those heard beside it do not', () => {
    const state = call({ dominantSpeaker: 'p_a' });
    assert.deepEqual(['p_a', 'p_b', 'p_c'].map((id) => voiceOf(state, id, heard('p_b'))), ['leading', 'heard', 'silent']);
  });

  it('is what this page hears in a mesh, and while the server names nobody', () => {
    for (const state of [call({ topology: 'mesh', dominantSpeaker: null }), call({ dominantSpeaker: null }), call({})]) {
      assert.deepEqual(['p_a', 'p_b'].map((id) => voiceOf(state, id, heard('p_b'))), ['silent', 'leading']);
    }
  });

  it('is silent of who is muted, whatever was said of it', () => {
    const state = call({ dominantSpeaker: 'p_c' }, { devices: muted });
    assert.equal(voiceOf(state, 'p_c', heard('p_c')), 'silent');
  });
});

describe('the floor', () => {
  it('has whom the server names, and keeps them while all are silent', () => {
    const floor = new Floor();
    assert.equal(floor.holder(call({ dominantSpeaker: 'p_a' }), 'p_b'), 'p_a');
    assert.equal(floor.holder(call({ dominantSpeaker: null }), 'p_b'), 'p_a');
    assert.equal(floor.holder(call({ dominantSpeaker: 'p_c' }), 'p_b'), 'p_c');
  });

  it('has whom this page hears where no server hears everybody', () => {
    const floor = new Floor();
    assert.equal(floor.holder(call({ dominantSpeaker: null }), 'p_b'), 'p_b', 'nobody was named yet');
    floor.holder(call({ dominantSpeaker: 'p_a' }), null);
    assert.equal(floor.holder(call({ topology: 'mesh', dominantSpeaker: null }), 'p_b'), 'p_b');
    assert.equal(floor.holder(call({ dominantSpeaker: null }), 'p_c'), 'p_c', 'what was before the mesh is over');
  });

  it('passes on when who had it has left', () => {
    const floor = new Floor();
    floor.holder(call({ dominantSpeaker: 'p_a' }), null);
    const { p_a: gone, ...participants } = call({}).participants;
    assert.equal(floor.holder({ ...call({ dominantSpeaker: 'p_a' }), participants }, 'p_b'), 'p_b');
  });
});
