import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Meeting } from '../support/meeting.js';
import { settle } from '../support/virtual-clock.js';

/** @type {Meeting} */
let all;

beforeEach(() => {
  all = new Meeting();
});

describe('a lost WebSocket', () => {
  it('interrupts nothing that is heard and seen', async () => {
    const [ada, bob] = await all.two();
    all.server.cut(bob.id);
    await settle();
    assert.equal(bob.state.phase, 'reconnecting');
    await all.clock.advance(200);
    assert.equal(bob.state.phase, 'joined');
    assert.equal(all.network.all.length, 2);
    assert.ok(all.network.all.every(({ connectionState, restarts }) => connectionState === 'connected' && restarts === 0));
    assert.deepEqual(ada.plays(bob), ['audio video', '']);
  });

  it('loses no event', async () => {
    const [ada, bob] = await all.two();
    all.server.reachable = false;
    all.server.cut(bob.id);
    await all.during(ada.call.setVideo(false));
    await all.during(ada.call.rename('Ada L.'));
    all.server.reachable = true;
    await all.clock.advance(10_000);
    assert.equal(bob.state.participants[ada.id]?.name, 'Ada L.');
    assert.deepEqual(bob.plays(ada), ['audio', '']);
  });

  it('while a call is being set up delays it only', async () => {
    const ada = all.person('Ada');
    await ada.join();
    const bob = all.person('Bob');
    await bob.media.open();
    const joining = bob.call.join({ room: 'tea', name: 'Bob' });
    while (!all.server.requests.some(({ type }) => type === 'signal')) await all.clock.advance(1);
    all.server.cut(bob.id);
    await joining;
    await all.clock.advance(1000);
    assert.equal(ada.state.links[bob.id]?.state, 'connected');
    assert.deepEqual(ada.plays(bob), ['audio video', '']);
  });

  it('that took longer than the server waits is followed by joining anew, as who one is now', async () => {
    const [ada, bob] = await all.two();
    all.server.tell(bob.id, { type: 'hostKey', hostKey: 'hk_bob' });
    await all.during(bob.call.rename('Bobby'));
    const former = bob.id;
    all.server.cut(former);
    all.server.remove(former, 'timedOut');
    await all.clock.advance(1000);
    const { name, hostKey } = all.server.requests.findLast(({ type }) => type === 'join');
    assert.deepEqual([name, hostKey], ['Bobby', 'hk_bob']);
    assert.notEqual(bob.id, former);
    assert.deepEqual(Object.keys(bob.state.participants).sort(), [ada.id, bob.id].sort());
    assert.deepEqual(ada.plays(bob), ['audio video', '']);
    assert.deepEqual(bob.plays(ada), ['audio video', '']);
    assert.equal(all.network.open.size, 2);
  });

  it('keeps what the person does meanwhile', async () => {
    const [ada, bob] = await all.two();
    all.server.reachable = false;
    all.server.cut(bob.id);
    await settle();
    bob.call.setAudio(false).catch(() => assert.fail());
    bob.call.raiseHand(true).catch(() => assert.fail());
    await assert.rejects(bob.call.sendChat('hello'), { code: 'disconnected' });
    all.server.reachable = true;
    await all.clock.advance(10_000);
    assert.equal(ada.state.participants[bob.id]?.devices.audio, false);
    assert.notEqual(ada.state.participants[bob.id]?.hand, null);
  });
});

describe('a restarted server', () => {
  it('interrupts nothing that is heard and seen, whoever returns first', async () => {
    const [ada, bob] = await all.two();
    await all.during(bob.call.shareScreen());
    const made = all.network.all.length;
    all.server.reachable = false;
    all.server.restart();
    all.clock.setTimeout(() => (all.server.reachable = true), 3000);
    /** @type {string[]} */
    const plays = [];
    for (let time = 0; time < 100; time += 1) {
      await all.clock.advance(100);
      plays.push(ada.plays(bob).join(), bob.plays(ada).join());
    }
    assert.deepEqual(new Set(plays), new Set(['audio video,audio video', 'audio video,']));
    assert.equal(all.network.all.length, made);
    assert.deepEqual([ada.state.phase, bob.state.phase], ['joined', 'joined']);
    assert.equal(Object.keys(ada.state.participants).length, 2);
    assert.deepEqual(all.server.members.get(bob.id).participant.devices, { audio: true, video: true, screen: true });
  });

  it('shows somebody who has not returned yet as reconnecting, and lets them go after their grace', async () => {
    const [ada, bob] = await all.two();
    const id = bob.id;
    bob.call.join = async () => {};
    all.server.restart();
    all.server.refuse = ({ token }) => (token?.startsWith(`token:${id}:`) ? { code: 'internal' } : null);
    await all.clock.advance(5000);
    assert.equal(ada.state.phase, 'joined');
    assert.equal(ada.state.participants[id]?.connection, 'reconnecting');
    assert.deepEqual(ada.plays(bob), ['audio video', '']);
    await all.clock.advance(30_000);
    assert.equal(ada.state.participants[id], undefined);
    assert.deepEqual(ada.plays(bob), ['', '']);
  });
});

describe('a reload', () => {
  it('continues as the same participant with a new connection', async () => {
    const [ada, bob] = await all.two();
    const id = bob.id;
    bob.page.hide();
    assert.deepEqual(bob.page.beacons, [['https://meet.example/talk/api/v1/leave', `token:${id}:Bob`]]);
    all.server.members.get(id).socket.readyState = 3;
    const again = all.person('Bob', { session: bob.session, storage: bob.storage });
    assert.equal(await again.call.returning('tea'), 'Bob');
    await again.join();
    assert.equal(again.id, id);
    assert.equal(all.server.requests.filter(({ type }) => type === 'join').length, 2);
    assert.deepEqual(ada.plays(again), ['audio video', '']);
    assert.deepEqual(again.plays(ada), ['audio video', '']);
  });

  it('with another name renames', async () => {
    const [ada, bob] = await all.two();
    bob.page.hide();
    const again = all.person('Robert', { session: bob.session });
    await again.join();
    assert.equal(ada.state.participants[again.id]?.name, 'Robert');
  });

  it('joins anew when the server has let it go', async () => {
    const [, bob] = await all.two();
    bob.page.hide();
    all.server.remove(bob.id, 'left');
    const again = all.person('Bob', { session: bob.session });
    await again.join();
    assert.equal(again.state.phase, 'joined');
    assert.notEqual(again.id, bob.id);
  });

  it('sends no farewell from a page that may be shown again', async () => {
    const [, bob] = await all.two();
    bob.page.hide({ persisted: true });
    assert.deepEqual(bob.page.beacons, []);
  });

  it('leaves no token behind after leaving', async () => {
    const [, bob] = await all.two();
    await all.during(bob.call.leave());
    bob.page.hide();
    assert.deepEqual(bob.page.beacons, []);
    assert.equal(await all.person('Bob', { session: bob.session }).call.returning('tea'), null);
  });
});

describe('the network', () => {
  it('that changes makes every link look for a new path', async () => {
    const [ada, bob] = await all.two();
    bob.page.online();
    await all.clock.advance(100);
    assert.equal(all.network.all.reduce((sum, pc) => sum + pc.restarts, 0), 1);
    assert.equal(ada.state.links[bob.id]?.state, 'connected');
  });

  it('that failed while one was away is mended as soon as the signalling is back', async () => {
    const [ada, bob] = await all.two();
    all.server.reachable = false;
    all.server.cut(bob.id);
    await all.clock.advance(100);
    all.network.all[0].become('failed'); // Bob's, who alone notices
    await all.clock.advance(2900);
    all.server.reachable = true;
    while (bob.state.phase !== 'joined') await all.clock.advance(10);
    await all.clock.advance(300);
    assert.equal(bob.state.links[ada.id]?.state, 'connected');
  });

  it('that failed while the other was away is mended as soon as they are back', async () => {
    const [ada, bob] = await all.two();
    all.server.change(bob.id, { connection: 'reconnecting' });
    await all.clock.advance(10);
    for (const pc of all.network.all) if (pc === all.network.all[1]) pc.become('failed'); // Ada's, who alone notices
    await all.clock.advance(3000);
    assert.equal(ada.state.links[bob.id]?.state, 'unstable');
    all.server.change(bob.id, { connection: 'connected' });
    await all.clock.advance(1200);
    assert.equal(ada.state.links[bob.id]?.state, 'connected');
  });

  it('that was gone with the WebSocket is mended when it is back', async () => {
    const [ada, bob] = await all.two();
    all.server.reachable = false;
    all.server.cut(bob.id);
    all.network.break('failed');
    await all.clock.advance(20_000);
    assert.equal(bob.state.links[ada.id]?.state, 'unstable');
    all.server.reachable = true;
    all.network.repair();
    bob.page.online();
    await all.clock.advance(2000);
    assert.equal(bob.state.links[ada.id]?.state, 'connected');
    assert.equal(ada.state.links[bob.id]?.state, 'connected');
  });
});
