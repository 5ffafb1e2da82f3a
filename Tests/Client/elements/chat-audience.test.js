import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { audienceOfReply, audiences, everyone, fitness } from '../../../public/elements/chat-audience.js';
import { entered, without } from '../../../public/state/apply.js';
import { idle } from '../../../public/state/call-state.js';
import { chatMessage, everything, participant, preset, snapshot } from '../support/literals.js';

const host = participant('p_h', { name: 'Hilda', role: 'host', owner: true, permissions: everything, joinedAt: 5000 });
const others = [participant('p_a', { name: 'Ada' }), host];
/** @param {string[]} permissions of this person */
const call = (permissions = preset) => entered(idle, snapshot({ participants: [...others, participant('p_b', { permissions })] }));
const ada = { id: 'p_a', name: 'Ada' };

describe('a message for one person', () => {
  it('stays for that person when the person is gone, and may not be sent', () => {
    const alone = without(without(call(), 'p_a'), 'p_h');

    assert.equal(fitness(alone, ada), 'left');
    assert.deepEqual(audiences(alone, ada).map(({ audience, fitness }) => [audience.id, fitness]), [['p_a', 'left'], [null, 'open']]);
  });

  it('may be sent again when the person is back', () => {
    assert.equal(fitness(call(), ada), 'open');
    assert.deepEqual(audiences(call(), ada).map(({ audience }) => audience.id), [null, 'p_a', 'p_h']);
  });

  it('stays for that person when a rule forbids it', () => {
    const bound = call(['chat']);

    assert.equal(fitness(bound, ada), 'forbidden');
    assert.deepEqual(audiences(bound, ada).map(({ audience }) => audience.id), ['p_a', null, 'p_h']);
  });
});

describe('where the chat is switched off', () => {
  it('nothing may be sent, to nobody, and the choice stays', () => {
    const silent = call([]);

    assert.deepEqual(audiences(silent, everyone), [{ audience: everyone, fitness: 'forbidden' }]);
    assert.deepEqual(audiences(silent, ada), [{ audience: ada, fitness: 'forbidden' }]);
  });
});

describe('an answer', () => {
  const fromAda = chatMessage('m_1', { to: 'p_b' });

  it('goes to those who can read what it answers', () => {
    assert.deepEqual(audienceOfReply(call(), fromAda, null), ada);
    assert.deepEqual(audienceOfReply(call(), chatMessage('m_2', { from: 'p_b', to: 'p_h' }), null), { id: 'p_h', name: 'Hilda' });
    assert.equal(audienceOfReply(call(), chatMessage('m_3'), null), everyone);
  });

  it('names the writer who is gone', () => {
    assert.deepEqual(audienceOfReply(without(call(), 'p_a'), fromAda, null), ada);
  });

  it('to everyone keeps words that were begun for one person with that person', () => {
    assert.equal(audienceOfReply(call(), chatMessage('m_3'), ada), ada);
    assert.equal(audienceOfReply(call(), chatMessage('m_3'), everyone), everyone);
  });
});
