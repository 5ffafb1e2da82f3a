import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Mesh } from '../../../public/call/mesh.js';
import { FakeMediaStream, FakeNetwork, fakePeerConnection, FakeTrack } from '../support/fake-peer-connection.js';
import { settle, VirtualClock } from '../support/virtual-clock.js';

/** @type {VirtualClock} */
let clock;
/** @type {FakeNetwork} */
let network;
/** @type {{ from: string, to: string, body: any }[]} everything that was signalled */
let signals;
/** @type {(signal: { from: string, to: string, body: any }) => boolean} what the server loses */
let loses;
/** @type {Record<string, Side>} */
let sides;

/** One participant: its mesh and what it was told. */
class Side {
  /** @type {Map<string, any>} */
  links = new Map();
  /** @type {string[]} */
  gone = [];
  reachable = true;
  microphone = new FakeTrack('audio');
  /** @type {FakeTrack | null} */
  camera = new FakeTrack('video');
  /** @type {FakeMediaStream | null} */
  screen = null;
  stream = new FakeMediaStream();

  /** @param {string} id */
  constructor(id) {
    this.id = id;
    this.mesh = new Mesh({
      PeerConnection: fakePeerConnection(network),
      clock,
      signal: (to, body) => deliver({ from: id, to, body: structuredClone(body) }),
      isReachable: () => this.reachable,
      onLink: (other, link) => (link ? this.links.set(other, link) : this.links.delete(other)),
      onTracks: () => {},
      onGone: (other) => this.gone.push(other),
    }, this.local());
  }

  /** @returns {any} */
  local() {
    return { microphone: this.microphone, camera: this.camera, stream: this.stream, screen: this.screen, receivers: 1 };
  }

  send() { this.mesh.send(this.local()); }

  /** @param {string} other */
  state(other) { return this.links.get(other)?.state; }

  /** @param {string} other what is received, as `camera audio` */
  receives(other) { return this.mesh.received(other).map(({ source, track }) => `${source} ${track.kind}`); }
}

/** @param {{ from: string, to: string, body: any }} signal */
function deliver(signal) {
  signals.push(signal);
  if (loses(signal)) return;
  clock.setTimeout(() => sides[signal.to]?.mesh.receive(signal.from, signal.body), 10);
}

/** Ada was there and Bob comes. */
async function meet(first = 'p_a', second = 'p_b') {
  sides = { [first]: new Side(first), [second]: new Side(second) };
  side(first).mesh.enter(first, []);
  side(second).mesh.enter(second, [first]);
  side(first).mesh.joined(second);
  await clock.advance(100);
}

/** @param {string} id @returns {Side} */
function side(id) { return /** @type {Side} */ (sides[id]); }
const offers = () => signals.filter(({ body }) => body.description?.type === 'offer').map(({ from }) => from);
const connections = () => [...network.open];
/** @param {string} id the connection that sends somebody's microphone */
const sending = (id) => network.all.find((pc) => pc.getTransceivers()[0]?.sender.track === side(id).microphone);

beforeEach(() => {
  clock = new VirtualClock();
  network = new FakeNetwork();
  signals = [];
  loses = () => false;
});

describe('a first link', () => {
  for (const [first, second] of /** @type {const} */ ([['p_a', 'p_b'], ['p_b', 'p_a']])) {
    it(`is offered by the one who came later, here ${second}`, async () => {
      await meet(first, second);
      assert.deepEqual(offers(), [second]);
      assert.deepEqual([side(first).state(second), side(second).state(first)], ['connected', 'connected']);
      assert.equal(connections().length, 2);
    });
  }

  it('says that it is connecting as soon as it offers', async () => {
    sides = { p_b: new Side('p_b') };
    side('p_b').mesh.enter('p_b', ['p_a']);
    assert.equal(side('p_b').state('p_a'), 'connecting');
  });

  it('carries microphone and camera both ways on one m-line each', async () => {
    await meet();
    for (const [one, other] of [['p_a', 'p_b'], ['p_b', 'p_a']]) {
      assert.deepEqual(side(one).receives(other), ['camera audio', 'camera video']);
    }
    const [pc] = connections();
    assert.deepEqual(pc.getTransceivers().map(({ sender }) => sender.track?.kind), ['audio', 'video']);
  });

  it('sends every candidate with the name of its connection, the empty one of Firefox not', async () => {
    await meet();
    const candidates = signals.filter(({ body }) => body.candidate !== undefined);
    assert.equal(candidates.length, 4, 'one and the end from each');
    assert.ok(candidates.every(({ body }) => body.candidate === null || body.candidate.candidate !== ''));
    const named = signals.find(({ from, body }) => from === 'p_b' && body.description)?.body.connection;
    assert.ok(candidates.filter(({ from }) => from === 'p_b').every(({ body }) => body.connection === named));
    for (const pc of connections()) assert.equal(pc.candidates.length, 2);
  });

  it('is offered by the one who was there when no offer comes', async () => {
    loses = ({ from }) => from === 'p_b' && clock.now() < 8500;
    await meet();
    await clock.advance(30_000);
    assert.ok(offers().includes('p_a'));
    assert.equal(side('p_a').state('p_b'), 'connected');
    assert.equal(side('p_b').state('p_a'), 'connected');
  });

  it('goes on when the camera was off and comes on later, without another offer', async () => {
    sides = { p_a: new Side('p_a'), p_b: new Side('p_b') };
    side('p_a').camera = null;
    side('p_a').send();
    side('p_a').mesh.enter('p_a', []);
    side('p_b').mesh.enter('p_b', ['p_a']);
    side('p_a').mesh.joined('p_b');
    await clock.advance(100);
    side('p_a').camera = new FakeTrack('video');
    side('p_a').send();
    await settle();
    assert.equal(offers().length, 1);
    const sender = connections().flatMap((pc) => pc.getTransceivers()).find((one) => one.sender.track === side('p_a').camera);
    assert.equal(sender?.currentDirection, 'sendrecv');
  });

  it('ends with the last of several quick changes', async () => {
    await meet();
    const camera = side('p_a').camera;
    for (const track of [null, camera, null]) {
      side('p_a').camera = track;
      side('p_a').send();
    }
    await settle();
    assert.equal(sending('p_a').getTransceivers()[1].sender.track, null);
  });
});

describe('a shared screen', () => {
  it('comes beside the camera, with its sound, and goes again', async () => {
    await meet();
    side('p_a').screen = new FakeMediaStream([new FakeTrack('video'), new FakeTrack('audio')]);
    side('p_a').send();
    await clock.advance(100);
    assert.deepEqual(side('p_b').receives('p_a'), ['camera audio', 'camera video', 'screen video', 'screen audio']);
    side('p_a').screen = null;
    side('p_a').send();
    await clock.advance(100);
    assert.deepEqual(side('p_b').receives('p_a'), ['camera audio', 'camera video']);
  });

  it('uses its m-line again', async () => {
    await meet();
    for (let time = 0; time < 3; time += 1) {
      side('p_a').screen = time % 2 === 0 ? new FakeMediaStream([new FakeTrack('video')]) : null;
      side('p_a').send();
      await clock.advance(100);
    }
    assert.deepEqual(connections().map((pc) => pc.getTransceivers().length), [3, 3]);
    assert.deepEqual(side('p_b').receives('p_a'), ['camera audio', 'camera video', 'screen video']);
  });

  it('is there when it was shared before the other came', async () => {
    sides = { p_a: new Side('p_a'), p_b: new Side('p_b') };
    side('p_a').screen = new FakeMediaStream([new FakeTrack('video')]);
    side('p_a').send();
    side('p_a').mesh.enter('p_a', []);
    side('p_b').mesh.enter('p_b', ['p_a']);
    side('p_a').mesh.joined('p_b');
    await clock.advance(100);
    assert.deepEqual(side('p_b').receives('p_a'), ['camera audio', 'camera video', 'screen video']);
  });

  it('is known by its position when the other side names no streams', async () => {
    await meet();
    loses = (signal) => {
      if (signal.body.streams) {
        const { streams, ...body } = signal.body;
        clock.setTimeout(() => sides[signal.to]?.mesh.receive(signal.from, body), 10);
        return true;
      }
      return false;
    };
    side('p_a').screen = new FakeMediaStream([new FakeTrack('video')]);
    side('p_a').send();
    await clock.advance(100);
    assert.deepEqual(side('p_b').receives('p_a'), ['camera audio', 'camera video', 'screen video']);
  });

  it('of both at the same moment arrives at both', async () => {
    await meet();
    for (const id of ['p_a', 'p_b']) {
      side(id).screen = new FakeMediaStream([new FakeTrack('video')]);
      side(id).send();
    }
    await clock.advance(200);
    for (const [one, other] of [['p_a', 'p_b'], ['p_b', 'p_a']]) {
      assert.deepEqual(side(one).receives(other).sort(), ['camera audio', 'camera video', 'screen video']);
    }
    assert.equal(network.all.length, 2, 'on the connections that were there');
  });
});

describe('two first offers at once', () => {
  it('leave one link with one m-line of each kind', async () => {
    sides = { p_a: new Side('p_a'), p_b: new Side('p_b') };
    side('p_a').mesh.enter('p_a', ['p_b']);
    side('p_b').mesh.enter('p_b', ['p_a']);
    await clock.advance(200);
    assert.deepEqual(connections().map((pc) => pc.connectionState), ['connected', 'connected']);
    assert.deepEqual(connections().map((pc) => pc.getTransceivers().length), [2, 2]);
    assert.deepEqual(side('p_a').receives('p_b'), ['camera audio', 'camera video']);
  });

  it('are settled at once when the offer that holds was lost', async () => {
    sides = { p_a: new Side('p_a'), p_b: new Side('p_b') };
    let lost = 0;
    loses = ({ from }) => from === 'p_b' && lost++ === 0;
    side('p_a').mesh.enter('p_a', ['p_b']);
    side('p_b').mesh.enter('p_b', ['p_a']);
    await clock.advance(500);
    assert.equal(side('p_a').state('p_b'), 'connected');
    assert.equal(side('p_b').state('p_a'), 'connected');
  });
});

describe('repeated and late signals', () => {
  it('do nothing when a description comes twice', async () => {
    await meet();
    const before = signals.length;
    for (const { from, to, body } of [...signals]) sides[to]?.mesh.receive(from, body);
    await clock.advance(100);
    assert.equal(signals.length, before);
    assert.deepEqual(connections().map((pc) => pc.connectionState), ['connected', 'connected']);
  });

  it('do nothing when they belong to a connection that is over', async () => {
    await meet();
    const old = signals.filter(({ from }) => from === 'p_b');
    sides['p_b']?.mesh.close();
    sides = { ...sides, p_b: new Side('p_b') };
    side('p_b').mesh.enter('p_b', ['p_a']);
    await clock.advance(100);
    const made = network.all.length;
    for (const { body } of old) side('p_a').mesh.receive('p_b', body);
    await clock.advance(100);
    assert.equal(network.all.length, made);
    assert.equal(side('p_a').state('p_b'), 'connected');
  });
});

describe('a page that was reloaded', () => {
  it('is met with a new connection', async () => {
    await meet();
    side('p_b').mesh.close();
    sides = { ...sides, p_b: new Side('p_b') };
    side('p_b').mesh.enter('p_b', ['p_a']);
    await clock.advance(100);
    assert.equal(side('p_a').state('p_b'), 'connected');
    assert.equal(side('p_b').state('p_a'), 'connected');
    assert.equal(connections().length, 2);
    assert.equal(network.all.length, 4);
  });

  it('is met when both reload at once', async () => {
    await meet();
    for (const id of ['p_a', 'p_b']) side(id).mesh.close();
    sides = { p_a: new Side('p_a'), p_b: new Side('p_b') };
    side('p_a').mesh.enter('p_a', ['p_b']);
    await clock.advance(5);
    side('p_b').mesh.enter('p_b', ['p_a']);
    await clock.advance(500);
    assert.deepEqual(connections().map((pc) => pc.connectionState), ['connected', 'connected']);
  });
});

describe('mending', () => {
  beforeEach(() => meet());

  it('restarts ICE at once when the path failed, on the connection that is there', async () => {
    network.break('failed');
    network.repair();
    assert.equal(side('p_a').state('p_b'), 'unstable');
    await clock.advance(1500);
    assert.equal(side('p_a').state('p_b'), 'connected');
    assert.equal(network.all.length, 2);
    assert.equal(network.all.reduce((sum, pc) => sum + pc.restarts, 0), 1, 'by one side only');
  });

  it('gives a disconnected path two seconds', async () => {
    network.break('disconnected');
    network.repair();
    await clock.advance(1900);
    assert.equal(network.all.reduce((sum, pc) => sum + pc.restarts, 0), 0);
    await clock.advance(200);
    assert.ok(network.all.some((pc) => pc.restarts === 1));
    await clock.advance(200);
    assert.equal(side('p_b').state('p_a'), 'connected');
  });

  it('does nothing when a disconnected path mends itself', async () => {
    network.break('disconnected');
    await clock.advance(1000);
    network.repair();
    network.update();
    await clock.advance(30_000);
    assert.ok(network.all.every((pc) => pc.restarts === 0));
    assert.equal(offers().length, 1);
  });

  it('tries without end, with a new connection at last, and says that it fails', async () => {
    network.break('failed');
    await clock.advance(60_000);
    assert.equal(side('p_a').state('p_b'), 'failed');
    assert.ok(network.all.length > 2);
    assert.ok(offers().length < 20, 'but with patience');
    network.repair();
    await clock.advance(40_000);
    assert.equal(side('p_a').state('p_b'), 'connected');
    assert.equal(side('p_b').state('p_a'), 'connected');
    assert.equal(connections().length, 2);
  });

  it('waits while the other side cannot be reached', async () => {
    for (const id of ['p_a', 'p_b']) side(id).reachable = false;
    network.break('failed');
    network.repair();
    await clock.advance(20_000);
    assert.equal(offers().length, 1);
    for (const id of ['p_a', 'p_b']) {
      side(id).reachable = true;
      side(id).mesh.mend({ evenIfConnected: false });
    }
    await clock.advance(1500);
    assert.equal(side('p_a').state('p_b'), 'connected');
  });

  it('looks for a new path on a new network although the old one has not failed yet', async () => {
    side('p_b').mesh.mend({ evenIfConnected: true });
    await clock.advance(100);
    assert.equal(network.all.reduce((sum, pc) => sum + pc.restarts, 0), 1);
    assert.equal(offers().length, 2);
    side('p_b').mesh.mend({ evenIfConnected: false });
    await clock.advance(100);
    assert.equal(offers().length, 2);
  });

  it('begins anew when a description cannot be applied', async () => {
    const { body } = signals.find(({ from, body: { description } }) => from === 'p_b' && description) ?? {};
    side('p_a').mesh.receive('p_b', { ...body, description: { type: 'offer', sdp: 'nonsense' } });
    network.break('disconnected');
    network.repair();
    await clock.advance(60_000);
    assert.equal(side('p_a').state('p_b'), 'connected');
    assert.equal(side('p_b').state('p_a'), 'connected');
  });

  it('converges whatever is lost', async () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      clock = new VirtualClock();
      network = new FakeNetwork();
      signals = [];
      let state = seed;
      const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
      loses = () => clock.now() < 40_000 && random() < 0.4;
      await meet();
      if (seed % 2) network.break('failed');
      await clock.advance(20_000);
      network.repair();
      await clock.advance(100_000);
      assert.deepEqual([side('p_a').state('p_b'), side('p_b').state('p_a')], ['connected', 'connected'], `seed ${seed}`);
      assert.equal(connections().length, 2, `seed ${seed}`);
    }
  });
});

describe('a participant absent from the snapshot', () => {
  beforeEach(() => meet());

  it('is kept while its media flows, and is the same link when it returns', async () => {
    const kept = side('p_a').mesh.enter('p_a', []);
    assert.deepEqual([...kept], ['p_b']);
    await clock.advance(5000);
    side('p_a').mesh.joined('p_b');
    await clock.advance(60_000);
    assert.equal(side('p_a').state('p_b'), 'connected');
    assert.equal(network.all.length, 2);
    assert.deepEqual(side('p_a').gone, []);
  });

  it('is given up when its grace has passed', async () => {
    side('p_a').mesh.enter('p_a', []);
    await clock.advance(29_999);
    assert.deepEqual(side('p_a').gone, []);
    await clock.advance(2);
    assert.deepEqual(side('p_a').gone, ['p_b']);
    assert.equal(side('p_a').state('p_b'), undefined);
  });

  it('is given up when its media stops', async () => {
    side('p_a').mesh.enter('p_a', []);
    network.break('disconnected');
    assert.deepEqual(side('p_a').gone, ['p_b']);
  });

  it('is gone at once when its media did not flow', async () => {
    network.break('disconnected');
    assert.deepEqual([...side('p_a').mesh.enter('p_a', [])], []);
    assert.equal(side('p_a').state('p_b'), undefined);
  });
});

describe('the end of a link', () => {
  it('leaves no timer and no connection', async () => {
    await meet();
    for (const id of ['p_a', 'p_b']) side(id).mesh.close();
    assert.equal(clock.pending, 0);
    assert.equal(connections().length, 0);
  });

  it('comes with another identity of our own', async () => {
    await meet();
    const former = sending('p_a');
    side('p_a').mesh.enter('p_new', ['p_b']);
    assert.equal(former.connectionState, 'closed');
    assert.equal(network.all.length, 3);
  });
});

describe('the uplink', () => {
  it('is shared: the camera gets less for each further receiver', async () => {
    await meet();
    const camera = () => connections()[0].getTransceivers()[1].sender.getParameters();
    const alone = camera().encodings[0].maxBitrate;
    assert.equal(camera().degradationPreference, 'balanced');
    sides = { ...sides, p_c: new Side('p_c') };
    side('p_c').mesh.enter('p_c', ['p_a', 'p_b']);
    side('p_a').mesh.joined('p_c');
    side('p_b').mesh.joined('p_c');
    await clock.advance(200);
    assert.ok(camera().encodings[0].maxBitrate < alone);
    side('p_a').mesh.left('p_c');
    side('p_b').mesh.left('p_c');
    await clock.advance(200);
    assert.equal(camera().encodings[0].maxBitrate, alone);
  });
});
