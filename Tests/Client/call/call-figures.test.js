import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { RoutedMeeting } from '../support/routed-meeting.js';

/** @type {RoutedMeeting} */
let all;
/** @type {any} */
let ada;
/** @type {any} */
let bob;
/** @type {any} */
let carl;

beforeEach(async () => {
  all = new RoutedMeeting();
  [ada, bob, carl] = await all.of('Ada', 'Bob', 'Carl');
});

describe('the figures of a routed room', () => {
  it('are of each participant and of what is published', async () => {
    const { links, own } = await ada.call.statistics();
    assert.deepEqual(Object.keys(links).sort(), [bob.id, carl.id].sort());
    assert.deepEqual([links[bob.id].path, links[bob.id].state, links[bob.id].quality], ['server', 'connected', 'good']);
    assert.equal(own?.state, 'connected');
  });

  it('are each participant’s own out of the one report', async () => {
    const slot = all.server.media.peers.get(ada.id)?.slots.find(({ participant, kind }) => participant === bob.id && kind === 'video');
    all.network.flows = (_, { mid }) => mid === slot?.mid;
    const { links } = await ada.call.statistics();
    assert.deepEqual([links[bob.id].framesDecoded, links[carl.id].framesDecoded], [1, 0]);
  });

  it('are asked of the server only for somebody who looks, and at most once a second', async () => {
    all.server.media.report = { published: [], subscribed: [{ participant: bob.id, source: 'camera', state: 'active', spatialLayer: 1, temporalLayer: 2, bitsPerSecond: 5 }] };
    await ada.call.statistics();
    assert.equal(all.asked('getMedia').length, 0);

    await all.clock.advance(1000);
    await ada.call.statistics({ detailed: true });
    await ada.call.statistics({ detailed: true });
    assert.equal(all.asked('getMedia').length, 0, 'nobody waits for the answer');
    await all.clock.advance(1000);
    assert.equal(all.asked('getMedia').length, 1);

    const { links } = await ada.call.statistics({ detailed: true });
    assert.deepEqual(links[bob.id].picture, { state: 'active', layer: 1, wanted: null, limit: null });
    assert.equal(links[carl.id].picture, null);
    await all.clock.advance(4000);
    assert.equal((await ada.call.statistics()).links[bob.id].picture, null, 'it says nothing of now');
  });

  it('say that a picture is interrupted when nothing of it has arrived for three seconds', async () => {
    const reasons = async () => Object.values((await ada.call.statistics()).links).map(({ reason }) => reason);
    all.network.packets = () => all.clock.now();
    for (let second = 0; second < 5; second += 1) {
      assert.deepEqual(await reasons(), [null, null]);
      await all.clock.advance(1000);
    }
    all.network.packets = () => 1;
    await reasons();
    await all.clock.advance(2500);
    assert.deepEqual(await reasons(), [null, null]);
    await all.clock.advance(1500);
    assert.deepEqual(await reasons(), ['interrupted', 'interrupted']);

    all.shows(ada, bob);
    await all.clock.advance(1000);
    assert.deepEqual(await reasons(), ['interrupted', null], 'of what nobody sees nothing is to arrive');
    await all.during(bob.call.setVideo(false));
    await all.clock.advance(1000);
    assert.deepEqual(await reasons(), [null, null]);
  });

  it('begin anew with somebody who was on another way meanwhile', async () => {
    await all.during(carl.call.leave());
    await all.clock.advance(1000);
    await ada.call.statistics();
    all.server.move('mesh');
    for (let second = 0; second < 5; second += 1) {
      await all.clock.advance(1000);
      await ada.call.statistics();
    }
    assert.equal(ada.state.links[bob.id].path, 'direct');

    all.server.move('routed');
    await all.clock.advance(2000);
    const { links } = await ada.call.statistics();
    assert.deepEqual([links[bob.id].path, links[bob.id].reason], ['server', null]);
  });
});

describe('the figures of a direct call', () => {
  it('are of the link, and none of what is published', async () => {
    const meeting = new RoutedMeeting('mesh');
    const [dora, emil] = await meeting.of('Dora', 'Emil');
    const { links, own } = await dora.call.statistics();
    assert.equal(links[emil.id].path, 'direct');
    assert.equal(own, null);
  });
});
