import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { SignalingClient } from '../../../public/signaling/signaling-client.js';
import { fakeWebSocket } from '../support/fake-socket.js';
import { hello, snapshot } from '../support/literals.js';
import { settle, VirtualClock } from '../support/virtual-clock.js';

const join = { type: /** @type {const} */ ('join'), room: 'tea', name: 'Bob', devices: { audio: true, video: false } };

/** @type {VirtualClock} */
let clock;
/** @type {import('../support/fake-socket.js').FakeSocket[]} */
let sockets;
/** @type {SignalingClient} */
let client;
/** @type {any[]} what the delegate heard */
let heard;

beforeEach(() => {
  clock = new VirtualClock();
  heard = [];
  const fake = fakeWebSocket();
  sockets = fake.sockets;
  client = new SignalingClient(
    { url: new URL('ws://meet.example/ws'), WebSocket: fake.WebSocket, clock, random: () => 0 },
    {
      onEntered: (result) => heard.push(['entered', result.state]),
      onEvent: (event) => heard.push([event.type, event.seq]),
      onToken: (token) => heard.push(['token', token]),
      onLost: () => heard.push(['lost']),
      onEnded: (end) => heard.push(['ended', end.code]),
    },
  );
});

const latest = () => /** @type {import('../support/fake-socket.js').FakeSocket} */ (sockets.at(-1));

async function greet() {
  latest().open();
  latest().answer('hello', hello);
  await settle();
}

async function joined() {
  const entering = client.join(join);
  await greet();
  latest().answer('join', snapshot());
  await entering;
}

/** @param {object} [data] */
async function resumed(data = {}) {
  await greet();
  latest().answer('resume', { state: 'resumed', participant: 'p_b', resumeToken: 'token-2', iceServers: [], ...data });
  await settle();
}

/** @param {Promise<unknown>} promise */
const code = (promise) => promise.then(() => 'resolved', (error) => error.code);

describe('joining', () => {
  it('greets before it joins, and gives the result', async () => {
    const entering = client.join(join);
    await greet();
    assert.deepEqual(latest().sent.map(({ type }) => type), ['hello', 'join']);
    assert.deepEqual(latest().asked('hello').versions, [1]);
    latest().answer('join', snapshot());
    assert.equal((await entering).state, 'joined');
    assert.deepEqual(heard, [['entered', 'joined'], ['token', 'token-1']]);
  });

  it('tries again on the same connection after a refusal', async () => {
    const first = client.join(join);
    await greet();
    latest().refuse('join', { code: 'wrongPassword', retryAfter: 3 });
    await assert.rejects(first, { code: 'wrongPassword', retryAfter: 3 });
    const second = client.join({ ...join, password: 'right' });
    await settle();
    latest().answer('join', snapshot());
    await second;
    assert.equal(sockets.length, 1);
  });

  it('gives up after four attempts within a few seconds', async () => {
    const entering = code(client.join(join));
    for (let attempt = 0; attempt < 4; attempt += 1) {
      latest().drop();
      await clock.advance(2500);
    }
    assert.equal(await entering, 'unreachable');
    assert.equal(sockets.length, 4);
  });

  it('does not try again when the server speaks another version', async () => {
    const entering = code(client.join(join));
    latest().open();
    latest().refuse('hello', { code: 'unsupportedVersion' });
    assert.equal(await entering, 'unsupportedVersion');
    await clock.advance(20_000);
    assert.equal(sockets.length, 1);
  });

  it('does not join after the person left', async () => {
    const entering = code(client.join(join));
    latest().drop();
    await clock.advance(100);
    await client.leave();
    await clock.advance(20_000);
    assert.equal(await entering, 'ended');
    assert.equal(sockets.length, 1);
  });
});

describe('requests', () => {
  beforeEach(joined);

  it('are answered by their id, in whatever order', async () => {
    const first = client.request({ type: 'sendChat', text: 'one' });
    const second = client.request({ type: 'sendChat', text: 'two' });
    const [one, two] = latest().sent.filter(({ type }) => type === 'sendChat');
    latest().say({ type: 'result', id: two.id, data: { message: 'm_2' } });
    latest().say({ type: 'result', id: one.id, data: { message: 'm_1' } });
    assert.deepEqual(await Promise.all([first, second]), [{ message: 'm_1' }, { message: 'm_2' }]);
  });

  it('are refused with the code of the server', async () => {
    const request = client.request({ type: 'endRoom' });
    latest().refuse('endRoom', { code: 'forbidden', message: 'Only a host.' });
    await assert.rejects(request, { code: 'forbidden', message: 'Only a host.', retryAfter: null });
  });

  it('time out after ten seconds and survive the late answer', async () => {
    const request = code(client.request({ type: 'sendChat', text: 'x' }));
    const { id } = latest().asked('sendChat');
    await clock.advance(9000);
    latest().say({ type: 'reaction', seq: 1, participant: 'p_a', emoji: 'x' }); // the connection itself lives
    await clock.advance(1001);
    assert.equal(await request, 'timedOut');
    latest().say({ type: 'result', id, data: {} });
  });

  it('survive what is no message', async () => {
    for (const data of ['', '{', '[]', 'null', '3', '{"type":7}', '{"type":"result","id":99,"data":{}}', '{"type":"error","id":null,"error":{"code":"badRequest"}}']) {
      latest().say(data);
    }
    const request = client.request({ type: 'react', emoji: 'x' });
    latest().answer('react', {});
    assert.deepEqual(await request, {});
  });
});

describe('signs of life', () => {
  beforeEach(joined);

  it('pings every ten seconds', async () => {
    for (let second = 0; second < 35; second += 5) {
      await clock.advance(5000);
      if (latest().count('ping') > 0) latest().answer('ping', {});
    }
    assert.equal(latest().count('ping'), 3);
    assert.deepEqual(heard.filter(([what]) => what === 'lost'), []);
  });

  it('takes a connection for dead that stays silent for fifteen seconds', async () => {
    await clock.advance(14_999);
    assert.equal(sockets.length, 1);
    await clock.advance(2);
    assert.equal(sockets.length, 2, 'and comes back at once');
    assert.notEqual(sockets[0]?.closedWith, null);
  });

  it('takes any message for a sign of life', async () => {
    await clock.advance(12_000);
    latest().say({ type: 'reaction', seq: 1, participant: 'p_a', emoji: 'x' });
    await clock.advance(5000);
    assert.equal(sockets.length, 1);
  });

  it('finds a dead connection five seconds after the page came back', async () => {
    await clock.advance(1000);
    client.nudge();
    assert.equal(latest().count('ping'), 1);
    await clock.advance(5001);
    assert.equal(sockets.length, 2);
  });
});

describe('coming back', () => {
  beforeEach(joined);

  it('follows its schedule: at once, then 0.5, 1, 2, 4, 8, 8 seconds', async () => {
    const times = [];
    latest().drop();
    for (let attempt = 0; attempt < 7; attempt += 1) {
      const before = sockets.length;
      const from = clock.now();
      while (sockets.length === before) await clock.advance(100);
      times.push(clock.now() - from);
      latest().drop();
    }
    assert.deepEqual(times, [100, 500, 1000, 2000, 4000, 8000, 8000]); // the first within one step of the measure
  });

  it('spreads each delay between half and all of its step', async () => {
    const spread = fakeWebSocket();
    const other = new SignalingClient(
      { url: new URL('ws://meet.example/ws'), WebSocket: spread.WebSocket, clock, random: () => 1 },
      { onEntered() {}, onEvent() {}, onToken() {}, onLost() {}, onEnded() {} },
    );
    const entering = other.join(join);
    spread.sockets[0]?.open();
    spread.sockets[0]?.answer('hello', hello);
    await settle();
    spread.sockets[0]?.answer('join', snapshot());
    await entering;
    spread.sockets[0]?.drop();
    await clock.advance(0);
    spread.sockets[1]?.drop();
    await clock.advance(249);
    assert.equal(spread.sockets.length, 2);
    await clock.advance(2);
    assert.equal(spread.sockets.length, 3);
  });

  it('resumes with the last event seen, and passes on what it missed in order and once', async () => {
    latest().say({ type: 'reaction', seq: 1, participant: 'p_a', emoji: 'x' });
    latest().say({ type: 'reaction', seq: 2, participant: 'p_a', emoji: 'x' });
    latest().drop();
    await clock.advance(0);
    heard.length = 0;
    await resumed();
    assert.deepEqual({ ...latest().asked('resume'), id: 0 }, { id: 0, type: 'resume', token: 'token-1', seq: 2 });
    for (const seq of [2, 3, 4]) latest().say({ type: 'reaction', seq, participant: 'p_a', emoji: 'x' });
    assert.deepEqual(heard, [['entered', 'resumed'], ['token', 'token-2'], ['reaction', 3], ['reaction', 4]]);
  });

  it('uses the token that came last', async () => {
    latest().say({ type: 'resumeToken', seq: 1, resumeToken: 'renewed' });
    latest().drop();
    await clock.advance(0);
    await greet();
    assert.equal(latest().asked('resume').token, 'renewed');
  });

  it('asks for the snapshot when an event is missing', async () => {
    latest().say({ type: 'reaction', seq: 1, participant: 'p_a', emoji: 'x' });
    latest().say({ type: 'reaction', seq: 3, participant: 'p_a', emoji: 'x' });
    assert.deepEqual(heard.filter(([what]) => what === 'reaction'), [['reaction', 1]]);
    await clock.advance(0);
    await greet();
    assert.equal(latest().asked('resume').fresh, true);
    latest().answer('resume', snapshot({ seq: 7 }));
    latest().say({ type: 'reaction', seq: 8, participant: 'p_a', emoji: 'x' });
    assert.deepEqual(heard.at(-1), ['reaction', 8]);
  });

  it('counts from the snapshot that a restarted server gives', async () => {
    latest().say({ type: 'reaction', seq: 1, participant: 'p_a', emoji: 'x' });
    latest().drop();
    await clock.advance(0);
    await greet();
    latest().answer('resume', snapshot({ seq: 0 }));
    latest().say({ type: 'reaction', seq: 1, participant: 'p_a', emoji: 'x' });
    assert.deepEqual(heard.slice(-2), [['token', 'token-1'], ['reaction', 1]]);
  });

  it('joins anew when the server has forgotten it', async () => {
    client.remember({ hostKey: 'hk', name: 'Bobby' });
    latest().drop();
    await clock.advance(0);
    await greet();
    latest().refuse('resume', { code: 'tokenExpired' });
    await settle();
    assert.deepEqual({ ...latest().asked('join'), id: 0 }, { ...join, id: 0, hostKey: 'hk', name: 'Bobby' });
    latest().answer('join', snapshot({ participant: 'p_new' }));
    await settle();
    assert.deepEqual(heard.at(-2), ['entered', 'joined']);
  });

  it('ends with the reason when it may not join anew', async () => {
    latest().drop();
    await clock.advance(0);
    await greet();
    latest().refuse('resume', { code: 'tokenInvalid' });
    await settle();
    latest().refuse('join', { code: 'roomLocked' });
    await settle();
    assert.deepEqual(heard.at(-1), ['ended', 'roomLocked']);
    await clock.advance(60_000);
    assert.equal(sockets.length, 2);
  });

  it('ends when it was banned meanwhile', async () => {
    latest().drop();
    await clock.advance(0);
    await greet();
    latest().refuse('resume', { code: 'banned' });
    await settle();
    assert.deepEqual(heard.at(-1), ['ended', 'banned']);
  });

  it('waits as long as a busy server asks', async () => {
    latest().drop();
    await clock.advance(0);
    await greet();
    latest().refuse('resume', { code: 'rateLimited', retryAfter: 7 });
    await clock.advance(6999);
    assert.equal(latest().count('resume'), 1);
    await clock.advance(2);
    assert.equal(latest().count('resume'), 2);
  });

  it('waits as long as a stopping server asks', async () => {
    latest().say({ type: 'serverStopping', seq: 1, reconnectAfter: 3 });
    latest().drop(1001);
    await clock.advance(2999);
    assert.equal(sockets.length, 1);
    await clock.advance(2);
    assert.equal(sockets.length, 2);
  });

  it('comes back at once when the network does', async () => {
    latest().drop();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await clock.advance(8000);
      latest().drop();
    }
    await settle();
    const before = sockets.length;
    client.nudge();
    await clock.advance(0);
    assert.equal(sockets.length, before + 1);
  });

  it('gives up an attempt that was made on the former network', async () => {
    latest().drop();
    await clock.advance(0);
    assert.equal(sockets.length, 2);
    await clock.advance(1000);
    client.nudge();
    await clock.advance(0);
    assert.equal(sockets.length, 2, 'it is too young');
    await clock.advance(1500);
    client.nudge();
    await clock.advance(0);
    assert.equal(sockets.length, 3);
  });

  it('gives up an attempt that hangs for ten seconds', async () => {
    latest().drop();
    await clock.advance(0);
    await clock.advance(9900);
    assert.equal(sockets.length, 2);
    await clock.advance(1000);
    assert.equal(sockets.length, 3);
  });
});

describe('close codes', () => {
  beforeEach(joined);

  const final = /** @type {const} */ ([
    [1000, 'left'], [1003, 'protocolViolation'], [1007, 'protocolViolation'], [1009, 'messageTooLarge'], [4000, 'superseded'],
    [4003, 'protocolViolation'], [4005, 'removed'], [4006, 'roomEnded'], [4011, 'denied'],
  ]);
  for (const [closeCode, end] of final) {
    it(`does not come back after ${closeCode}`, async () => {
      latest().drop(closeCode);
      await clock.advance(60_000);
      assert.deepEqual(heard.at(-1), ['ended', end]);
      assert.equal(sockets.length, 1);
    });
  }

  for (const closeCode of [1001, 1006, 1011, 4001, 4002, 4010]) {
    it(`comes back at once after ${closeCode}`, async () => {
      latest().drop(closeCode);
      await clock.advance(0);
      assert.equal(sockets.length, 2);
    });
  }

  it('comes back after 1000 without a word, which Firefox gives to a page that is being reloaded', async () => {
    latest().drop(1000, '');
    await clock.advance(0);
    assert.equal(sockets.length, 2);
  });

  it('comes back after a pause when it sent far too much', async () => {
    latest().drop(4008);
    await clock.advance(4999);
    assert.equal(sockets.length, 1);
    await clock.advance(2);
    assert.equal(sockets.length, 2);
  });
});

describe('requests without a connection', () => {
  beforeEach(joined);

  it('keeps what may be repeated and sends it in order, what was under way first', async () => {
    const first = client.request({ type: 'setDevices', audio: false });
    latest().drop();
    const second = client.request({ type: 'raiseHand', raised: true });
    await clock.advance(0);
    await resumed();
    assert.deepEqual(latest().sent.map(({ type }) => type), ['hello', 'resume', 'setDevices', 'raiseHand']);
    latest().answer('setDevices', { devices: {} });
    latest().answer('raiseHand', {});
    await Promise.all([first, second]);
  });

  it('refuses at once what must not be done twice', async () => {
    const underWay = code(client.request({ type: 'sendChat', text: 'x' }));
    latest().drop();
    assert.equal(await underWay, 'connectionLost');
    assert.equal(await code(client.request({ type: 'sendChat', text: 'x' })), 'disconnected');
    assert.equal(await code(client.request({ type: 'moderate', action: 'remove', everyone: true })), 'disconnected');
  });

  it('does not repeat what was answered', async () => {
    const request = client.request({ type: 'raiseHand', raised: true });
    latest().answer('raiseHand', {});
    await request;
    latest().drop();
    await clock.advance(0);
    await resumed();
    assert.equal(latest().count('raiseHand'), 0);
  });

  it('keeps no more than its bound', async () => {
    latest().drop();
    const kept = Array.from({ length: 40 }, () => code(client.request({ type: 'raiseHand', raised: true })));
    const first = await Promise.race([...kept, settle().then(() => 'kept')]);
    assert.equal(first, 'tooManyPending');
    client.stop();
    const codes = await Promise.all(kept);
    assert.equal(codes.filter((one) => one === 'ended').length, 32);
    assert.equal(codes.filter((one) => one === 'tooManyPending').length, 8);
  });

  it('forgets signals when it comes back as somebody else', async () => {
    latest().drop();
    const signal = code(client.request({ type: 'signal', to: 'p_a', connection: 'c', candidate: null }));
    const hand = client.request({ type: 'raiseHand', raised: true });
    await clock.advance(0);
    await greet();
    latest().refuse('resume', { code: 'tokenInvalid' });
    await settle();
    latest().answer('join', snapshot({ participant: 'p_new' }));
    await settle();
    assert.equal(await signal, 'ended');
    latest().answer('raiseHand', {});
    await hand;
  });

  it('are refused when there is no call', async () => {
    client.stop();
    assert.equal(await code(client.request({ type: 'raiseHand', raised: true })), 'ended');
  });
});

describe('waiting to be admitted', () => {
  it('sends what was asked meanwhile only when admitted', async () => {
    const entering = client.join(join);
    await greet();
    latest().answer('join', { state: 'waiting', participant: 'p_b', resumeToken: 'w', reason: 'lobby' });
    await entering;
    const hand = client.request({ type: 'raiseHand', raised: true });
    assert.equal(latest().count('raiseHand'), 0);
    latest().say({ type: 'lobbyMessage', seq: 5, text: 'soon' });
    latest().say({ ...snapshot({ resumeToken: 'in' }), type: 'admitted', seq: 6 });
    latest().answer('raiseHand', {});
    await hand;
    assert.deepEqual(heard.slice(-3), [['lobbyMessage', 5], ['token', 'in'], ['admitted', 6]]);
  });
});

describe('leaving', () => {
  beforeEach(joined);

  it('tells the server and closes', async () => {
    const leaving = client.leave();
    latest().answer('leave', {});
    assert.equal(await leaving, true);
    assert.equal(latest().closedWith, 1000);
    await clock.advance(60_000);
    assert.equal(sockets.length, 1);
    assert.equal(clock.pending, 0);
  });

  it('waits no longer than a second for a silent server', async () => {
    const leaving = client.leave();
    await clock.advance(1000);
    assert.equal(await leaving, false);
  });

  it('says so when the server could not be told', async () => {
    latest().drop();
    assert.equal(await client.leave(), false);
    await clock.advance(60_000);
    assert.equal(sockets.length, 1);
  });
});
