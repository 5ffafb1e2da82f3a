import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Meshes } from '../support/meshes.js';

/** @type {Meshes} */
let all;

beforeEach(() => {
  all = new Meshes();
});

describe('mending', () => {
  beforeEach(() => all.meet());

  it('restarts ICE at once when the path failed, on the connection that is there', async () => {
    all.network.break('failed');
    all.network.repair();
    assert.equal(all.side('p_a').state('p_b'), 'unstable');
    await all.clock.advance(1500);
    assert.equal(all.side('p_a').state('p_b'), 'connected');
    assert.equal(all.network.all.length, 2);
    assert.equal(all.restarts, 1, 'by one side only');
  });

  it('gives a disconnected path two seconds', async () => {
    all.network.break('disconnected');
    all.network.repair();
    await all.clock.advance(1900);
    assert.equal(all.restarts, 0);
    await all.clock.advance(200);
    assert.ok(all.network.all.some((pc) => pc.restarts === 1));
    await all.clock.advance(200);
    assert.equal(all.side('p_b').state('p_a'), 'connected');
  });

  it('does nothing when a disconnected path mends itself', async () => {
    all.network.break('disconnected');
    await all.clock.advance(1000);
    all.network.repair();
    all.network.update();
    await all.clock.advance(30_000);
    assert.ok(all.network.all.every((pc) => pc.restarts === 0));
    assert.equal(all.offers.length, 1);
  });

  it('tries without end, with a new connection at last, and says that it fails', async () => {
    all.network.break('failed');
    await all.clock.advance(60_000);
    assert.equal(all.side('p_a').state('p_b'), 'failed');
    assert.ok(all.network.all.length > 2);
    assert.ok(all.offers.length < 20, 'but with patience');
    all.network.repair();
    await all.clock.advance(40_000);
    assert.deepEqual(all.states, ['connected', 'connected']);
    assert.equal(all.open.length, 2);
  });

  it('waits while the other side cannot be reached', async () => {
    for (const id of ['p_a', 'p_b']) all.side(id).reachable = false;
    all.network.break('failed');
    all.network.repair();
    await all.clock.advance(20_000);
    assert.equal(all.offers.length, 1);
    for (const id of ['p_a', 'p_b']) {
      all.side(id).reachable = true;
      all.side(id).mesh.mend({ evenIfConnected: false });
    }
    await all.clock.advance(1500);
    assert.equal(all.side('p_a').state('p_b'), 'connected');
  });

  it('looks for a new path on a new all.network although the old one has not failed yet', async () => {
    all.side('p_b').mesh.mend({ evenIfConnected: true });
    await all.clock.advance(100);
    assert.equal(all.restarts, 1);
    assert.equal(all.offers.length, 2);
    all.side('p_b').mesh.mend({ evenIfConnected: false });
    await all.clock.advance(100);
    assert.equal(all.offers.length, 2);
  });

  it('begins anew when a description cannot be applied', async () => {
    const { body } = all.signals.find(({ from, body: { description } }) => from === 'p_b' && description) ?? {};
    all.side('p_a').mesh.receive('p_b', { ...body, description: { type: 'offer', sdp: 'nonsense' } });
    all.network.break('disconnected');
    all.network.repair();
    await all.clock.advance(60_000);
    assert.deepEqual(all.states, ['connected', 'connected']);
  });

  it('converges whatever is lost', async () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      all = new Meshes();
      let state = seed;
      const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
      all.loses = () => all.clock.now() < 40_000 && random() < 0.4;
      await all.meet();
      if (seed % 2) all.network.break('failed');
      await all.clock.advance(20_000);
      all.network.repair();
      await all.clock.advance(100_000);
      assert.deepEqual(all.states, ['connected', 'connected'], `seed ${seed}`);
      assert.equal(all.open.length, 2, `seed ${seed}`);
    }
  });
});

describe('a participant absent from the snapshot', () => {
  beforeEach(() => all.meet());

  it('is kept while its media flows, and is the same link when it returns', async () => {
    const kept = all.side('p_a').mesh.enter('p_a', []);
    assert.deepEqual([...kept], ['p_b']);
    await all.clock.advance(5000);
    all.side('p_a').mesh.joined('p_b');
    await all.clock.advance(60_000);
    assert.equal(all.side('p_a').state('p_b'), 'connected');
    assert.equal(all.network.all.length, 2);
    assert.deepEqual(all.side('p_a').gone, []);
  });

  it('is given up when its grace has passed', async () => {
    all.side('p_a').mesh.enter('p_a', []);
    await all.clock.advance(29_999);
    assert.deepEqual(all.side('p_a').gone, []);
    await all.clock.advance(2);
    assert.deepEqual(all.side('p_a').gone, ['p_b']);
    assert.equal(all.side('p_a').state('p_b'), undefined);
  });

  it('is given up when its media stops', async () => {
    all.side('p_a').mesh.enter('p_a', []);
    all.network.break('disconnected');
    assert.deepEqual(all.side('p_a').gone, ['p_b']);
  });

  it('is gone at once when its media did not flow', async () => {
    all.network.break('disconnected');
    assert.deepEqual([...all.side('p_a').mesh.enter('p_a', [])], []);
    assert.equal(all.side('p_a').state('p_b'), undefined);
  });
});

describe('the end of a link', () => {
  it('leaves no timer and no connection', async () => {
    await all.meet();
    for (const id of ['p_a', 'p_b']) all.side(id).mesh.close();
    assert.equal(all.clock.pending, 0);
    assert.equal(all.open.length, 0);
  });

  it('comes with another identity of our own', async () => {
    await all.meet();
    const former = all.sending('p_a');
    all.side('p_a').mesh.enter('p_new', ['p_b']);
    assert.equal(former.connectionState, 'closed');
    assert.equal(all.network.all.length, 3);
  });
});

describe('the uplink', () => {
  it('is shared: the camera gets less for each further receiver', async () => {
    await all.meet();
    const camera = () => all.open[0].getTransceivers()[1].sender.getParameters();
    const alone = camera().encodings[0].maxBitrate;
    assert.equal(camera().degradationPreference, 'balanced');
    all.add('p_c');
    all.side('p_c').mesh.enter('p_c', ['p_a', 'p_b']);
    all.side('p_a').mesh.joined('p_c');
    all.side('p_b').mesh.joined('p_c');
    await all.clock.advance(200);
    assert.ok(camera().encodings[0].maxBitrate < alone);
    all.side('p_a').mesh.left('p_c');
    all.side('p_b').mesh.left('p_c');
    await all.clock.advance(200);
    assert.equal(camera().encodings[0].maxBitrate, alone);
  });
});
