import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { signalOf } from '../../../public/elements/signal-words.js';

/** @param {any} publishing @param {any} [receiving] @returns {any} each as `level reason` */
const rated = (publishing, receiving = null) => ({ quality: { publishing: rating(publishing), receiving: rating(receiving) } });
/** @param {string | null} text */
const rating = (text) => {
  const [level, reason = null] = text?.split(' ') ?? [];
  return text === null ? null : { level, reason };
};

// Without a language each sentence is its key.
describe('how well somebody is connected', () => {
  it('is the worse of both directions', () => {
    assert.deepEqual(signalOf(rated('fair cpu', 'poor bandwidth'), false), { level: 'poor', words: 'signal.theirs.receiving.bandwidth' });
    assert.deepEqual(signalOf(rated('lost nothingSent', 'poor loss'), false), { level: 'lost', words: 'signal.theirs.publishing.nothingSent' });
    assert.deepEqual(signalOf(rated('fair loss', 'fair bandwidth'), false), { level: 'fair', words: 'signal.theirs.publishing.loss' }, 'what others see of it first');
  });

  it('is said from the point of view of whoever reads it', () => {
    assert.equal(signalOf(rated('good', 'fair bandwidth'), true).words, 'signal.yours.receiving.bandwidth');
    assert.equal(signalOf(rated('good', 'fair bandwidth'), false).words, 'signal.theirs.receiving.bandwidth');
    assert.equal(signalOf(rated('fair cpu'), true).words, 'signal.yours.publishing.cpu');
  });

  it('is told of one direction where there is no other', () => {
    assert.equal(signalOf(rated(null, 'poor loss'), false).level, 'poor');
    assert.deepEqual(signalOf(rated('good'), false), { level: 'good', words: 'quality.good' });
    assert.deepEqual(signalOf(rated('fair'), false), { level: 'fair', words: 'quality.fair' }, 'without a reason');
  });

  it('is what this page measures where the server has not said', () => {
    const measured = /** @type {const} */ ({ quality: 'poor', reason: 'loss' });
    assert.deepEqual(signalOf(rated(null), false, measured), { level: 'poor', words: 'statistics.because' });
    assert.equal(signalOf({}, false, measured).level, 'poor');
    assert.equal(signalOf(rated('good'), false, measured).level, 'good', 'the server has said');
    assert.equal(signalOf({}, false, null).level, 'good');
  });
});
