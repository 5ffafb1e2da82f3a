import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { callNews } from '../../../public/elements/call-news.js';
import { idle } from '../../../public/state/call-state.js';
import { room as roomOf } from '../support/literals.js';

/** @typedef {import('../../../public/types/call.js').CallState} CallState */
/** @typedef {import('../../../public/types/messages.js').Participant} Participant */

/** @param {string} id @param {Partial<Participant>} [more] @returns {Participant} */
function person(id, more = {}) {
  return {
    id, name: id.toUpperCase(), role: 'participant', owner: false, permissions: [], devices: { audio: true, video: true, screen: false },
    hand: null, connection: 'connected', joinedAt: 1, ...more,
  };
}

/** @param {Participant[]} people @param {Partial<import('../../../public/types/messages.js').Room>} [room] @returns {CallState} */
function call(people, room = {}) {
  return {
    ...idle,
    phase: 'joined',
    me: 'me',
    room: roomOf(room),
    participants: Object.fromEntries(people.map((one) => [one.id, one])),
  };
}

/** @param {CallState} before @param {CallState} after */
const keys = (before, after) => callNews(before, after).map(({ key }) => key);

describe('callNews', () => {
  it('tells who came and who went, by name', () => {
    const news = callNews(call([person('me'), person('ada')]), call([person('me'), person('bob')]));

    assert.deepEqual(news.map(({ key, values }) => [key, values.name]), [['news.joined', 'BOB'], ['news.left', 'ADA']]);
  });

  it('says nothing of those who were there before oneself', () => {
    assert.deepEqual(keys({ ...idle, phase: 'connecting' }, call([person('me'), person('ada')])), []);
  });

  it('says nothing of oneself', () => {
    assert.deepEqual(keys(call([person('me')]), call([person('me', { hand: 5, name: 'New' })])), []);
  });

  it('keeps still about coming and going in a crowd', () => {
    const crowd = Array.from({ length: 20 }, (_, index) => person(`p${index}`));

    assert.deepEqual(keys(call(crowd), call([...crowd, person('late')])), []);
  });

  it('tells of a raised hand once, and not of a lowered one', () => {
    const down = call([person('me'), person('ada')]);
    const up = call([person('me'), person('ada', { hand: 5 })]);

    assert.deepEqual(keys(down, up), ['news.hand']);
    assert.deepEqual(keys(up, up), []);
    assert.deepEqual(keys(up, down), []);
  });

  it('tells of a shared screen, a new host and a new name', () => {
    const before = call([person('me'), person('ada'), person('bob'), person('eve')]);
    const after = call([
      person('me'), person('ada', { devices: { audio: true, video: true, screen: true } }), person('bob', { role: 'host' }), person('eve', { name: 'Eva' }),
    ]);

    assert.deepEqual(keys(before, after), ['news.screen', 'news.host', 'news.renamed']);
  });

  it('warns once when somebody begins to watch who is no participant', () => {
    const people = [person('me')];

    assert.deepEqual(keys(call(people), call(people, { viewers: 1 })), ['news.watched']);
    assert.deepEqual(keys(call(people, { viewers: 1 }), call(people, { viewers: 2 })), []);
  });

  it('tells when the room is locked, opened, or takes another way', () => {
    const people = [person('me')];

    assert.deepEqual(keys(call(people), call(people, { locked: true })), ['news.locked']);
    assert.deepEqual(keys(call(people, { locked: true }), call(people)), ['news.unlocked']);
    assert.deepEqual(keys(call(people), call(people, { lobby: true, topology: 'routed' })), ['news.lobbyOn', 'news.topology.routed']);
  });

  it('warns of each rule that now binds this person, and tells when it is lifted', () => {
    const free = call([person('me')]);
    const { rules } = roomOf();
    const bound = call([person('me')], { rules: { ...rules, publishAudio: false, chat: false } });

    assert.deepEqual(callNews(free, bound).map(({ key, level }) => [key, level]), [['news.forbidden.publishAudio', 'warning'], ['news.forbidden.chat', 'warning']]);
    assert.deepEqual(keys(bound, free), ['news.allowed.publishAudio', 'news.allowed.chat']);
  });

  it('does not trouble a moderator with rules, which bind none', () => {
    const me = person('me', { permissions: ['moderate'] });
    const { rules } = roomOf();

    assert.deepEqual(keys(call([me]), call([me], { rules: { ...rules, publishAudio: false } })), []);
  });
});
