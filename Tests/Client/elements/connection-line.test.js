import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectionLine } from '../../../public/elements/connection-line.js';
import { participant } from '../support/literals.js';

/**
 * @param {string | null} publishing as `level reason`
 * @param {object} [more] of the view
 * @param {object} [person] of the participant
 * @returns {import('../../../public/elements/tile-words.js').ConnectionView}
 */
function view(publishing, more = {}, person = {}) {
  const [level, reason = null] = publishing?.split(' ') ?? [];
  const quality = { publishing: publishing === null ? null : { level, reason }, receiving: null };
  const link = { state: 'connected', relayed: false, path: 'server' };
  return { participant: participant('p_a', { quality, ...person }), me: false, link, quality: null, ...more };
}

// Without a language each sentence is its key.
describe('what the list of people says of a connection', () => {
  it('is the reason why it is no better, with a sign', () => {
    assert.deepEqual(connectionLine(view('fair cpu')), { words: 'signal.theirs.publishing.cpu', icon: 'signal-medium', isBad: false });
    assert.deepEqual(connectionLine(view('poor loss')), { words: 'signal.theirs.publishing.loss', icon: 'signal-low', isBad: true });
    assert.deepEqual(connectionLine(view('lost nothingSent')), { words: 'signal.theirs.publishing.nothingSent', icon: 'signal-none', isBad: true });
    assert.equal(connectionLine(view('fair loss', { me: true }))?.words, 'signal.yours.publishing.loss');
  });

  it('is what this page measures where the server has not said', () => {
    const measured = { quality: 'fair', reason: 'delay' };
    assert.deepEqual(connectionLine(view(null, { quality: measured })), { words: 'statistics.because', icon: 'signal-medium', isBad: false });
    assert.equal(connectionLine(view('good', { quality: measured })), null, 'the server has said');
  });

  it('is that somebody is gone for a moment, and no sign beside it', () => {
    assert.deepEqual(connectionLine(view('poor loss', {}, { connection: 'reconnecting' })), { words: 'tile.reconnecting', icon: null, isBad: false });
    const link = { state: 'failed', relayed: false, path: 'direct' };
    assert.equal(connectionLine(view(null, { link }))?.words, 'tile.failed');
  });

  it('is nothing while nothing is wrong, or nobody knows', () => {
    assert.equal(connectionLine(view('good')), null);
    assert.equal(connectionLine(view(null)), null);
  });
});
