import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { CallController } from '../../../public/call/call-controller.js';
import { LocalMedia } from '../../../public/call/local-media.js';
import { FakePage, FakeStorage } from '../support/fake-page.js';
import { FakeMediaDevices, FakeMediaStream, FakeNetwork, fakePeerConnection } from '../support/fake-peer-connection.js';
import { FakeServer } from '../support/fake-server.js';
import { everything, preset } from '../support/literals.js';
import { settle, VirtualClock } from '../support/virtual-clock.js';

/** @type {VirtualClock} */
let clock;
/** @type {FakeNetwork} */
let network;
/** @type {FakeServer} */
let server;

/** Somebody with a browser. */
class Person {
  devices = new FakeMediaDevices();
  page = new FakePage();
  /** @type {any[]} */
  events = [];

  /** @param {string} name @param {{ session?: FakeStorage, storage?: FakeStorage }} [kept] from a former page */
  constructor(name, { session = new FakeStorage(), storage = new FakeStorage() } = {}) {
    this.name = name;
    this.session = session;
    this.storage = storage;
    this.media = new LocalMedia(/** @type {any} */ (this.devices), undefined, { MediaStream: /** @type {any} */ (FakeMediaStream) });
    this.call = new CallController({
      root: new URL('https://meet.example/talk/'),
      PeerConnection: fakePeerConnection(network),
      MediaStream: /** @type {any} */ (FakeMediaStream),
      WebSocket: server.WebSocket,
      media: this.media,
      clock, session, storage, page: this.page.events, random: () => 0,
    });
    for (const type of ['change', 'streams', 'reaction', 'moderated', 'notice']) {
      this.call.addEventListener(type, (event) => this.events.push([type, /** @type {CustomEvent} */ (event).detail]));
    }
  }

  /** @param {object} [options] */
  async join(options = {}) {
    await this.media.open();
    await during(this.call.join({ room: 'tea', name: this.name, ...options }));
    await clock.advance(200);
  }

  get state() { return this.call.state; }
  get id() { return /** @type {string} */ (this.state.me); }

  /** @param {Person} other what may be played of somebody, as `camera: audio video` */
  plays(other) {
    const { camera, screen } = this.call.streams(other.id);
    const kinds = (/** @type {any} */ stream) => stream?.getTracks().map((/** @type {any} */ { kind }) => kind).sort().join(' ') ?? '';
    return [kinds(camera), kinds(screen)];
  }

  /** @param {string} type */
  heard(type) { return this.events.filter(([one]) => one === type).map(([, detail]) => detail); }
}

/** Lets the time pass that something takes. @template T @param {Promise<T>} promise @returns {Promise<T>} */
async function during(promise) {
  let isOver = false;
  promise.then(() => (isOver = true), () => (isOver = true));
  for (let turn = 0; turn < 100 && !isOver; turn += 1) await clock.advance(10);
  assert.ok(isOver, 'it takes longer than a second');
  await clock.advance(100);
  return promise;
}

/** @returns {Promise<[Person, Person]>} Ada, who was there first and is host, and Bob */
async function two() {
  const [ada, bob] = [new Person('Ada'), new Person('Bob')];
  await ada.join();
  await bob.join();
  return [ada, bob];
}

beforeEach(() => {
  clock = new VirtualClock();
  network = new FakeNetwork();
  server = new FakeServer(clock);
});

describe('joining', () => {
  it('goes through connecting to joined, and says what will be published', async () => {
    const ada = new Person('Ada');
    await ada.join();
    assert.deepEqual(ada.heard('change').map(({ state }) => state.phase).filter((phase, at, all) => phase !== all[at - 1]), ['connecting', 'joined']);
    const join = server.requests.find(({ type }) => type === 'join');
    assert.deepEqual(join.devices, { audio: true, video: true, screen: false });
    assert.match(join.client, /^[a-z0-9]{24}$/);
    assert.equal(ada.state.room?.name, 'tea');
  });

  it('lets two people see and hear each other', async () => {
    const [ada, bob] = await two();
    assert.deepEqual(ada.plays(bob), ['audio video', '']);
    assert.deepEqual(bob.plays(ada), ['audio video', '']);
    assert.equal(ada.state.links[bob.id]?.state, 'connected');
    assert.ok(ada.call.level(bob.id) > 0);
    assert.equal(network.all.length, 2, 'by one connection each');
  });

  it('hands on a refusal and can be called again', async () => {
    const bob = new Person('Bob');
    server.refuse = ({ type, password }) => (type === 'join' && password !== 'right' ? { code: 'passwordRequired' } : null);
    await assert.rejects(bob.join(), { code: 'passwordRequired' });
    assert.equal(bob.state.phase, 'idle');
    await bob.join({ password: 'right' });
    assert.equal(bob.state.phase, 'joined');
  });

  it('refuses a second call at the same time', async () => {
    const ada = new Person('Ada');
    await ada.join();
    await assert.rejects(ada.call.join({ room: 'tea', name: 'Ada' }), { code: 'notReady' });
  });

  it('goes to the server below its prefix', async () => {
    let url = '';
    const Native = server.WebSocket;
    server.WebSocket = /** @type {any} */ (class extends Native {
      constructor(/** @type {URL} */ given) {
        super(given);
        url = String(given);
      }
    });
    await new Person('Ada').join();
    assert.equal(url, 'wss://meet.example/talk/ws');
  });
});

describe('devices', () => {
  it('that the server says are off are not played, and are played again when on', async () => {
    const [ada, bob] = await two();
    const stream = ada.call.streams(bob.id).camera;
    await during(bob.call.setAudio(false));
    assert.deepEqual(ada.plays(bob), ['video', '']);
    await during(bob.call.setVideo(false));
    assert.deepEqual(ada.plays(bob), ['', '']);
    assert.equal(ada.call.level(bob.id), 0);
    await during(bob.call.setAudio(true));
    await during(bob.call.setVideo(true));
    assert.deepEqual(ada.plays(bob), ['audio video', '']);
    assert.equal(ada.call.streams(bob.id).camera, stream, 'the same stream, so that the element goes on');
  });

  it('are muted without letting the microphone go, but the camera goes dark', async () => {
    const [, bob] = await two();
    const [microphone, camera] = bob.devices.tracks;
    await during(bob.call.setAudio(false));
    await during(bob.call.setVideo(false));
    assert.deepEqual([microphone?.readyState, microphone?.enabled], ['live', false]);
    assert.equal(camera?.readyState, 'ended');
  });

  it('go off when the server refuses them', async () => {
    const [, bob] = await two();
    await during(bob.call.setAudio(false));
    server.refuse = ({ type, audio }) => (type === 'setDevices' && audio ? { code: 'forbidden' } : null);
    await assert.rejects(during(bob.call.setAudio(true)), { code: 'forbidden' });
    assert.equal(bob.media.active.audio, false);
    server.refuse = () => null;
    await during(bob.call.setVideo(false));
  });

  it('are not asked for without the permission', async () => {
    const [, bob] = await two();
    await during(bob.call.setVideo(false));
    server.change(bob.id, { permissions: preset.filter((permission) => permission !== 'publishVideo') });
    await clock.advance(10);
    const asked = bob.devices.asked.length;
    await assert.rejects(bob.call.setVideo(true), { code: 'forbidden' });
    assert.equal(bob.devices.asked.length, asked);
  });

  it('are told to be off when they are lost, and on when another took their place', async () => {
    const [ada, bob] = await two();
    bob.devices.refuses = { video: 'NotFoundError' };
    bob.media.camera?.dispatchEvent(new Event('ended'));
    await clock.advance(100);
    assert.deepEqual(ada.plays(bob), ['audio', '']);
    assert.equal(bob.heard('notice')[0].key, 'notice.cameraLost');
    bob.media.microphone?.dispatchEvent(new Event('ended'));
    await clock.advance(100);
    assert.deepEqual(ada.plays(bob), ['audio', '']);
    assert.equal(ada.state.participants[bob.id]?.devices.audio, true);
  });

  it('end as the last of several quick wishes', async () => {
    const [ada, bob] = await two();
    await during(Promise.all([bob.call.setAudio(false), bob.call.setAudio(true), bob.call.setAudio(false), bob.call.setAudio(true)]));
    await clock.advance(100);
    assert.equal(bob.media.active.audio, true);
    assert.equal(ada.state.participants[bob.id]?.devices.audio, true);
    assert.deepEqual(ada.plays(bob), ['audio video', '']);
  });

  it('share a screen beside the camera, until the browser ends it', async () => {
    const [ada, bob] = await two();
    await during(bob.call.shareScreen());
    assert.deepEqual(ada.plays(bob), ['audio video', 'audio video']);
    bob.media.screen?.getVideoTracks()[0]?.dispatchEvent(new Event('ended'));
    await clock.advance(100);
    assert.deepEqual(ada.plays(bob), ['audio video', '']);
    assert.equal(ada.state.participants[bob.id]?.devices.screen, false);
  });
});

describe('a host', () => {
  it('mutes: the microphone goes off here, with a word', async () => {
    const [ada, bob] = await two();
    server.tell(bob.id, { type: 'moderated', action: 'mute', by: ada.id, reason: 'echo' });
    server.change(bob.id, { devices: { audio: false, video: true, screen: false } });
    await clock.advance(100);
    assert.equal(bob.media.microphone?.enabled, false);
    assert.deepEqual(bob.heard('moderated'), [{ action: 'mute', by: ada.id, reason: 'echo' }]);
    assert.equal(server.members.get(bob.id).participant.devices.audio, false, 'and stays so');
  });

  it('switches off what a rule forbids, without a word of its own', async () => {
    const [, bob] = await two();
    await during(bob.call.shareScreen());
    server.change(bob.id, { devices: { audio: false, video: false, screen: false } });
    await clock.advance(600);
    assert.deepEqual(bob.media.active, { audio: false, video: false, screen: false });
  });

  it('keeps the key of the room for the next visit', async () => {
    const ada = new Person('Ada');
    await ada.join();
    assert.equal(ada.state.hostKey, 'hk_p_a');
    await during(ada.call.leave());
    const again = new Person('Ada', { storage: ada.storage });
    await again.join({ room: 'TEA' });
    assert.equal(server.requests.filter(({ type }) => type === 'join')[1].hostKey, 'hk_p_a');
  });

  it('joins as anybody when the kept key is of a room that ended', async () => {
    const ada = new Person('Ada');
    await ada.join();
    await during(ada.call.leave());
    server.refuse = ({ hostKey }) => (hostKey ? { code: 'tokenInvalid' } : null);
    const again = new Person('Ada', { storage: ada.storage });
    await again.join();
    assert.equal(again.state.phase, 'joined');
  });

  it('is told when it becomes one', async () => {
    const [, bob] = await two();
    server.change(bob.id, { role: 'host', owner: true, permissions: everything });
    server.tell(bob.id, { type: 'hostKey', hostKey: 'hk_new' });
    await clock.advance(10);
    assert.equal(bob.state.hostKey, 'hk_new');
    assert.deepEqual(bob.heard('notice').map(({ key }) => key), ['notice.roleChanged', 'notice.youAreHost']);
  });
});

describe('a lost WebSocket', () => {
  it('interrupts nothing that is heard and seen', async () => {
    const [ada, bob] = await two();
    server.cut(bob.id);
    await settle();
    assert.equal(bob.state.phase, 'reconnecting');
    await clock.advance(200);
    assert.equal(bob.state.phase, 'joined');
    assert.equal(network.all.length, 2);
    assert.ok(network.all.every(({ connectionState, restarts }) => connectionState === 'connected' && restarts === 0));
    assert.deepEqual(ada.plays(bob), ['audio video', '']);
  });

  it('loses no event', async () => {
    const [ada, bob] = await two();
    server.reachable = false;
    server.cut(bob.id);
    await during(ada.call.setVideo(false));
    await during(ada.call.rename('Ada L.'));
    server.reachable = true;
    await clock.advance(10_000);
    assert.equal(bob.state.participants[ada.id]?.name, 'Ada L.');
    assert.deepEqual(bob.plays(ada), ['audio', '']);
  });

  it('while a call is being set up delays it only', async () => {
    const ada = new Person('Ada');
    await ada.join();
    const bob = new Person('Bob');
    await bob.media.open();
    const joining = bob.call.join({ room: 'tea', name: 'Bob' });
    while (!server.requests.some(({ type }) => type === 'signal')) await clock.advance(1);
    server.cut(bob.id);
    await joining;
    await clock.advance(1000);
    assert.equal(ada.state.links[bob.id]?.state, 'connected');
    assert.deepEqual(ada.plays(bob), ['audio video', '']);
  });

  it('keeps what the person does meanwhile', async () => {
    const [ada, bob] = await two();
    server.reachable = false;
    server.cut(bob.id);
    await settle();
    bob.call.setAudio(false).catch(() => assert.fail());
    bob.call.raiseHand(true).catch(() => assert.fail());
    await assert.rejects(bob.call.sendChat('hello'), { code: 'disconnected' });
    server.reachable = true;
    await clock.advance(10_000);
    assert.equal(ada.state.participants[bob.id]?.devices.audio, false);
    assert.notEqual(ada.state.participants[bob.id]?.hand, null);
  });
});

describe('a restarted server', () => {
  it('interrupts nothing that is heard and seen, whoever returns first', async () => {
    const [ada, bob] = await two();
    await during(bob.call.shareScreen());
    const made = network.all.length;
    server.reachable = false;
    server.restart();
    clock.setTimeout(() => (server.reachable = true), 3000);
    /** @type {string[]} */
    const plays = [];
    for (let time = 0; time < 100; time += 1) {
      await clock.advance(100);
      plays.push(ada.plays(bob).join(), bob.plays(ada).join());
    }
    assert.deepEqual(new Set(plays), new Set(['audio video,audio video', 'audio video,']));
    assert.equal(network.all.length, made);
    assert.deepEqual([ada.state.phase, bob.state.phase], ['joined', 'joined']);
    assert.equal(Object.keys(ada.state.participants).length, 2);
    assert.deepEqual(server.members.get(bob.id).participant.devices, { audio: true, video: true, screen: true });
  });

  it('shows somebody who has not returned yet as reconnecting, and lets them go after their grace', async () => {
    const [ada, bob] = await two();
    const id = bob.id;
    bob.call.join = async () => {};
    server.restart();
    server.refuse = ({ token }) => (token?.startsWith(`token:${id}:`) ? { code: 'internal' } : null);
    await clock.advance(5000);
    assert.equal(ada.state.phase, 'joined');
    assert.equal(ada.state.participants[id]?.connection, 'reconnecting');
    assert.deepEqual(ada.plays(bob), ['audio video', '']);
    await clock.advance(30_000);
    assert.equal(ada.state.participants[id], undefined);
    assert.deepEqual(ada.plays(bob), ['', '']);
  });
});

describe('a reload', () => {
  it('continues as the same participant with a new connection', async () => {
    const [ada, bob] = await two();
    const id = bob.id;
    bob.page.hide();
    assert.deepEqual(bob.page.beacons, [['https://meet.example/talk/api/v1/leave', `token:${id}:Bob`]]);
    server.members.get(id).socket.readyState = 3;
    const again = new Person('Bob', { session: bob.session, storage: bob.storage });
    assert.equal(await again.call.returning('tea'), 'Bob');
    await again.join();
    assert.equal(again.id, id);
    assert.equal(server.requests.filter(({ type }) => type === 'join').length, 2);
    assert.deepEqual(ada.plays(again), ['audio video', '']);
    assert.deepEqual(again.plays(ada), ['audio video', '']);
  });

  it('with another name renames', async () => {
    const [ada, bob] = await two();
    bob.page.hide();
    const again = new Person('Robert', { session: bob.session });
    await again.join();
    assert.equal(ada.state.participants[again.id]?.name, 'Robert');
  });

  it('joins anew when the server has let it go', async () => {
    const [, bob] = await two();
    bob.page.hide();
    server.remove(bob.id, 'left');
    const again = new Person('Bob', { session: bob.session });
    await again.join();
    assert.equal(again.state.phase, 'joined');
    assert.notEqual(again.id, bob.id);
  });

  it('sends no farewell from a page that may be shown again', async () => {
    const [, bob] = await two();
    bob.page.hide({ persisted: true });
    assert.deepEqual(bob.page.beacons, []);
  });

  it('leaves no token behind after leaving', async () => {
    const [, bob] = await two();
    await during(bob.call.leave());
    bob.page.hide();
    assert.deepEqual(bob.page.beacons, []);
    assert.equal(await new Person('Bob', { session: bob.session }).call.returning('tea'), null);
  });
});

describe('the network', () => {
  it('that changes makes every link look for a new path', async () => {
    const [ada, bob] = await two();
    bob.page.online();
    await clock.advance(100);
    assert.equal(network.all.reduce((sum, pc) => sum + pc.restarts, 0), 1);
    assert.equal(ada.state.links[bob.id]?.state, 'connected');
  });

  it('that was gone with the WebSocket is mended when it is back', async () => {
    const [ada, bob] = await two();
    server.reachable = false;
    server.cut(bob.id);
    network.break('failed');
    await clock.advance(20_000);
    assert.equal(bob.state.links[ada.id]?.state, 'unstable');
    server.reachable = true;
    network.repair();
    bob.page.online();
    await clock.advance(2000);
    assert.equal(bob.state.links[ada.id]?.state, 'connected');
    assert.equal(ada.state.links[bob.id]?.state, 'connected');
  });
});

describe('the end', () => {
  it('of leaving: everything is let go at once', async () => {
    const [ada, bob] = await two();
    const leaving = bob.call.leave();
    assert.deepEqual([bob.state.phase, bob.state.ended?.code], ['ended', 'left']);
    assert.ok(bob.devices.tracks.every(({ readyState }) => readyState === 'ended'));
    await during(leaving);
    assert.deepEqual(Object.keys(ada.state.participants), [ada.id]);
    assert.deepEqual(ada.call.streams('p_b'), { camera: null, screen: null });
    assert.equal(network.open.size, 0);
  });

  it('of leaving without a connection: by a beacon', async () => {
    const [, bob] = await two();
    server.reachable = false;
    server.cut(bob.id);
    await settle();
    await during(bob.call.leave());
    assert.equal(bob.page.beacons.length, 1);
  });

  for (const [event, code] of /** @type {const} */ ([
    [{ type: 'removed', reason: 'removed', message: 'Bye.' }, 'removed'],
    [{ type: 'removed', reason: 'banned', message: null }, 'banned'],
    [{ type: 'roomEnded', reason: 'host' }, 'roomEnded'],
  ])) {
    it(`by the server is final: ${code}`, async () => {
      const [, bob] = await two();
      server.tell(bob.id, event);
      await clock.advance(10);
      assert.deepEqual([bob.state.phase, bob.state.ended?.code], ['ended', code]);
      await clock.advance(60_000);
      assert.equal(server.requests.filter(({ type }) => type === 'resume').length, 0);
      assert.ok(bob.devices.tracks.every(({ readyState }) => readyState === 'ended'));
    });
  }

  it('by another tab is told as such', async () => {
    const [, bob] = await two();
    server.cut(bob.id, 4000);
    await clock.advance(10);
    assert.equal(bob.state.ended?.code, 'superseded');
  });

  it('can be followed by another call', async () => {
    const [ada, bob] = await two();
    await during(bob.call.leave());
    await bob.join();
    assert.equal(bob.state.ended, null);
    assert.deepEqual(ada.plays(bob), ['audio video', '']);
  });
});

describe('a room that changes its topology', () => {
  it('closes the links, and opens them again when it is a mesh', async () => {
    const [ada, bob] = await two();
    const change = (/** @type {string} */ topology) => {
      server.room = { ...server.room, topology };
      for (const id of server.members.keys()) server.tell(id, { type: 'roomChanged', changes: { topology } });
    };
    change('routed');
    await clock.advance(10);
    assert.equal(network.open.size, 0);
    assert.deepEqual(ada.state.links, {});
    const before = server.requests.length;
    change('mesh');
    await clock.advance(200);
    assert.equal(ada.state.links[bob.id]?.state, 'connected');
    const offers = server.requests.slice(before).filter(({ description }) => description?.type === 'offer');
    assert.equal(offers.length, 1);
    assert.equal(offers[0].to, ada.id, 'the later one offers');
  });
});

describe('state', () => {
  it('is told once for what belongs together, with the former one', async () => {
    const [ada] = await two();
    ada.events.length = 0;
    server.change(ada.id, { name: 'Ada L.' });
    await clock.advance(10);
    const [{ previous, state }] = ada.heard('change');
    assert.equal(ada.heard('change').length, 1);
    assert.notEqual(previous, state);
    assert.equal(previous.participants[ada.id].name, 'Ada');
    assert.equal(state.participants[ada.id].name, 'Ada L.');
  });

  it('never shows a link without its participant', async () => {
    const [ada, bob] = await two();
    for (const { state } of [...ada.heard('change'), ...bob.heard('change')]) {
      for (const id of Object.keys(state.links)) assert.ok(id in state.participants);
    }
  });
});
