import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Wishes, wishesFor } from '../../../public/call/wishes.js';
import { SignalingError } from '../../../public/signaling/signaling-error.js';
import { participant } from '../support/literals.js';
import { VirtualClock } from '../support/virtual-clock.js';

/** @param {string} id @param {number} [width] @param {'camera' | 'screen'} [source] @returns {any} */
const tile = (id, width = 640, source = 'camera') => ({ participant: id, source, width, height: (width * 9) / 16 });

describe('what is wished for', () => {
  it('is each camera that is on the screen, in the size of its tile less what nobody minds, and the others paused', () => {
    const wishes = wishesFor([participant('p_a'), participant('p_b')], [tile('p_a', 800)]);
    assert.deepEqual(wishes, [
      { participant: 'p_a', source: 'camera', width: 640, height: 384 },
      { participant: 'p_b', source: 'camera', paused: true },
    ]);
  });

  it('is a shared screen too, while it is shared', () => {
    const devices = { audio: true, video: true, screen: true };
    const sharing = wishesFor([participant('p_a', { devices })], [tile('p_a', 1600, 'screen')]);
    assert.deepEqual(sharing.map(({ source, paused }) => [source, paused ?? false]), [['screen', false], ['camera', true]]);
    assert.deepEqual(wishesFor([participant('p_a')], [tile('p_a', 1600, 'screen')]).map(({ source }) => source), ['camera']);
  });

  it('is a camera that is off too: it comes when it is on', () => {
    const [wish] = wishesFor([participant('p_a', { devices: { audio: true, video: false, screen: false } })], [tile('p_a')]);
    assert.equal(wish?.paused, undefined);
  });

  it('is no more than the server keeps, of which those on the screen come first and then those that are on', () => {
    const off = { audio: true, video: false, screen: false };
    const people = Array.from({ length: 70 }, (_, index) => participant(`p_${index}`, index < 10 ? { devices: off } : {}));
    const wishes = wishesFor(people, [tile('p_5'), tile('p_69')]);
    assert.equal(wishes.length, 64);
    assert.deepEqual(wishes.slice(0, 2).map((wish) => wish.participant).sort(), ['p_5', 'p_69']);
    assert.equal(wishes.filter((wish) => Number(wish.participant.slice(2)) < 10 && wish.paused).length, 3);
  });

  it('has the tile that was pinned come first where not everything can', () => {
    const wishes = wishesFor([participant('p_a'), participant('p_b')], [tile('p_a'), { ...tile('p_b'), pinned: true }]);
    assert.deepEqual(wishes.map(({ priority }) => priority), [undefined, 'pinned']);
  });

  it('is the same for tiles that differ by a few pixels', () => {
    assert.deepEqual(wishesFor([participant('p_a')], [tile('p_a', 641)]), wishesFor([participant('p_a')], [tile('p_a', 660)]));
  });
});

describe('wishes', () => {
  /** @type {VirtualClock} */
  let clock;
  /** @type {any[]} */
  let told;
  /** @type {any} */
  let refusal;
  /** @type {Wishes} */
  let wishes;

  beforeEach(() => {
    clock = new VirtualClock();
    told = [];
    refusal = null;
    const tell = (/** @type {string} */ type) => async (/** @type {any[]} */ tracks, /** @type {boolean} */ only = false) => {
      told.push([clock.now(), only ? 'only' : type, tracks]);
      if (refusal) throw refusal;
    };
    wishes = new Wishes({ clock, subscribe: tell('subscribe'), unsubscribe: tell('unsubscribe') });
  });

  const a = { participant: 'p_a', source: /** @type {const} */ ('camera'), width: 640, height: 360 };
  const b = { ...a, participant: 'p_b' };

  it('are told in one message, once', async () => {
    wishes.open();
    wishes.want([a]);
    wishes.want([a, b]);
    await clock.advance(1000);
    assert.deepEqual(told, [[0, 'only', [a, b]]]);
    wishes.want([a, b]);
    await clock.advance(1000);
    assert.equal(told.length, 1);
  });

  it('wait until there is somebody to tell', async () => {
    wishes.want([a]);
    await clock.advance(1000);
    assert.deepEqual(told, []);
    wishes.open();
    await clock.advance(0);
    assert.deepEqual(told, [[1000, 'only', [a]]]);
  });

  it('for more are told at once, and only what changed', async () => {
    wishes.open();
    wishes.want([a, b]);
    await clock.advance(1000);
    wishes.want([a, { ...b, width: 1280, height: 720 }]);
    await clock.advance(0);
    assert.deepEqual(told[1], [1000, 'subscribe', [{ ...b, width: 1280, height: 720 }]]);
  });

  it('for less are told when it has stayed so for a while', async () => {
    wishes.open();
    wishes.want([a]);
    await clock.advance(1000);
    wishes.want([{ ...a, width: 320, height: 180 }]);
    await clock.advance(200);
    wishes.want([a]);
    await clock.advance(1000);
    assert.equal(told.length, 1, 'nothing has changed in the end');
    const paused = { participant: 'p_a', source: /** @type {const} */ ('camera'), paused: true };
    wishes.want([paused]);
    await clock.advance(299);
    assert.equal(told.length, 1);
    await clock.advance(1);
    assert.deepEqual(told[1]?.slice(1), ['subscribe', [paused]]);
  });

  it('are told at most ten times a second while a window grows', async () => {
    wishes.open();
    for (let width = 320; width < 1280; width += 32) {
      wishes.want([{ ...a, width }]);
      await clock.advance(20);
    }
    await clock.advance(200);
    assert.ok(told.length <= 8, `${told.length} messages in 600 ms`);
    assert.equal(told.at(-1)[2][0].width, 1248);
  });

  it('for what is pinned are told at once, and when it is no longer', async () => {
    wishes.open();
    wishes.want([a, b]);
    await clock.advance(1000);
    wishes.want([a, { ...b, priority: 'pinned' }]);
    await clock.advance(0);
    assert.deepEqual(told[1], [1000, 'subscribe', [{ ...b, priority: 'pinned' }]]);
    wishes.want([a, b]);
    await clock.advance(300);
    assert.deepEqual(told[2]?.slice(1), ['subscribe', [b]]);
  });

  it('that are no more are taken back', async () => {
    wishes.open();
    wishes.want([a, b]);
    await clock.advance(1000);
    wishes.want([a]);
    await clock.advance(300);
    assert.deepEqual(told[1]?.slice(1), ['unsubscribe', [{ participant: 'p_b', source: 'camera' }]]);
  });

  it('that were refused are all said again later, and nothing else holds', async () => {
    wishes.open();
    wishes.want([a]);
    await clock.advance(1000);
    refusal = new Error('no');
    wishes.want([a, b]);
    await clock.advance(1000);
    refusal = null;
    wishes.want([b]);
    await clock.advance(3000);
    assert.deepEqual(told, [[0, 'only', [a]], [1000, 'subscribe', [b]], [4000, 'only', [b]]]);
  });

  it('that were too many for a while are said again when the server wants to hear them', async () => {
    wishes.open();
    refusal = new SignalingError('rateLimited', 'no', 7);
    wishes.want([a]);
    await clock.advance(1000);
    refusal = null;
    await clock.advance(5900);
    assert.equal(told.length, 1);
    await clock.advance(200);
    assert.equal(told.length, 2);
  });

  it('come true although others were wanted before that the server has kept', async () => {
    const known = new Map();
    const server = new Wishes({
      clock,
      subscribe: async (tracks, only) => {
        const next = new Map([...(only ? [] : known), ...tracks.map((wish) => /** @type {const} */ ([wish.participant, wish]))]);
        if (next.size > 64) throw new SignalingError('conflict', 'too many');
        known.clear();
        next.forEach((wish, id) => known.set(id, wish));
        if (refusal) throw refusal; // the answer is lost, the wish was heard
      },
      unsubscribe: async (tracks) => tracks.forEach(({ participant: id }) => known.delete(id)),
    });
    const people = (/** @type {number} */ from) => Array.from({ length: 64 }, (_, index) => ({ ...a, participant: `p_${from + index}` }));
    server.open();
    refusal = new Error('lost');
    server.want(people(0));
    await clock.advance(1000);
    refusal = null;
    server.want(people(6));
    await clock.advance(4000);
    assert.deepEqual([...known.keys()], people(6).map((wish) => wish.participant));

    server.close();
    server.want(people(20));
    server.open();
    await clock.advance(1000);
    assert.deepEqual([...known.keys()], people(20).map((wish) => wish.participant));
  });

  it('are all said again to a server that knows nothing of them, and not at all when closed', async () => {
    wishes.open();
    wishes.want([a]);
    await clock.advance(1000);
    wishes.open();
    await clock.advance(0);
    assert.equal(told.length, 2);
    wishes.close();
    wishes.want([a, b]);
    await clock.advance(1000);
    assert.equal(told.length, 2);
  });
});
