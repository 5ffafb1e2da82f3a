import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { FakeTrack } from '../support/fake-media.js';
import { Meshes } from '../support/meshes.js';

/** @type {Meshes} */
let all;

beforeEach(() => {
  all = new Meshes();
});

describe('a first link', () => {
  for (const [first, second] of /** @type {const} */ ([['p_a', 'p_b'], ['p_b', 'p_a']])) {
    it(`is offered by the one who came later, here ${second}`, async () => {
      await all.meet(first, second);
      assert.deepEqual(all.offers, [second]);
      assert.deepEqual([all.side(first).state(second), all.side(second).state(first)], ['connected', 'connected']);
      assert.equal(all.open.length, 2);
    });
  }

  it('says that it is connecting as soon as it offers', async () => {
    all.add('p_b');
    all.side('p_b').mesh.enter('p_b', ['p_a']);
    assert.equal(all.side('p_b').state('p_a'), 'connecting');
  });

  it('carries microphone and camera both ways on one m-line each', async () => {
    await all.meet();
    for (const [one, other] of [['p_a', 'p_b'], ['p_b', 'p_a']]) {
      assert.deepEqual(all.side(one).receives(other), ['microphone', 'camera']);
    }
    const [pc] = all.open;
    assert.deepEqual(pc.getTransceivers().map(({ sender }) => sender.track?.kind), ['audio', 'video']);
  });

  it('sends every candidate with the name of its connection, the empty one of Firefox not', async () => {
    await all.meet();
    const candidates = all.signals.filter(({ body }) => body.candidate !== undefined);
    assert.equal(candidates.length, 4, 'one and the end from each');
    assert.ok(candidates.every(({ body }) => body.candidate === null || body.candidate.candidate !== ''));
    const named = all.signals.find(({ from, body }) => from === 'p_b' && body.description)?.body.connection;
    assert.ok(candidates.filter(({ from }) => from === 'p_b').every(({ body }) => body.connection === named));
    for (const pc of all.open) assert.equal(pc.candidates.length, 2);
  });

  it('is offered by the one who was there when no offer comes', async () => {
    all.loses = ({ from }) => from === 'p_b' && all.clock.now() < 8500;
    await all.meet();
    await all.clock.advance(30_000);
    assert.ok(all.offers.includes('p_a'));
    assert.deepEqual(all.states, ['connected', 'connected']);
  });

  it('goes on when the camera was off and comes on later, without another offer', async () => {
    for (const id of ['p_a', 'p_b']) all.add(id);
    all.side('p_a').camera = null;
    all.side('p_a').send();
    all.side('p_a').mesh.enter('p_a', []);
    all.side('p_b').mesh.enter('p_b', ['p_a']);
    all.side('p_a').mesh.joined('p_b');
    await all.clock.advance(100);
    all.side('p_a').camera = new FakeTrack('video');
    all.side('p_a').send();
    await all.clock.advance(100);
    assert.equal(all.offers.length, 1);
    const sender = all.open.flatMap((pc) => pc.getTransceivers()).find((one) => one.sender.track === all.side('p_a').camera);
    assert.equal(sender?.currentDirection, 'sendrecv');
  });

  it('ends with the last of several quick changes', async () => {
    await all.meet();
    const camera = all.side('p_a').camera;
    for (const track of [null, camera]) {
      all.side('p_a').camera = track;
      all.side('p_a').send();
    }
    await all.clock.advance(100);
    assert.equal(all.sending('p_a').getTransceivers()[1].sender.track, camera);
  });
});

describe('a shared screen', () => {
  it('comes beside the camera, with its sound, and goes again', async () => {
    await all.meet();
    all.side('p_a').share('video', 'audio');
    await all.clock.advance(100);
    assert.deepEqual(all.side('p_b').receives('p_a'), ['microphone', 'camera', 'screen', 'screenAudio']);
    all.side('p_a').share();
    await all.clock.advance(100);
    assert.deepEqual(all.side('p_b').receives('p_a'), ['microphone', 'camera']);
  });

  it('uses its m-line again', async () => {
    await all.meet();
    for (let time = 0; time < 3; time += 1) {
      all.side('p_a').share(...(time % 2 === 0 ? [/** @type {const} */ ('video')] : []));
      await all.clock.advance(100);
    }
    assert.deepEqual(all.open.map((pc) => pc.getTransceivers().length), [3, 3]);
    assert.deepEqual(all.side('p_b').receives('p_a'), ['microphone', 'camera', 'screen']);
  });

  it('is there when it was shared before the other came', async () => {
    for (const id of ['p_a', 'p_b']) all.add(id);
    all.side('p_a').share('video');
    all.side('p_a').mesh.enter('p_a', []);
    all.side('p_b').mesh.enter('p_b', ['p_a']);
    all.side('p_a').mesh.joined('p_b');
    await all.clock.advance(100);
    assert.deepEqual(all.side('p_b').receives('p_a'), ['microphone', 'camera', 'screen']);
  });

  it('is known by its position when the other side names no streams', async () => {
    await all.meet();
    all.loses = (signal) => {
      delete signal.body.streams;
      return false;
    };
    all.side('p_a').share('video');
    await all.clock.advance(100);
    assert.deepEqual(all.side('p_b').receives('p_a'), ['microphone', 'camera', 'screen']);
  });

  it('is known by its name although it comes first', async () => {
    const camera = all.side.bind(all);
    all.loses = ({ from, body }) => {
      if (from === 'p_b' && body.streams) body.streams = { [camera('p_b').stream.id]: 'screen' };
      return false;
    };
    await all.meet();
    assert.deepEqual(all.side('p_a').receives('p_b'), ['screenAudio', 'screen']);
    assert.deepEqual(all.side('p_b').receives('p_a'), ['microphone', 'camera']);
  });

  it('keeps its resolution when the way is narrow', async () => {
    await all.meet();
    all.side('p_a').share('video');
    await all.clock.advance(100);
    const screen = all.sending('p_a').getTransceivers()[2].sender.getParameters();
    assert.equal(screen.degradationPreference, 'maintain-resolution');
    assert.equal(screen.encodings[0].maxBitrate, 2_500_000);
  });

  it('of both at the same moment arrives at both', async () => {
    await all.meet();
    for (const id of ['p_a', 'p_b']) {
      all.side(id).share('video');
    }
    await all.clock.advance(200);
    for (const [one, other] of [['p_a', 'p_b'], ['p_b', 'p_a']]) {
      assert.deepEqual(all.side(one).receives(other).sort(), ['camera', 'microphone', 'screen']);
    }
    assert.equal(all.network.all.length, 2, 'on the connections that were there');
  });
});

describe('two first offers at once', () => {
  it('leave one link with one m-line of each kind', async () => {
    for (const id of ['p_a', 'p_b']) all.add(id);
    all.side('p_a').mesh.enter('p_a', ['p_b']);
    all.side('p_b').mesh.enter('p_b', ['p_a']);
    await all.clock.advance(200);
    assert.deepEqual(all.open.map((pc) => pc.connectionState), ['connected', 'connected']);
    assert.deepEqual(all.open.map((pc) => pc.getTransceivers().length), [2, 2]);
    assert.deepEqual(all.side('p_a').receives('p_b'), ['microphone', 'camera']);
  });

  it('are settled at once when the offer that holds was lost', async () => {
    for (const id of ['p_a', 'p_b']) all.add(id);
    let lost = 0;
    all.loses = ({ from }) => from === 'p_b' && lost++ === 0;
    all.side('p_a').mesh.enter('p_a', ['p_b']);
    all.side('p_b').mesh.enter('p_b', ['p_a']);
    await all.clock.advance(500);
    assert.deepEqual(all.states, ['connected', 'connected']);
  });
});

describe('repeated and late signals', () => {
  it('do nothing when a description comes twice', async () => {
    await all.meet();
    const before = all.signals.length;
    for (const signal of [...all.signals]) all.pass(signal);
    await all.clock.advance(100);
    assert.equal(all.signals.length, before);
    assert.deepEqual(all.open.map((pc) => pc.connectionState), ['connected', 'connected']);
  });

  it('do nothing when an answer comes that nobody waits for', async () => {
    await all.meet();
    const answer = all.signals.find(({ body }) => body.description?.type === 'answer');
    all.pass({ from: 'p_a', to: 'p_b', body: { ...answer?.body, description: { type: 'answer', sdp: `${answer?.body.description.sdp} ` } } });
    await all.clock.advance(100);
    all.network.break('failed');
    all.network.repair();
    await all.clock.advance(500);
    assert.deepEqual(all.states, ['connected', 'connected'], 'nobody thinks that the connection is of no more use');
    assert.equal(all.network.all.length, 2);
  });

  it('do nothing when they belong to a connection that is over', async () => {
    await all.meet();
    const old = all.signals.filter(({ from }) => from === 'p_b');
    all.side('p_b').mesh.close();
    all.add('p_b');
    all.side('p_b').mesh.enter('p_b', ['p_a']);
    await all.clock.advance(100);
    const made = all.network.all.length;
    for (const { body } of old) all.side('p_a').mesh.receive('p_b', body);
    await all.clock.advance(100);
    assert.equal(all.network.all.length, made);
    assert.equal(all.side('p_a').state('p_b'), 'connected');
  });
});

describe('a page that was reloaded', () => {
  it('is met with a new connection', async () => {
    await all.meet();
    all.side('p_b').mesh.close();
    all.add('p_b');
    all.side('p_b').mesh.enter('p_b', ['p_a']);
    await all.clock.advance(100);
    assert.deepEqual(all.states, ['connected', 'connected']);
    assert.equal(all.open.length, 2);
    assert.equal(all.network.all.length, 4);
  });

  it('is met when both reload at once', async () => {
    await all.meet();
    for (const id of ['p_a', 'p_b']) all.side(id).mesh.close();
    for (const id of ['p_a', 'p_b']) all.add(id);
    all.side('p_a').mesh.enter('p_a', ['p_b']);
    await all.clock.advance(5);
    all.side('p_b').mesh.enter('p_b', ['p_a']);
    await all.clock.advance(500);
    assert.deepEqual(all.open.map((pc) => pc.connectionState), ['connected', 'connected']);
  });
});
