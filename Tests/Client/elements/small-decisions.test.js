import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { successor } from '../../../public/elements/keep-focus.js';
import { deviceRefusal } from '../../../public/elements/refusal.js';
import { meaningOf } from '../../../public/elements/shortcuts.js';
import { waitingNews } from '../../../public/elements/waiting-news.js';

const words = JSON.parse(readFileSync(new URL('../../../public/i18n/en.json', import.meta.url), 'utf8'));

describe('a key', () => {
  const plain = { ctrlKey: false, metaKey: false, altKey: false, repeat: false };

  it('means its character, in either case', () => {
    assert.equal(meaningOf({ ...plain, key: 'c' }, true), 'c');
    assert.equal(meaningOf({ ...plain, key: 'C' }, true), 'c');
    assert.equal(meaningOf({ ...plain, key: '?' }, true), '?');
  });

  it('means nothing with a modifier, while it repeats, or when it is none of the call', () => {
    for (const more of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { repeat: true }]) assert.equal(meaningOf({ ...plain, key: 'c', ...more }, true), null);
    for (const key of ['x', 'Tab', 'ArrowDown', 'Enter', ' ', 'Space', 'Esc']) assert.equal(meaningOf({ ...plain, key }, true), null, key);
  });

  it('of one character means nothing where that is switched off; one with a name does', () => {
    assert.equal(meaningOf({ ...plain, key: 'm' }, false), null);
    assert.deepEqual(['Escape', 'PageUp', 'PageDown'].map((key) => meaningOf({ ...plain, key }, false)), ['escape', 'pageup', 'pagedown']);
  });
});

describe('the focus of a row that goes', () => {
  const rows = ['a', 'b', 'c', 'd'];

  it('goes to the next that is left, else to the one before', () => {
    assert.equal(successor(rows, 1, (row) => row !== 'b'), 'c');
    assert.equal(successor(rows, 1, (row) => row === 'd' || row === 'a'), 'd');
    assert.equal(successor(rows, 3, (row) => row !== 'd'), 'c');
    assert.equal(successor(rows, 3, (row) => row === 'a' || row === 'b'), 'b');
  });

  it('goes to none when none is left', () => assert.equal(successor(rows, 1, () => false), null));
});

describe('news of the door', () => {
  /** @param {string} id */
  const waiting = (id) => ({ id, name: id.toUpperCase(), since: 1 });

  it('say who came and who waits no longer', () => {
    const { came, gone } = waitingNews([waiting('eve'), waiting('ada')], [waiting('ada'), waiting('bob')]);

    assert.deepEqual([came, gone], [[waiting('bob')], [waiting('eve')]]);
  });

  it('are none of those who wait on', () => {
    assert.deepEqual(waitingNews([waiting('eve')], [{ ...waiting('eve') }]), { came: [], gone: [] });
  });
});

describe('a refused device', () => {
  it('is named by what was asked for', () => {
    assert.equal(deviceRefusal('shareScreen', 'notFound'), 'media.screen.notFound');
    assert.equal(deviceRefusal('setVideo', 'inUse'), 'media.camera.inUse');
  });

  it('is not confused with a refusal of the server', () => {
    assert.equal(deviceRefusal('sendChat', 'notFound'), null);
    assert.equal(deviceRefusal('setAudio', 'forbidden'), null);
  });

  it('has a sentence in every case that is shown', () => {
    for (const action of ['setAudio', 'setVideo', 'shareScreen']) {
      for (const code of ['notFound', 'inUse', 'insecure', 'unsupported', 'other']) assert.ok(String(deviceRefusal(action, code)) in words, `${action} ${code}`);
    }
  });
});
