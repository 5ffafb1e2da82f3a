import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { entered } from '../../../public/state/apply.js';
import { idle } from '../../../public/state/call-state.js';
import * as select from '../../../public/state/selectors.js';
import { chatMessage, everything, participant, preset, snapshot } from '../support/literals.js';

/** The state as Bob (p_b) sees it. @param {object} bob @param {...any} others */
function withBob(bob, ...others) {
  return entered(idle, snapshot({ participants: [participant('p_b', { joinedAt: 50, ...bob }), ...others] }));
}

const host = { role: 'host', owner: true, permissions: everything };
const cohost = { role: 'cohost', permissions: everything };

describe('lists', () => {
  const state = withBob({ name: 'Bob' },
    participant('p_z', { name: 'zoë', joinedAt: 1 }), participant('p_e', { name: 'Émile', joinedAt: 2 }),
    participant('p_h', { name: 'Zed', ...host, joinedAt: 3 }), participant('p_2', { name: 'x', hand: 20, joinedAt: 4 }),
    participant('p_1', { name: 'y', hand: 10, joinedAt: 5 }));

  it('put oneself first, then hands in order, then roles, then names as people sort them', () => {
    assert.deepEqual(select.people(state, 'en').map(({ id }) => id), ['p_b', 'p_1', 'p_2', 'p_h', 'p_e', 'p_z']);
  });
  it('have the others in the order in which they came', () => {
    assert.deepEqual(select.others(state).map(({ id }) => id), ['p_z', 'p_e', 'p_h', 'p_2', 'p_1']);
  });
  it('have machines alone, in the order in which they came', () => {
    const machine = (/** @type {string} */ id, /** @type {number} */ joinedAt) => participant(id, { role: 'machine', joinedAt });
    const studio = withBob({}, machine('p_2', 9), participant('p_e'), machine('p_1', 3));
    assert.deepEqual(select.machines(studio).map(({ id }) => id), ['p_1', 'p_2']);
    assert.deepEqual(select.machines(state), []);
  });
  it('have hands in the order in which they were raised', () => {
    assert.deepEqual(select.hands(state).map(({ id }) => id), ['p_1', 'p_2']);
  });
});

describe('what a person may do', () => {
  it('is nothing before a call', () => {
    assert.equal(select.self(idle), null);
    assert.equal(select.may(idle, 'chat'), false);
    assert.equal(select.mayTransferHost(idle), false);
  });

  it('follows the permissions the server gave', () => {
    assert.equal(select.may(withBob({}), 'chat'), true);
    assert.equal(select.may(withBob({}), 'moderate'), false);
  });

  it('is to moderate those who are no host, and hosts as a host', () => {
    const [guest, boss] = [participant('p_g'), participant('p_h', host)];
    assert.equal(select.mayModerate(withBob(cohost, guest, boss), 'p_g'), true);
    assert.equal(select.mayModerate(withBob(cohost, guest, boss), 'p_h'), false);
    assert.equal(select.mayModerate(withBob(host, guest, boss), 'p_h'), true);
    assert.equal(select.mayModerate(withBob({}, guest, boss), 'p_g'), false);
    assert.equal(select.mayModerate(withBob(host), 'p_b'), false, 'not oneself');
    assert.equal(select.mayModerate(withBob(host), 'p_x'), false);
  });

  it('is to give roles below its own', () => {
    const guest = participant('p_g');
    assert.deepEqual(select.assignableRoles(withBob(host, guest), 'p_g'), ['host', 'cohost', 'speaker', 'audience', 'observer']);
    assert.deepEqual(select.assignableRoles(withBob(cohost, guest), 'p_g'), ['speaker', 'audience', 'observer']);
    assert.deepEqual(select.assignableRoles(withBob(cohost, participant('p_c', cohost)), 'p_c'), []);
    assert.deepEqual(select.assignableRoles(withBob({}, guest), 'p_g'), []);
    assert.deepEqual(select.assignableRoles(withBob(host, participant('p_m', { role: 'machine' })), 'p_m'), []);
  });

  it('is to pass the room on as host and owner only', () => {
    assert.equal(select.mayTransferHost(withBob(host)), true);
    assert.equal(select.mayTransferHost(withBob({ ...host, owner: false })), false);
    assert.equal(select.mayTransferHost(withBob(cohost)), false);
  });

  it('is to write alone to and as a moderator always', () => {
    const silent = { permissions: preset.filter((permission) => permission !== 'chatPrivately') };
    assert.equal(select.mayWriteTo(withBob({}, participant('p_g')), 'p_g'), true);
    assert.equal(select.mayWriteTo(withBob(silent, participant('p_g')), 'p_g'), false);
    assert.equal(select.mayWriteTo(withBob(silent, participant('p_h', host)), 'p_h'), true);
    assert.equal(select.mayWriteTo(withBob(host, participant('p_g')), 'p_b'), false);
  });

  it('is to edit own messages and delete also public ones of others as a moderator', () => {
    const [mine, theirs] = [chatMessage('m', { from: 'p_b' }), chatMessage('m', { from: 'p_a' })];
    assert.deepEqual([select.mayEdit(withBob({}), mine), select.mayEdit(withBob(host), theirs)], [true, false]);
    assert.equal(select.mayEdit(withBob({}), { ...mine, deleted: true }), false);
    assert.deepEqual([select.mayDelete(withBob({}), mine), select.mayDelete(withBob({}), theirs)], [true, false]);
    assert.equal(select.mayDelete(withBob(host), theirs), true);
    assert.equal(select.mayDelete(withBob(host), { ...theirs, to: 'p_b' }), false);
  });
});

describe('what is unread', () => {
  const others = [chatMessage('m_1', { sentAt: 10 }), chatMessage('m_2', { sentAt: 20 }), chatMessage('m_3', { sentAt: 30, deleted: true })];
  const state = entered(idle, snapshot({ chat: [...others, chatMessage('m_4', { sentAt: 40, from: 'p_b' })] }));

  it('is what others wrote after the last one that was read', () => {
    assert.equal(select.unread(state, 0), 2);
    assert.equal(select.unread(state, 10), 1);
    assert.equal(select.unread(state, 40), 0);
  });

  it('is counted also when the chat begins anew', () => {
    const anew = entered(state, snapshot({ chat: [chatMessage('m_9', { sentAt: 50 })] }));

    assert.equal(select.unread(anew, 40), 1);
  });
});

describe('a conversation', () => {
  const state = entered(idle, snapshot({ chat: [
    chatMessage('m_1'), chatMessage('m_2', { to: 'p_b' }), chatMessage('m_3', { from: 'p_b', to: 'p_a' }), chatMessage('m_4', { from: 'p_c', to: 'p_b' }),
  ] }));
  it('is public or with one partner', () => {
    assert.deepEqual(select.conversation(state, null).map(({ id }) => id), ['m_1']);
    assert.deepEqual(select.conversation(state, 'p_a').map(({ id }) => id), ['m_2', 'm_3']);
  });
});
