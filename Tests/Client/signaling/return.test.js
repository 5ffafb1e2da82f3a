import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { snapshot } from '../support/literals.js';
import { settle } from '../support/virtual-clock.js';
import { join, Wire } from '../support/wire.js';

/** @type {Wire} */
let wire;

beforeEach(() => {
  wire = new Wire();
});

describe('coming back', () => {
  beforeEach(() => wire.joined());

  it('follows its schedule: at once, then 0.5, 1, 2, 4, 8, 8 seconds', async () => {
    const times = [];
    wire.latest.drop();
    for (let attempt = 0; attempt < 7; attempt += 1) {
      const before = wire.sockets.length;
      const from = wire.clock.now();
      while (wire.sockets.length === before) await wire.clock.advance(100);
      times.push(wire.clock.now() - from);
      wire.latest.drop();
    }
    assert.deepEqual(times, [100, 500, 1000, 2000, 4000, 8000, 8000]); // the first within one step of the measure
  });

  it('spreads each delay down to half of its step', async () => {
    wire = new Wire(() => 1);
    await wire.joined();
    wire.latest.drop();
    await wire.clock.advance(0);
    wire.latest.drop();
    await wire.clock.advance(249);
    assert.equal(wire.sockets.length, 2);
    await wire.clock.advance(2);
    assert.equal(wire.sockets.length, 3);
  });

  it('resumes with the last event seen, and passes on what it missed in order and once', async () => {
    wire.react(1);
    wire.react(2);
    wire.latest.drop();
    await wire.clock.advance(0);
    wire.heard.length = 0;
    await wire.resumed();
    assert.deepEqual({ ...wire.latest.asked('resume'), id: 0 }, { id: 0, type: 'resume', token: 'token-1', seq: 2 });
    for (const seq of [2, 3, 4]) wire.react(seq);
    assert.deepEqual(wire.heard, [['entered', 'resumed'], ['token', 'token-2'], ['reaction', 3], ['reaction', 4]]);
  });

  it('uses the token that came last', async () => {
    wire.latest.say({ type: 'resumeToken', seq: 1, resumeToken: 'renewed' });
    await wire.lost();
    assert.equal(wire.latest.asked('resume').token, 'renewed');
  });

  it('asks for the snapshot when an event is missing', async () => {
    wire.react(1);
    wire.react(3);
    assert.deepEqual(wire.heard.filter(([what]) => what === 'reaction'), [['reaction', 1]]);
    await wire.clock.advance(0);
    await wire.greet();
    assert.equal(wire.latest.asked('resume').fresh, true);
    wire.latest.answer('resume', snapshot({ seq: 7 }));
    wire.react(8);
    assert.deepEqual(wire.heard.at(-1), ['reaction', 8]);
  });

  it('counts from the snapshot that a restarted server gives', async () => {
    wire.react(1);
    await wire.lost();
    wire.latest.answer('resume', snapshot({ seq: 0 }));
    wire.react(1);
    assert.deepEqual(wire.heard.slice(-2), [['token', 'token-1'], ['reaction', 1]]);
  });

  it('joins anew when the server has forgotten it', async () => {
    wire.client.remember({ hostKey: 'hk', name: 'Bobby' });
    await wire.lost();
    wire.latest.refuse('resume', { code: 'tokenExpired' });
    await settle();
    assert.deepEqual({ ...wire.latest.asked('join'), id: 0 }, { ...join, id: 0, hostKey: 'hk', name: 'Bobby' });
    wire.latest.answer('join', snapshot({ participant: 'p_new' }));
    await settle();
    assert.deepEqual(wire.heard.at(-2), ['entered', 'joined']);
  });

  it('ends with the reason when it may not join anew', async () => {
    await wire.lost();
    wire.latest.refuse('resume', { code: 'tokenInvalid' });
    await settle();
    wire.latest.refuse('join', { code: 'roomLocked' });
    await settle();
    assert.deepEqual(wire.heard.at(-1), ['ended', 'roomLocked']);
    await wire.clock.advance(60_000);
    assert.equal(wire.sockets.length, 2);
  });

  it('ends when it was banned meanwhile', async () => {
    await wire.lost();
    wire.latest.refuse('resume', { code: 'banned' });
    await settle();
    assert.deepEqual(wire.heard.at(-1), ['ended', 'banned']);
  });

  it('waits as long as a busy server asks', async () => {
    await wire.lost();
    wire.latest.refuse('resume', { code: 'rateLimited', retryAfter: 7 });
    await wire.clock.advance(6999);
    assert.equal(wire.latest.count('resume'), 1);
    await wire.clock.advance(2);
    assert.equal(wire.latest.count('resume'), 2);
  });

  it('waits as long as a stopping server asks', async () => {
    wire.latest.say({ type: 'serverStopping', seq: 1, reconnectAfter: 3 });
    wire.latest.drop(1001);
    await wire.clock.advance(2999);
    assert.equal(wire.sockets.length, 1);
    await wire.clock.advance(2);
    assert.equal(wire.sockets.length, 2);
  });

  it('begins its schedule anew after each success', async () => {
    wire.latest.say({ type: 'serverStopping', seq: 1, reconnectAfter: 3 });
    wire.latest.drop(1001);
    await wire.clock.advance(3001);
    await wire.resumed();
    for (let time = 0; time < 3; time += 1) {
      const before = wire.sockets.length;
      wire.latest.drop();
      await wire.clock.advance(0);
      assert.equal(wire.sockets.length, before + 1);
      await wire.resumed();
    }
  });

  it('comes back at once when the network does', async () => {
    wire.latest.drop();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await wire.clock.advance(8000);
      wire.latest.drop();
    }
    await settle();
    const before = wire.sockets.length;
    wire.client.nudge();
    await wire.clock.advance(0);
    assert.equal(wire.sockets.length, before + 1);
  });

  it('gives up an attempt that was made on the former network', async () => {
    wire.latest.drop();
    await wire.clock.advance(0);
    assert.equal(wire.sockets.length, 2);
    await wire.clock.advance(1000);
    wire.client.nudge();
    await wire.clock.advance(0);
    assert.equal(wire.sockets.length, 2, 'it is too young');
    await wire.clock.advance(1500);
    wire.client.nudge();
    await wire.clock.advance(0);
    assert.equal(wire.sockets.length, 3);
  });

  it('gives up an attempt that hangs for ten seconds', async () => {
    wire.latest.drop();
    await wire.clock.advance(0);
    await wire.clock.advance(9900);
    assert.equal(wire.sockets.length, 2);
    await wire.clock.advance(1000);
    assert.equal(wire.sockets.length, 3);
  });
});

describe('close codes', () => {
  beforeEach(() => wire.joined());

  const final = /** @type {const} */ ([
    [1000, 'left'], [1003, 'protocolViolation'], [1007, 'protocolViolation'], [1009, 'messageTooLarge'], [4000, 'superseded'],
    [4003, 'protocolViolation'], [4005, 'removed'], [4006, 'roomEnded'], [4011, 'denied'],
  ]);
  for (const [closeCode, end] of final) {
    it(`does not come back after ${closeCode}`, async () => {
      wire.latest.drop(closeCode);
      await wire.clock.advance(60_000);
      assert.deepEqual(wire.heard.at(-1), ['ended', end]);
      assert.equal(wire.sockets.length, 1);
    });
  }

  for (const closeCode of [1001, 1006, 1011, 4001, 4002, 4010]) {
    it(`comes back at once after ${closeCode}`, async () => {
      wire.latest.drop(closeCode);
      await wire.clock.advance(0);
      assert.equal(wire.sockets.length, 2);
    });
  }

  it('comes back after 1000 without a word, which Firefox gives to a page that is being reloaded', async () => {
    wire.latest.drop(1000, '');
    await wire.clock.advance(0);
    assert.equal(wire.sockets.length, 2);
  });

  it('comes back after a pause when it sent far too much', async () => {
    wire.latest.drop(4008);
    await wire.clock.advance(4999);
    assert.equal(wire.sockets.length, 1);
    await wire.clock.advance(2);
    assert.equal(wire.sockets.length, 2);
  });
});
