import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { hello, snapshot } from '../support/literals.js';
import { settle } from '../support/virtual-clock.js';
import { code, join, Wire } from '../support/wire.js';

/** @type {Wire} */
let wire;

beforeEach(() => {
  wire = new Wire();
});

describe('joining', () => {
  it('greets before it joins, and gives the result', async () => {
    const entering = wire.client.join(join);
    await wire.greet();
    assert.deepEqual(wire.latest.sent.map(({ type }) => type), ['hello', 'join']);
    assert.deepEqual(wire.latest.asked('hello').versions, [1]);
    wire.latest.answer('join', snapshot());
    assert.equal((await entering).state, 'joined');
    assert.deepEqual(wire.heard, [['entered', 'joined'], ['token', 'token-1']]);
  });

  it('tries again on the same connection after a refusal', async () => {
    const first = wire.client.join(join);
    await wire.greet();
    wire.latest.refuse('join', { code: 'wrongPassword', retryAfter: 3 });
    await assert.rejects(first, { code: 'wrongPassword', retryAfter: 3 });
    const second = wire.client.join({ ...join, password: 'right' });
    await settle();
    wire.latest.answer('join', snapshot());
    await second;
    assert.equal(wire.sockets.length, 1);
  });

  it('gives up after four attempts within a few seconds', async () => {
    const entering = code(wire.client.join(join));
    for (let attempt = 0; attempt < 4; attempt += 1) {
      wire.latest.drop();
      await wire.clock.advance(2500);
    }
    assert.equal(await entering, 'unreachable');
    assert.equal(wire.sockets.length, 4);
  });

  it('does not try again when the server speaks another version', async () => {
    const entering = code(wire.client.join(join));
    wire.latest.open();
    wire.latest.refuse('hello', { code: 'unsupportedVersion' });
    assert.equal(await entering, 'unsupportedVersion');
    await wire.clock.advance(20_000);
    assert.equal(wire.sockets.length, 1);
  });

  it('does not join after the person left', async () => {
    const entering = code(wire.client.join(join));
    wire.latest.drop();
    await wire.clock.advance(100);
    await wire.client.leave();
    await wire.clock.advance(20_000);
    assert.equal(await entering, 'ended');
    assert.equal(wire.sockets.length, 1);
  });
});

describe('requests', () => {
  beforeEach(() => wire.joined());

  it('are answered by their id, in whatever order', async () => {
    const first = wire.client.request({ type: 'sendChat', text: 'one' });
    const second = wire.client.request({ type: 'sendChat', text: 'two' });
    const [one, two] = wire.latest.sent.filter(({ type }) => type === 'sendChat');
    wire.latest.say({ type: 'result', id: two.id, data: { message: 'm_2' } });
    wire.latest.say({ type: 'result', id: one.id, data: { message: 'm_1' } });
    assert.deepEqual(await Promise.all([first, second]), [{ message: 'm_1' }, { message: 'm_2' }]);
  });

  it('are refused with the code of the server', async () => {
    const request = wire.client.request({ type: 'endRoom' });
    wire.latest.refuse('endRoom', { code: 'forbidden', message: 'Only a host.' });
    await assert.rejects(request, { code: 'forbidden', message: 'Only a host.', retryAfter: null });
  });

  it('time out after ten seconds and survive the late answer', async () => {
    const request = code(wire.client.request({ type: 'sendChat', text: 'x' }));
    const { id } = wire.latest.asked('sendChat');
    await wire.clock.advance(9000);
    wire.react(1); // the connection itself lives
    await wire.clock.advance(1001);
    assert.equal(await request, 'timedOut');
    wire.latest.say({ type: 'result', id, data: {} });
  });

  it('survive what is no message', async () => {
    for (const data of ['', '{', '[]', 'null', '3', '{"type":7}', '{"type":"result","id":99,"data":{}}', '{"type":"error","id":null,"error":{"code":"badRequest"}}']) {
      wire.latest.say(data);
    }
    const request = wire.client.request({ type: 'react', emoji: 'x' });
    wire.latest.answer('react', {});
    assert.deepEqual(await request, {});
  });
});

describe('signs of life', () => {
  beforeEach(() => wire.joined());

  it('pings every ten seconds', async () => {
    for (let second = 0; second < 35; second += 5) {
      await wire.clock.advance(5000);
      if (wire.latest.count('ping') > 0) wire.latest.answer('ping', {});
    }
    assert.equal(wire.latest.count('ping'), 3);
    assert.deepEqual(wire.heard.filter(([what]) => what === 'lost'), []);
  });

  it('takes a connection for dead that stays silent for fifteen seconds', async () => {
    await wire.clock.advance(14_999);
    assert.equal(wire.sockets.length, 1);
    await wire.clock.advance(2);
    assert.equal(wire.sockets.length, 2, 'and comes back at once');
    assert.notEqual(wire.sockets[0]?.closedWith, null);
  });

  it('takes any message for a sign of life', async () => {
    await wire.clock.advance(12_000);
    wire.react(1);
    await wire.clock.advance(5000);
    assert.equal(wire.sockets.length, 1);
  });

  it('finds a dead connection five seconds after the page came back', async () => {
    await wire.clock.advance(1000);
    wire.client.nudge();
    assert.equal(wire.latest.count('ping'), 1);
    await wire.clock.advance(5001);
    assert.equal(wire.sockets.length, 2);
  });
});

describe('requests without a connection', () => {
  beforeEach(() => wire.joined());

  it('keeps what may be repeated and sends it in order, what was under way first', async () => {
    const first = wire.client.request({ type: 'setDevices', audio: false });
    wire.latest.drop();
    const second = wire.client.request({ type: 'raiseHand', raised: true });
    await wire.clock.advance(0);
    await wire.resumed();
    assert.deepEqual(wire.latest.sent.map(({ type }) => type), ['hello', 'resume', 'setDevices', 'raiseHand']);
    wire.latest.answer('setDevices', { devices: {} });
    wire.latest.answer('raiseHand', {});
    await Promise.all([first, second]);
  });

  it('refuses at once what must not be done twice', async () => {
    const underWay = code(wire.client.request({ type: 'sendChat', text: 'x' }));
    wire.latest.drop();
    assert.equal(await underWay, 'connectionLost');
    assert.equal(await code(wire.client.request({ type: 'sendChat', text: 'x' })), 'disconnected');
    assert.equal(await code(wire.client.request({ type: 'moderate', action: 'remove', everyone: true })), 'disconnected');
  });

  it('does not repeat what was answered', async () => {
    const request = wire.client.request({ type: 'raiseHand', raised: true });
    wire.latest.answer('raiseHand', {});
    await request;
    wire.latest.drop();
    await wire.clock.advance(0);
    await wire.resumed();
    assert.equal(wire.latest.count('raiseHand'), 0);
  });

  it('keeps no more than its bound', async () => {
    wire.latest.drop();
    const kept = Array.from({ length: 40 }, () => code(wire.client.request({ type: 'raiseHand', raised: true })));
    const first = await Promise.race([...kept, settle().then(() => 'kept')]);
    assert.equal(first, 'tooManyPending');
    wire.client.stop();
    const codes = await Promise.all(kept);
    assert.equal(codes.filter((one) => one === 'ended').length, 32);
    assert.equal(codes.filter((one) => one === 'tooManyPending').length, 8);
  });

  it('forgets signals when it comes back as somebody else', async () => {
    wire.latest.drop();
    const signal = code(wire.client.request({ type: 'signal', to: 'p_a', connection: 'c', candidate: null }));
    const hand = wire.client.request({ type: 'raiseHand', raised: true });
    await wire.clock.advance(0);
    await wire.greet();
    wire.latest.refuse('resume', { code: 'tokenInvalid' });
    await settle();
    wire.latest.answer('join', snapshot({ participant: 'p_new' }));
    await settle();
    assert.equal(await signal, 'ended');
    wire.latest.answer('raiseHand', {});
    await hand;
  });

  it('are refused when there is no call', async () => {
    wire.client.stop();
    assert.equal(await code(wire.client.request({ type: 'raiseHand', raised: true })), 'ended');
  });
});

describe('waiting to be admitted', () => {
  it('sends what was asked meanwhile only when admitted', async () => {
    const entering = wire.client.join(join);
    await wire.greet();
    wire.latest.answer('join', { state: 'waiting', participant: 'p_b', resumeToken: 'w', reason: 'lobby' });
    await entering;
    const hand = wire.client.request({ type: 'raiseHand', raised: true });
    assert.equal(wire.latest.count('raiseHand'), 0);
    wire.latest.say({ type: 'lobbyMessage', seq: 5, text: 'soon' });
    wire.latest.say({ ...snapshot({ resumeToken: 'in' }), type: 'admitted', seq: 6 });
    wire.latest.answer('raiseHand', {});
    await hand;
    assert.deepEqual(wire.heard.slice(-3), [['lobbyMessage', 5], ['token', 'in'], ['admitted', 6]]);
  });
});

describe('leaving', () => {
  beforeEach(() => wire.joined());

  it('tells the server and closes', async () => {
    const leaving = wire.client.leave();
    wire.latest.answer('leave', {});
    assert.equal(await leaving, true);
    assert.equal(wire.latest.closedWith, 1000);
    await wire.clock.advance(60_000);
    assert.equal(wire.sockets.length, 1);
    assert.equal(wire.clock.pending, 0);
  });

  it('waits no longer than a second for a silent server', async () => {
    const leaving = wire.client.leave();
    await wire.clock.advance(1000);
    assert.equal(await leaving, false);
  });

  it('says so when the server could not be told', async () => {
    wire.latest.drop();
    assert.equal(await wire.client.leave(), false);
    await wire.clock.advance(60_000);
    assert.equal(wire.sockets.length, 1);
  });
});
