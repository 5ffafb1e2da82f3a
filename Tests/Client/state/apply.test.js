import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { apply, ended, entered, inPhase, withLink, without } from '../../../public/state/apply.js';
import { idle } from '../../../public/state/call-state.js';
import { chatMessage, participant, snapshot } from '../support/literals.js';

/** Freezes everything, so that a change in place throws. @template T @param {T} value @returns {T} */
function frozen(value) {
  if (value && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner);
  }
  return value;
}

const inside = frozen(entered(idle, snapshot({ chat: [chatMessage('m_1'), chatMessage('m_2')], waiting: [{ id: 'p_w', name: 'W', since: 1 }] })));

/** @param {object} event @param {import('../../../public/types/call.js').CallState} [state] */
const after = (event, state = inside) => apply(state, frozen({ seq: 1, ...event }));

describe('entering', () => {
  it('takes the whole snapshot', () => {
    assert.equal(inside.phase, 'joined');
    assert.equal(inside.me, 'p_b');
    assert.equal(inside.room?.name, 'tea');
    assert.deepEqual(Object.keys(inside.participants), ['p_a', 'p_b']);
    assert.equal(inside.chat.length, 2);
    assert.equal(inside.waiting.length, 1);
  });

  it('waits, with the reason and the word of the host', () => {
    const state = entered(idle, { state: 'waiting', participant: 'p_b', resumeToken: 't', reason: 'lobby', message: 'Soon.' });
    assert.deepEqual([state.phase, state.waitingReason, state.waitingMessage], ['waiting', 'lobby', 'Soon.']);
    const admitted = apply(state, { ...snapshot(), type: 'admitted' });
    assert.deepEqual([admitted.phase, admitted.waitingReason, admitted.waitingMessage], ['joined', null, null]);
  });

  it('goes on with what it knew when it was resumed', () => {
    const state = entered(inPhase(inside, 'reconnecting'), { state: 'resumed', participant: 'p_b', resumeToken: 't', iceServers: [] });
    assert.deepEqual(state, inside);
  });

  it('keeps those whose media flows and forgets the others who are absent', () => {
    const three = apply(inside, { type: 'participantJoined', seq: 1, participant: participant('p_c') });
    const linked = ['p_a', 'p_c'].reduce((state, id) => withLink(state, id, { state: 'connected', relayed: false }), three);
    const state = entered(frozen(linked), snapshot({ participants: [participant('p_b')] }), new Set(['p_c']));
    assert.deepEqual(Object.keys(state.participants).sort(), ['p_b', 'p_c']);
    assert.equal(state.participants.p_c?.connection, 'reconnecting');
    assert.deepEqual(Object.keys(state.links), ['p_c']);
  });

  it('prefers what the snapshot says about somebody kept', () => {
    const state = entered(inside, snapshot({ participants: [participant('p_a', { name: 'New' }), participant('p_b')] }), new Set(['p_a']));
    assert.equal(state.participants.p_a?.name, 'New');
    assert.equal(state.participants.p_a?.connection, 'connected');
  });

  it('keeps what stood in the chat when the server was restarted and no longer knows of it', () => {
    const before = inPhase(inside, 'reconnecting');
    const empty = entered(before, snapshot());
    const written = entered(before, snapshot({ chat: [chatMessage('m_9')] }));

    assert.deepEqual([empty.chat, empty.formerChat.map(({ id }) => id)], [[], ['m_1', 'm_2']]);
    assert.deepEqual([written.chat.length, written.formerChat.length], [1, 2]);
    assert.deepEqual(entered(inPhase(written, 'reconnecting'), snapshot()).formerChat.map(({ id }) => id), ['m_1', 'm_2', 'm_9'], 'and after the next restart');
  });

  it('takes a fresh snapshot of the same server as the whole chat', () => {
    const again = entered(inPhase(inside, 'reconnecting'), snapshot({ chat: [chatMessage('m_2'), chatMessage('m_3')] }));
    const many = Array.from({ length: 500 }, (_, index) => chatMessage(`n_${index}`));

    assert.deepEqual([again.chat.map(({ id }) => id), again.formerChat], [['m_2', 'm_3'], []]);
    assert.deepEqual(entered(inside, snapshot({ chat: many })).formerChat, [], 'so much was written that ours is no longer kept');
  });

  it('keeps the key it had when the snapshot has none', () => {
    assert.equal(entered({ ...inside, hostKey: 'hk' }, snapshot()).hostKey, 'hk');
    assert.equal(entered({ ...inside, hostKey: 'hk' }, snapshot({ hostKey: 'new' })).hostKey, 'new');
  });
});

describe('an event', () => {
  it('participantJoined adds', () => {
    const state = after({ type: 'participantJoined', participant: participant('p_c') });
    assert.deepEqual(Object.keys(state.participants), ['p_a', 'p_b', 'p_c']);
    assert.equal(state.participants.p_a, inside.participants.p_a, 'the others are the same objects');
  });

  it('participantLeft removes, the link too', () => {
    const linked = withLink(inside, 'p_a', { state: 'connected', relayed: false });
    const state = after({ type: 'participantLeft', participant: 'p_a', reason: 'left' }, linked);
    assert.deepEqual(Object.keys(state.participants), ['p_b']);
    assert.deepEqual(state.links, {});
  });

  it('participantChanged changes what it names and nothing else', () => {
    const state = after({ type: 'participantChanged', participant: 'p_a', changes: { hand: 5, devices: { audio: false, video: false, screen: false } } });
    assert.deepEqual(state.participants.p_a, { ...participant('p_a'), hand: 5, devices: { audio: false, video: false, screen: false } });
    assert.equal(state.participants.p_b, inside.participants.p_b);
  });

  it('about somebody unknown changes nothing', () => {
    assert.equal(after({ type: 'participantChanged', participant: 'p_x', changes: { hand: 5 } }), inside);
    assert.equal(after({ type: 'participantLeft', participant: 'p_x', reason: 'left' }), inside);
  });

  it('roomChanged changes the room', () => {
    const state = after({ type: 'roomChanged', changes: { locked: true } });
    assert.deepEqual(state.room, { ...inside.room, locked: true });
    assert.equal(after({ type: 'roomChanged', changes: { locked: true } }, idle), idle);
  });

  it('chatMessage comes last, and once', () => {
    const state = after({ type: 'chatMessage', message: chatMessage('m_3') });
    assert.deepEqual(state.chat.map(({ id }) => id), ['m_1', 'm_2', 'm_3']);
    assert.deepEqual(after({ type: 'chatMessage', message: chatMessage('m_3', { text: 'again' }) }, state).chat.map(({ id }) => id), ['m_1', 'm_2', 'm_3']);
  });

  it('chatMessage keeps no more than five hundred', () => {
    let state = inside;
    for (let count = 0; count < 510; count += 1) state = after({ type: 'chatMessage', message: chatMessage(`n_${count}`) }, state);
    assert.equal(state.chat.length, 500);
    assert.equal(state.chat.at(-1)?.id, 'n_509');
  });

  it('chatChanged replaces in place', () => {
    const state = after({ type: 'chatChanged', message: chatMessage('m_1', { text: '', deleted: true }) });
    assert.deepEqual(state.chat.map(({ deleted }) => deleted), [true, false]);
    assert.deepEqual(after({ type: 'chatChanged', message: chatMessage('m_9') }).chat, inside.chat);
  });

  it('waitingChanged, lobbyMessage and hostKey are kept', () => {
    assert.deepEqual(after({ type: 'waitingChanged', waiting: [] }).waiting, []);
    assert.equal(after({ type: 'lobbyMessage', text: 'Soon.' }).waitingMessage, 'Soon.');
    assert.equal(after({ type: 'hostKey', hostKey: 'hk' }).hostKey, 'hk');
  });

  for (const [event, code, message] of /** @type {const} */ ([
    [{ type: 'removed', reason: 'removed', message: 'Bye.' }, 'removed', 'Bye.'],
    [{ type: 'removed', reason: 'banned' }, 'banned', null],
    [{ type: 'denied', message: 'Full.' }, 'denied', 'Full.'],
    [{ type: 'roomEnded', reason: 'duration' }, 'roomEnded', null],
  ])) {
    it(`${event.type} ends the call with ${code}`, () => {
      const state = after(event);
      assert.deepEqual([state.phase, state.ended], ['ended', { code, message }]);
    });
  }

  for (const type of ['signal', 'reaction', 'moderated', 'resumeToken', 'serverStopping', 'somethingNewer']) {
    it(`${type} changes nothing`, () => assert.equal(after({ type }), inside));
  }
});

describe('small steps', () => {
  it('give the same object when nothing changed', () => {
    assert.equal(inPhase(inside, 'joined'), inside);
    assert.equal(without(inside, 'p_x'), inside);
    const linked = withLink(inside, 'p_a', { state: 'connected', relayed: false });
    assert.equal(withLink(linked, 'p_a', { state: 'connected', relayed: false }), linked);
    assert.notEqual(withLink(linked, 'p_a', { state: 'connected', relayed: true }), linked);
    assert.equal(withLink(inside, 'p_a', null), inside);
  });

  it('keep the first reason of an end', () => {
    const state = ended(ended(inside, { code: 'removed', message: 'Bye.' }), { code: 'left', message: null });
    assert.deepEqual(state.ended, { code: 'removed', message: 'Bye.' });
  });
});

describe('what the server measures', () => {
  const quality = { publishing: { level: 'poor', reason: 'loss' }, receiving: null };

  it('is known of those it tells of, and nobody else is another object', () => {
    const state = after({ type: 'qualityChanged', participants: [{ id: 'p_a', quality }, { id: 'p_gone', quality }] });
    assert.deepEqual(state.participants.p_a?.quality, quality);
    assert.equal(state.participants.p_a?.name, 'P_A');
    assert.equal(state.participants.p_b, inside.participants.p_b);
    assert.equal('p_gone' in state.participants, false);
  });

  it('says who leads, and what of the own layers is of use is no part of the state', () => {
    const state = after({ type: 'roomChanged', changes: { dominantSpeaker: 'p_a' } });
    assert.equal(state.room?.dominantSpeaker, 'p_a');
    assert.equal(after({ type: 'demand', source: 'camera', layers: 1 }), inside);
  });
});
