import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { everything, preset } from '../support/literals.js';
import { Meeting } from '../support/meeting.js';
import { settle } from '../support/virtual-clock.js';

/** @type {Meeting} */
let all;

beforeEach(() => {
  all = new Meeting();
});

describe('joining', () => {
  it('goes through connecting to joined, and says what will be published', async () => {
    const ada = all.person('Ada');
    await ada.join();
    assert.deepEqual(ada.heard('change').map(({ state }) => state.phase).filter((phase, at, all) => phase !== all[at - 1]), ['connecting', 'joined']);
    const join = all.server.requests.find(({ type }) => type === 'join');
    assert.deepEqual(join.devices, { audio: true, video: true, screen: false });
    assert.match(join.client, /^[a-z0-9]{24}$/);
    assert.equal(ada.state.room?.name, 'tea');
  });

  it('lets two people see and hear each other', async () => {
    const [ada, bob] = await all.two();
    assert.deepEqual(ada.plays(bob), ['audio video', '']);
    assert.deepEqual(bob.plays(ada), ['audio video', '']);
    assert.equal(ada.state.links[bob.id]?.state, 'connected');
    assert.ok(ada.call.level(bob.id) > 0);
    assert.equal(all.network.all.length, 2, 'by one connection each');
  });

  it('hands on a refusal and can be called again', async () => {
    const bob = all.person('Bob');
    all.server.refuse = ({ type, password }) => (type === 'join' && password !== 'right' ? { code: 'passwordRequired' } : null);
    await assert.rejects(bob.join(), { code: 'passwordRequired' });
    assert.equal(bob.state.phase, 'idle');
    await bob.join({ password: 'right' });
    assert.equal(bob.state.phase, 'joined');
  });

  it('refuses a second call at the same time', async () => {
    const ada = all.person('Ada');
    await ada.join();
    await assert.rejects(ada.call.join({ room: 'tea', name: 'Ada' }), { code: 'notReady' });
  });

  it('goes to the server below its prefix', async () => {
    let url = '';
    const Native = all.server.WebSocket;
    all.server.WebSocket = /** @type {any} */ (class extends Native {
      constructor(/** @type {URL} */ given) {
        super(given);
        url = String(given);
      }
    });
    await all.person('Ada').join();
    assert.equal(url, 'wss://meet.example/talk/ws');
  });
});

describe('devices', () => {
  it('that the server says are off are not played, and are played again when on', async () => {
    const [ada, bob] = await all.two();
    const stream = ada.call.streams(bob.id).camera;
    await all.during(bob.call.setAudio(false));
    assert.deepEqual(ada.plays(bob), ['video', '']);
    await all.during(bob.call.setVideo(false));
    assert.deepEqual(ada.plays(bob), ['', '']);
    assert.equal(ada.call.level(bob.id), 0);
    await all.during(bob.call.setAudio(true));
    await all.during(bob.call.setVideo(true));
    assert.deepEqual(ada.plays(bob), ['audio video', '']);
    assert.equal(ada.call.streams(bob.id).camera, stream, 'the same stream, so that the element goes on');
  });

  it('are muted without letting the microphone go, but the camera goes dark', async () => {
    const [, bob] = await all.two();
    const [microphone, camera] = bob.devices.tracks;
    await all.during(bob.call.setAudio(false));
    await all.during(bob.call.setVideo(false));
    assert.deepEqual([microphone?.readyState, microphone?.enabled], ['live', false]);
    assert.equal(camera?.readyState, 'ended');
  });

  it('go off when the server refuses them', async () => {
    const [, bob] = await all.two();
    await all.during(bob.call.setAudio(false));
    all.server.refuse = ({ type, audio }) => (type === 'setDevices' && audio ? { code: 'forbidden' } : null);
    await assert.rejects(all.during(bob.call.setAudio(true)), { code: 'forbidden' });
    assert.equal(bob.media.active.audio, false);
    await all.during(bob.call.setAudio(false));
    all.server.refuse = () => null;
    await all.during(bob.call.setVideo(false));
  });

  it('are not asked for without the permission', async () => {
    const [, bob] = await all.two();
    await all.during(bob.call.setVideo(false));
    all.server.change(bob.id, { permissions: preset.filter((permission) => permission !== 'publishVideo') });
    await all.clock.advance(10);
    const asked = bob.devices.asked.length;
    await assert.rejects(bob.call.setVideo(true), { code: 'forbidden' });
    assert.equal(bob.devices.asked.length, asked);
  });

  it('are told to be off when they are lost, and on when another took their place', async () => {
    const [ada, bob] = await all.two();
    bob.devices.refuses = { video: 'NotFoundError' };
    bob.media.camera?.dispatchEvent(new Event('ended'));
    await all.clock.advance(100);
    assert.deepEqual(ada.plays(bob), ['audio', '']);
    assert.equal(bob.heard('notice')[0].key, 'notice.cameraLost');
    bob.media.microphone?.dispatchEvent(new Event('ended'));
    await all.clock.advance(100);
    assert.deepEqual(ada.plays(bob), ['audio', '']);
    assert.equal(ada.state.participants[bob.id]?.devices.audio, true);
  });

  it('end as the last of several quick wishes', async () => {
    const [ada, bob] = await all.two();
    await all.during(Promise.all([bob.call.setAudio(false), bob.call.setAudio(true), bob.call.setAudio(false), bob.call.setAudio(true)]));
    await all.clock.advance(100);
    assert.equal(bob.media.active.audio, true);
    assert.equal(ada.state.participants[bob.id]?.devices.audio, true);
    assert.deepEqual(ada.plays(bob), ['audio video', '']);
  });

  it('share a screen beside the camera, until the browser ends it', async () => {
    const [ada, bob] = await all.two();
    await all.during(bob.call.shareScreen());
    assert.deepEqual(ada.plays(bob), ['audio video', 'audio video']);
    bob.media.screen?.getVideoTracks()[0]?.dispatchEvent(new Event('ended'));
    await all.clock.advance(100);
    assert.deepEqual(ada.plays(bob), ['audio video', '']);
    assert.equal(ada.state.participants[bob.id]?.devices.screen, false);
  });
});

describe('a host', () => {
  it('mutes: the microphone goes off here, with a word', async () => {
    const [ada, bob] = await all.two();
    all.server.tell(bob.id, { type: 'moderated', action: 'mute', by: ada.id, reason: 'echo' });
    all.server.change(bob.id, { devices: { audio: false, video: true, screen: false } });
    await all.clock.advance(100);
    assert.equal(bob.media.microphone?.enabled, false);
    assert.deepEqual(bob.heard('moderated'), [{ action: 'mute', by: ada.id, reason: 'echo' }]);
    assert.equal(all.server.members.get(bob.id).participant.devices.audio, false, 'and stays so');
  });

  it('switches off what a rule forbids, without a word of its own', async () => {
    const [, bob] = await all.two();
    await all.during(bob.call.shareScreen());
    all.server.change(bob.id, { devices: { audio: false, video: false, screen: false } });
    await all.clock.advance(600);
    assert.deepEqual(bob.media.active, { audio: false, video: false, screen: false });
  });

  it('keeps the key of the room for the next visit', async () => {
    const ada = all.person('Ada');
    await ada.join();
    assert.equal(ada.state.hostKey, 'hk_p_a');
    await all.during(ada.call.leave());
    const again = all.person('Ada', { storage: ada.storage });
    await again.join({ room: 'TEA' });
    assert.equal(all.server.requests.filter(({ type }) => type === 'join')[1].hostKey, 'hk_p_a');
  });

  it('joins as anybody when the kept key is of a room that ended', async () => {
    const ada = all.person('Ada');
    await ada.join();
    await all.during(ada.call.leave());
    await all.person('Cleo').join();
    all.server.refuse = ({ hostKey }) => (hostKey ? { code: 'tokenInvalid' } : null);
    const again = all.person('Ada', { storage: ada.storage });
    await again.join();
    assert.equal(again.state.phase, 'joined');
    assert.equal(again.storage.getItem('parley.hostKeys')?.includes('hk_p_a'), false);
  });

  it('makes a key for an encoder, which is told once, finds it among the others, and revokes it', async () => {
    const ada = all.person('Ada');
    await ada.join();
    const [stage, drone] = [await all.during(ada.call.createStreamKey('Stage')), await all.during(ada.call.createStreamKey('Drone'))];
    assert.deepEqual([stage.key, drone.key], ['sk_k_1', 'sk_k_2']);
    assert.deepEqual((await all.during(ada.call.streamKeys())).map(({ id, name }) => [id, name]), [['k_1', 'Stage'], ['k_2', 'Drone']]);
    await all.during(ada.call.revokeStreamKey(stage.id));
    const left = await all.during(ada.call.streamKeys());
    assert.deepEqual(left.map(({ name }) => name), ['Drone']);
    assert.ok(!JSON.stringify(left).includes('sk_'), 'no list tells a key');
  });

  it('is told when it becomes one', async () => {
    const [, bob] = await all.two();
    all.server.change(bob.id, { role: 'host', owner: true, permissions: everything });
    all.server.tell(bob.id, { type: 'hostKey', hostKey: 'hk_new' });
    await all.clock.advance(10);
    assert.equal(bob.state.hostKey, 'hk_new');
    assert.deepEqual(bob.heard('notice').map(({ key }) => key), ['notice.role.host'], 'once, and what it is now');
  });

  it('is told when a host becomes the owner, which changes no role', async () => {
    const [, bob] = await all.two();
    all.server.change(bob.id, { role: 'host', permissions: everything });
    all.server.change(bob.id, { owner: true });
    await all.clock.advance(10);
    assert.deepEqual(bob.heard('notice').map(({ key }) => key), ['notice.role.host', 'notice.owner']);
  });
});

describe('the end', () => {
  it('of leaving: everything is let go at once', async () => {
    const [ada, bob] = await all.two();
    const leaving = bob.call.leave();
    assert.deepEqual([bob.state.phase, bob.state.ended?.code], ['ended', 'left']);
    assert.ok(bob.devices.tracks.every(({ readyState }) => readyState === 'ended'));
    await all.during(leaving);
    assert.deepEqual(Object.keys(ada.state.participants), [ada.id]);
    assert.deepEqual(ada.call.streams('p_b'), { camera: null, screen: null });
    assert.equal(all.network.open.size, 0);
  });

  it('of leaving without a connection: by a beacon', async () => {
    const [, bob] = await all.two();
    all.server.reachable = false;
    all.server.cut(bob.id);
    await settle();
    await all.during(bob.call.leave());
    assert.equal(bob.page.beacons.length, 1);
  });

  for (const [event, code] of /** @type {const} */ ([
    [{ type: 'removed', reason: 'removed', message: 'Bye.' }, 'removed'],
    [{ type: 'removed', reason: 'banned', message: null }, 'banned'],
    [{ type: 'roomEnded', reason: 'host' }, 'roomEnded'],
  ])) {
    it(`by the server is final: ${code}`, async () => {
      const [, bob] = await all.two();
      all.server.tell(bob.id, event);
      await all.clock.advance(10);
      assert.deepEqual([bob.state.phase, bob.state.ended?.code], ['ended', code]);
      const connections = all.server.requests.filter(({ type }) => type === 'hello').length;
      all.server.cut(bob.id ?? 'p_b');
      await all.clock.advance(60_000);
      assert.equal(all.server.requests.filter(({ type }) => type === 'hello').length, connections);
      assert.ok(bob.devices.tracks.every(({ readyState }) => readyState === 'ended'));
    });
  }

  it('by another tab is told as such', async () => {
    const [, bob] = await all.two();
    all.server.cut(bob.id, 4000);
    await all.clock.advance(10);
    assert.equal(bob.state.ended?.code, 'superseded');
  });

  it('can be followed by another call', async () => {
    const [ada, bob] = await all.two();
    await all.during(bob.call.leave());
    await bob.join();
    assert.equal(bob.state.ended, null);
    assert.deepEqual(ada.plays(bob), ['audio video', '']);
  });
});

describe('state', () => {
  it('is told once for what belongs together, with the former one', async () => {
    const [ada] = await all.two();
    ada.events.length = 0;
    all.server.change(ada.id, { name: 'Ada L.' });
    await all.clock.advance(10);
    const [{ previous, state }] = ada.heard('change');
    assert.equal(ada.heard('change').length, 1);
    assert.notEqual(previous, state);
    assert.equal(previous.participants[ada.id].name, 'Ada');
    assert.equal(state.participants[ada.id].name, 'Ada L.');
  });

  it('never shows a link without its participant', async () => {
    const [ada, bob] = await all.two();
    for (const { state } of [...ada.heard('change'), ...bob.heard('change')]) {
      for (const id of Object.keys(state.links)) assert.ok(id in state.participants);
    }
  });
});
