import assert from 'node:assert/strict';
import { it } from 'node:test';
import { chatAsText } from '../../../public/elements/chat-as-text.js';

/** @param {Partial<import('../../../public/types/messages.js').ChatMessage>} more @returns {import('../../../public/types/messages.js').ChatMessage} */
const message = (more) => ({
  id: 'm', from: 'p', name: 'Ada', to: null, text: 'Hello', sentAt: Date.UTC(2026, 0, 2, 12), replyTo: null, editedAt: null, deleted: false, reactions: {}, ...more,
});

it('writes a line per message, names what is private and leaves out what was deleted', () => {
  const text = chatAsText([message({}), message({ to: 'q', text: 'one\ntwo' }), message({ deleted: true, text: '' })], 'en', 'only to you');

  const lines = text.trimEnd().split('\n');
  assert.equal(lines.length, 3);
  assert.match(lines[0] ?? '', /^\[.+\] Ada: Hello$/);
  assert.match(lines[1] ?? '', /Ada \(only to you\): one$/);
  assert.equal(lines[2], '    two');
});
