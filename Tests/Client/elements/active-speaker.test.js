import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ActiveSpeaker } from '../../../public/elements/active-speaker.js';

/**
 * Lets people speak for a while, ten times a second.
 *
 * @param {ActiveSpeaker} speaker
 * @param {Record<string, number>} levels
 * @param {number} from milliseconds
 * @param {number} until milliseconds
 */
function speak(speaker, levels, from, until) {
  for (let now = from; now < until; now += 100) speaker.hear(new Map(Object.entries(levels)), now);
}

describe('ActiveSpeaker', () => {
  it('hears nobody in a quiet room', () => {
    const speaker = new ActiveSpeaker();

    speak(speaker, { ada: 0.1, bob: 0.05 }, 0, 3000);

    assert.equal(speaker.speaking.size, 0);
    assert.equal(speaker.floor, null);
  });

  it('shows a voice at once and keeps it through the pause between two words', () => {
    const speaker = new ActiveSpeaker();

    speak(speaker, { ada: 0.6 }, 0, 100);
    assert.deepEqual([...speaker.speaking], ['ada']);
    speak(speaker, { ada: 0 }, 100, 400);
    assert.deepEqual([...speaker.speaking], ['ada']);
    speak(speaker, { ada: 0 }, 400, 800);
    assert.deepEqual([...speaker.speaking], []);
  });

  it('does not give the floor to a cough', () => {
    const speaker = new ActiveSpeaker();
    speak(speaker, { ada: 0.6, bob: 0 }, 0, 3000);

    speak(speaker, { ada: 0.6, bob: 0.9 }, 3000, 3300);
    speak(speaker, { ada: 0.6, bob: 0 }, 3300, 4000);

    assert.equal(speaker.floor, 'ada');
  });

  it('passes the floor to who goes on speaking', () => {
    const speaker = new ActiveSpeaker();
    speak(speaker, { ada: 0.6, bob: 0 }, 0, 3000);

    speak(speaker, { ada: 0, bob: 0.6 }, 3000, 4500);

    assert.equal(speaker.floor, 'bob');
  });

  it('leaves the floor with the last speaker while all are silent', () => {
    const speaker = new ActiveSpeaker();
    speak(speaker, { ada: 0.6, bob: 0 }, 0, 3000);

    speak(speaker, { ada: 0, bob: 0 }, 3000, 9000);

    assert.equal(speaker.floor, 'ada');
  });

  it('forgets who left or was muted', () => {
    const speaker = new ActiveSpeaker();
    speak(speaker, { ada: 0.6, bob: 0 }, 0, 3000);

    speak(speaker, { bob: 0 }, 3000, 3100);

    assert.equal(speaker.floor, null);
    assert.equal(speaker.speaking.size, 0);
  });
});
