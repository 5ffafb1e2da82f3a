import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RoutedMeeting } from '../support/routed-meeting.js';

/** @typedef {import('../support/meeting.js').Person} Person */

/** @param {RoutedMeeting} all @param {Person} person @param {Person} other @returns {(string | null)[]} the ways of sound and picture */
const ways = (all, person, other) => [all.wayOf(all.played(person, other, 'audio')), all.wayOf(all.played(person, other, 'video'))];

/** Two who are in a direct call, and its streams as the elements hold them. */
async function direct() {
  const all = new RoutedMeeting('mesh');
  const [ada, bob] = await all.of('Ada', 'Bob');
  return { all, ada, bob };
}

/** The same, gone on through the server. */
async function routed() {
  const meeting = await direct();
  meeting.all.server.move('routed');
  await meeting.all.clock.advance(1500);
  assert.equal(meeting.all.server.room.former, null);
  return meeting;
}

/** @param {RoutedMeeting} all @param {Person} person what it sends to the server of its camera */
const activeLayers = (all, person) => all.connections(person).flatMap((pc) => (pc.remoteUfrag?.startsWith('sfu:') ? pc.getTransceivers() : []))
  .filter(({ kind }) => kind === 'video')
  .flatMap(({ sender }) => sender.parameters.encodings.filter((/** @type {any} */ { active }) => active).map((/** @type {any} */ { rid }) => rid));

describe('a call that moves to the server', () => {
  it('ends with everything on the new way and the old one closed', async () => {
    const { all, ada, bob } = await direct();
    assert.deepEqual(ways(all, ada, bob), ['direct', 'direct']);

    all.server.move('routed');
    await all.clock.advance(1500);

    assert.equal(ada.state.room?.former, null);
    assert.deepEqual(ways(all, ada, bob), ['server', 'server']);
    assert.deepEqual(ways(all, bob, ada), ['server', 'server']);
    assert.equal(all.network.open.size, 4, 'the direct connection is closed');
    assert.deepEqual(all.asked('moved').map(({ to }) => to), ['routed', 'routed']);
    assert.equal(ada.state.links[bob.id]?.path, 'server');
  });

  it('plays the old way until the new one carries, each track for itself, in the same stream', async () => {
    const { all, ada, bob } = await direct();
    const stream = ada.call.streams(bob.id).camera;
    all.network.flows = () => false;
    all.server.move('routed');
    await all.clock.advance(1000);
    assert.deepEqual(ways(all, ada, bob), ['direct', 'direct']);
    assert.equal(ada.state.links[bob.id]?.path, 'direct');

    all.network.flows = (_, { kind }) => kind === 'audio';
    await all.clock.advance(150);
    assert.deepEqual(ways(all, ada, bob), ['server', 'direct']);
    assert.equal(all.asked('moved').length, 0);

    all.network.flows = () => true;
    await all.clock.advance(150);
    assert.deepEqual(ways(all, ada, bob), ['server', 'server']);
    assert.equal(ada.call.streams(bob.id).camera, stream);
    assert.equal(stream?.getTracks().length, 2);
  });

  it('sends small pictures to the server for three seconds and no longer', async () => {
    const { all, ada } = await direct();
    all.network.flows = () => false;
    all.server.move('routed');
    await all.clock.advance(2500);
    const small = activeLayers(all, ada);
    assert.equal(small.length, 1);

    await all.clock.advance(1000);
    assert.notEqual(ada.state.room?.former, null, 'it still moves');
    assert.ok(activeLayers(all, ada).length > small.length);
  });

  it('is said to be over only when the page had the time to show the new tracks', async () => {
    const { all, ada, bob } = await direct();
    all.network.flows = () => false;
    all.server.move('routed');
    await all.clock.advance(1000);
    all.network.flows = () => true;
    await all.clock.advance(150);
    assert.deepEqual(ways(all, ada, bob), ['server', 'server']);
    assert.equal(all.asked('moved').length, 0);

    await all.clock.advance(300);
    assert.equal(all.asked('moved').length, 2);
  });

  it('sends the server its smallest layer only, until it is over', async () => {
    const { all, ada } = await direct();
    all.network.flows = () => false;
    all.server.move('routed');
    await all.clock.advance(1000);
    assert.deepEqual(activeLayers(all, ada), ['q']);

    all.network.flows = () => true;
    await all.clock.advance(1000);
    assert.deepEqual(activeLayers(all, ada), ['q', 'h', 'f']);
  });

  it('waits for no picture that nobody sees', async () => {
    const { all, ada, bob } = await direct();
    all.network.flows = (_, { kind }) => kind === 'audio';
    for (const person of [ada, bob]) person.call.look([]);
    all.server.move('routed');
    await all.clock.advance(1500);
    assert.equal(all.server.room.former, null);
  });

  it('waits for no device that is off', async () => {
    const { all, ada, bob } = await direct();
    await all.during(bob.call.setVideo(false));
    await all.during(ada.call.setVideo(false));
    all.network.flows = (_, { kind }) => kind === 'audio';
    all.server.move('routed');
    await all.clock.advance(1500);
    assert.equal(all.server.room.former, null);

    all.network.flows = () => true;
    await all.during(bob.call.setVideo(true));
    await all.clock.advance(500);
    assert.deepEqual(ways(all, ada, bob), ['server', 'server']);
  });

  it('waits for nothing where nobody publishes anything', async () => {
    const all = new RoutedMeeting('mesh');
    const people = ['Ada', 'Bob'].map((name) => all.person(name));
    for (const person of people) {
      person.devices.refuses = { audio: 'NotFoundError', video: 'NotFoundError' };
      await person.join();
    }
    all.server.move('routed');
    await all.clock.advance(1500);
    assert.equal(all.server.room.former, null);
  });

  it('takes the new way at the end of the time, whatever has arrived', async () => {
    const { all, ada, bob } = await direct();
    all.network.flows = () => false;
    all.server.move('routed');
    await all.clock.advance(10_500);
    assert.equal(all.asked('moved').length, 0);
    assert.deepEqual(ways(all, ada, bob), ['server', 'server']);
    assert.equal(all.network.open.size, 4);
  });

  it('goes on where the old way is lost in the middle of it', async () => {
    const { all, ada, bob } = await direct();
    all.network.flows = () => false;
    all.server.move('routed');
    await all.clock.advance(1000);
    for (const pc of all.network.open) if (!pc.remoteUfrag?.startsWith('sfu:')) pc.become('failed');
    assert.equal(ada.state.links[bob.id]?.path, 'server');

    all.network.flows = () => true;
    await all.clock.advance(1000);
    assert.equal(all.server.room.former, null);
    assert.deepEqual(ways(all, ada, bob), ['server', 'server']);
  });

  it('goes on with somebody who comes in the middle of it, and who opens no direct way', async () => {
    const { all, ada, bob } = await direct();
    all.network.flows = () => false;
    all.server.move('routed');
    const carl = all.person('Carl');
    await carl.join();
    for (const person of [ada, bob]) all.shows(person, ada, bob, carl);
    all.shows(carl, ada, bob);
    const signals = all.asked('signal').length;
    all.network.flows = () => true;
    await all.clock.advance(2000);

    for (const person of [ada, bob, carl]) {
      for (const other of [ada, bob, carl].filter((one) => one !== person)) assert.deepEqual(ways(all, person, other), ['server', 'server']);
    }
    assert.equal(all.asked('signal').length, signals);
    assert.equal(all.network.open.size, 6);
  });

  it('goes on without somebody who leaves in the middle of it', async () => {
    const all = new RoutedMeeting('mesh');
    const [ada, bob, carl] = await all.of('Ada', 'Bob', 'Carl');
    all.network.flows = () => false;
    all.server.move('routed');
    await all.clock.advance(500);
    await all.during(carl.call.leave());
    all.network.flows = () => true;
    await all.clock.advance(1000);
    assert.equal(all.server.room.former, null);
    assert.deepEqual(ways(all, ada, bob), ['server', 'server']);
  });

  it('is reported again when the report was lost with the connection', async () => {
    const { all, ada } = await direct();
    const { socket } = all.server.members.get(ada.id);
    const send = socket.send.bind(socket);
    socket.send = (/** @type {string} */ text) => (text.includes('"moved"') ? all.server.cut(ada.id) : send(text));
    all.server.move('routed');
    await all.clock.advance(3000);
    assert.equal(all.asked('moved', ada).length, 1);
    assert.equal(ada.state.room?.former, null);
  });

  it('goes on over a snapshot, as for who comes back after long', async () => {
    const { all, ada, bob } = await direct();
    all.network.flows = () => false;
    all.server.move('routed');
    await all.clock.advance(500);
    all.server.members.get(ada.id).socket.say({ type: 'reaction', seq: 1000, participant: bob.id, emoji: 'x' }); // events are missing
    await all.clock.advance(500);
    all.network.flows = () => true;
    await all.clock.advance(2000);

    assert.equal(all.server.room.former, null);
    assert.deepEqual(ways(all, ada, bob), ['server', 'server']);
    assert.deepEqual(ways(all, bob, ada), ['server', 'server']);
    assert.equal(all.network.open.size, 4);
  });
});

describe('a call that moves back to the browsers', () => {
  it('ends with everything on the direct way and the other closed', async () => {
    const { all, ada, bob } = await routed();
    all.server.move('mesh');
    await all.clock.advance(1500);

    assert.deepEqual(ways(all, ada, bob), ['direct', 'direct']);
    assert.deepEqual(ways(all, bob, ada), ['direct', 'direct']);
    assert.equal(all.server.room.former, null);
    assert.equal(all.network.open.size, 2);
    assert.deepEqual(ada.state.links, { [bob.id]: { state: 'connected', relayed: false, path: 'direct' } });
  });

  it('has the later one of two offer', async () => {
    const { all, ada, bob } = await routed();
    const before = all.asked('signal').length;
    all.server.move('mesh');
    await all.clock.advance(1500);
    const offers = all.asked('signal').slice(before).filter(({ description }) => description?.type === 'offer');
    assert.deepEqual(offers.map(({ by, to }) => [by, to]), [[bob.id, ada.id]]);
  });

  it('plays the server’s tracks until the direct ones carry', async () => {
    const { all, ada, bob } = await routed();
    all.network.flows = (pc) => pc.remoteUfrag.startsWith('sfu:');
    all.server.move('mesh');
    await all.clock.advance(2000);
    assert.deepEqual(ways(all, ada, bob), ['server', 'server']);

    all.network.flows = () => true;
    await all.clock.advance(1000);
    assert.deepEqual(ways(all, ada, bob), ['direct', 'direct']);
  });

  it('stays with the server when there is no direct way, and closes what was tried', async () => {
    const { all, ada, bob } = await routed();
    all.network.flows = (pc) => pc.remoteUfrag.startsWith('sfu:');
    all.server.move('mesh');
    await all.clock.advance(7000);

    assert.equal(all.server.room.topology, 'routed');
    assert.equal(all.server.room.former, null);
    assert.deepEqual(ways(all, ada, bob), ['server', 'server']);
    assert.deepEqual(activeLayers(all, ada), ['q', 'h', 'f']);
    assert.equal(all.network.open.size, 4);
  });

  it('turns round with what has swapped already when a third one comes', async () => {
    const { all, ada, bob } = await routed();
    all.network.flows = (pc, { kind }) => pc.remoteUfrag.startsWith('sfu:') || kind === 'audio';
    all.server.move('mesh');
    await all.clock.advance(1000);
    assert.deepEqual(ways(all, ada, bob), ['direct', 'server']);

    /** @type {any[]} */
    const seen = [];
    ada.call.addEventListener('streams', () => seen.push(ways(all, ada, bob)[1]));
    all.server.move('routed');
    await all.clock.advance(1000);
    assert.ok(seen.length > 0 && seen.every((way) => way === 'server'), 'the picture does not jump there and back');
    assert.deepEqual(ways(all, ada, bob), ['server', 'server']);
    assert.equal(all.server.room.former, null);
  });
});

describe('a pair without a direct way', () => {
  it('is told to the server after five seconds, once', async () => {
    const all = new RoutedMeeting('mesh');
    all.network.down = true;
    const [ada, bob] = [all.person('Ada'), all.person('Bob')];
    await ada.join();
    await bob.join();
    await all.clock.advance(4000);
    assert.equal(all.asked('meshFailed').length, 0);
    await all.clock.advance(2000);
    assert.deepEqual(all.asked('meshFailed').map(({ by, participant }) => [by, participant]).sort(), [[ada.id, bob.id], [bob.id, ada.id]].sort());
    await all.clock.advance(30_000);
    assert.equal(all.asked('meshFailed').length, 2);
  });

  it('is told to the server when its way has failed twice, and not before', async () => {
    const { all, ada, bob } = await direct();
    all.network.break('failed');
    await all.clock.advance(4000);
    assert.equal(all.asked('meshFailed').length, 0);
    for (const pc of all.network.open) {
      pc.become('connecting');
      pc.become('failed');
    }
    await all.clock.advance(1000);
    assert.deepEqual(all.asked('meshFailed').map(({ participant }) => participant).sort(), [ada.id, bob.id].sort());
  });

  it('is not blamed on a way when the other one is away', async () => {
    const all = new RoutedMeeting('mesh');
    all.network.down = true;
    const [ada, bob] = [all.person('Ada'), all.person('Bob')];
    await ada.join();
    await bob.join();
    all.server.change(bob.id, { connection: 'reconnecting' });
    await all.clock.advance(6000);
    assert.equal(all.asked('meshFailed', ada).length, 0);
    all.server.change(bob.id, { connection: 'connected' });
    await all.clock.advance(6000);
    assert.equal(all.asked('meshFailed', ada).length, 1);
  });
});
