import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ResumeStore } from '../../../public/signaling/resume-store.js';
import { FakeLocks, FakeStorage } from '../support/fake-page.js';
import { settle } from '../support/virtual-clock.js';

const session = { token: 't-1', name: 'Bob' };
/** @param {any} storage @param {any} [locks] */
const open = (storage, locks) => new ResumeStore(storage, locks);
/** @param {any} claimed */
const essence = (claimed) => claimed && { token: claimed.token, name: claimed.name };

for (const withLocks of [true, false]) {
  describe(withLocks ? 'with locks' : 'without locks', () => {
    const locks = () => (withLocks ? new FakeLocks() : undefined);

    it('gives a reload what the former page left', async () => {
      const [storage, shared] = [new FakeStorage(), locks()];
      const former = open(storage, shared);
      former.keep('Tea', session);
      await settle();
      former.leaveBehind();
      shared?.held.clear();
      const next = open(storage, shared);
      assert.deepEqual(essence(await next.claim('tEA')), session);
      assert.deepEqual(essence(await next.claim('tea')), session, 'as often as it asks');
    });

    it('gives a duplicated tab nothing while the first one lives', async () => {
      const [storage, shared] = [new FakeStorage(), locks()];
      const first = open(storage, shared);
      first.keep('tea', session);
      await settle();
      assert.equal(await open(new FakeStorage(storage), shared).claim('tea'), null);
      first.keep('tea', { ...session, token: 't-2' });
      first.leaveBehind();
      shared?.held.clear();
      assert.deepEqual(essence(await open(storage, shared).claim('tea')), { ...session, token: 't-2' }, 'the first one still has it');
    });

    it('gives nothing for another room', async () => {
      const [storage, shared] = [new FakeStorage(), locks()];
      const former = open(storage, shared);
      former.keep('tea', session);
      former.leaveBehind();
      assert.equal(await open(storage, shared).claim('coffee'), null);
    });

    it('gives nothing once it is forgotten', async () => {
      const [storage, shared] = [new FakeStorage(), locks()];
      const store = open(storage, shared);
      store.keep('tea', session);
      store.forget('tea');
      store.leaveBehind();
      shared?.held.clear();
      assert.equal(await open(storage, shared).claim('tea'), null);
      assert.equal(storage.length, 0);
    });
  });
}

describe('a tab that was duplicated right after a reload', () => {
  it('gets nothing, without locks too', async () => {
    const storage = new FakeStorage();
    const former = open(storage);
    former.keep('tea', session);
    former.leaveBehind();
    assert.deepEqual(essence(await open(storage).claim('tea')), session);
    assert.equal(await open(new FakeStorage(storage)).claim('tea'), null);
  });
});

describe('whatever the storage holds', () => {
  for (const text of ['', '{', 'null', '7', '{"token":7,"name":"x","lock":"y"}', '{"token":"t"}']) {
    it(`${JSON.stringify(text)} is nothing`, async () => {
      const storage = new FakeStorage();
      storage.setItem('parley.session.tea', text);
      assert.equal(await open(storage).claim('tea'), null);
    });
  }

  it('a forbidden storage is no harm', async () => {
    const forbidden = { getItem() { throw new Error('forbidden'); }, setItem() { throw new Error('forbidden'); }, removeItem() { throw new Error('forbidden'); } };
    const store = open(forbidden);
    store.keep('tea', session);
    store.leaveBehind();
    store.forget('tea');
    assert.equal(await open(forbidden).claim('tea'), null);
    assert.equal(await open(undefined).claim('tea'), null);
  });
});
