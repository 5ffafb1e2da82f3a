import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { SoundCushion } from '../../../public/call/sound-cushion.js';
import { VirtualClock } from '../support/virtual-clock.js';

/** @param {number[]} repeats of each stream of sound @returns {any} */
const report = (...repeats) => new Map(repeats.map((fecPacketsReceived, index) => [
  `i${index}`, { type: 'inbound-rtp', kind: 'audio', fecPacketsReceived }]));

describe('sound that is sent twice', () => {
  /** @type {VirtualClock} */
  let clock;
  /** @type {any} */
  let now;
  /** @type {any[]} */
  let receivers;
  /** @type {SoundCushion} */
  let cushion;

  beforeEach(() => {
    clock = new VirtualClock();
    now = report(0, 0);
    receivers = [{ jitterBufferTarget: null }, { jitterBufferTarget: null }];
    cushion = new SoundCushion({ clock, statistics: async () => now, receivers: () => receivers });
    cushion.open();
  });

  const targets = () => receivers.map(({ jitterBufferTarget }) => jitterBufferTarget);

  it('is waited for as soon as it comes, whoever speaks', async () => {
    await clock.advance(20_000);
    assert.deepEqual(targets(), [null, null]);
    now = report(0, 7);
    await clock.advance(2000);
    assert.deepEqual(targets(), [60, 60]);
  });

  it('is waited for by who comes later too', async () => {
    now = report(7);
    await clock.advance(2000);
    receivers.push({ jitterBufferTarget: null });
    now = report(8);
    await clock.advance(2000);
    assert.deepEqual(targets(), [60, 60, 60]);
  });

  it('is played as early as before when none came for ten seconds', async () => {
    now = report(7);
    await clock.advance(2000);
    await clock.advance(9900);
    assert.deepEqual(targets(), [60, 60]);
    await clock.advance(100);
    assert.deepEqual(targets(), [null, null]);
  });

  it('counts anew on another connection', async () => {
    now = report(700);
    await clock.advance(2000);
    now = report(0);
    await clock.advance(12_000);
    assert.deepEqual(targets(), [null, null]);
    now = report(3);
    await clock.advance(2000);
    assert.deepEqual(targets(), [60, 60]);
  });

  it('is left to browsers that know of no target, or tell nothing', async () => {
    receivers = [{}];
    now = report(7);
    await clock.advance(2000);
    assert.deepEqual(receivers, [{}]);
    now = null;
    await clock.advance(20_000);
    assert.deepEqual(receivers, [{}]);
  });

  it('is not looked after any more when the call ends', async () => {
    cushion.close();
    now = report(7);
    await clock.advance(10_000);
    assert.deepEqual(targets(), [null, null]);
  });
});
