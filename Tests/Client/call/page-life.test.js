import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { followPage } from '../../../public/call/page-life.js';
import { FakePage } from '../support/fake-page.js';

/** @param {(page: FakePage) => void} act @returns {string[]} what was heard */
function heard(act) {
  const page = new FakePage();
  /** @type {string[]} */
  const news = [];
  const stop = followPage(page.events, {
    onReturn: () => news.push('return'),
    onNetwork: () => news.push('network'),
    onLeave: ({ persisted }) => news.push(persisted ? 'hidden' : 'gone'),
  });
  act(page);
  stop();
  const count = news.length;
  page.online();
  assert.equal(news.length, count, 'it stops listening');
  return news;
}

describe('the page', () => {
  it('returns when it is seen again, not when it is hidden', () => {
    assert.deepEqual(heard((page) => page.see('visible')), ['return']);
    assert.deepEqual(heard((page) => page.see('hidden')), []);
  });

  it('returns from the back-forward cache, and is not returning at its first showing', () => {
    assert.deepEqual(heard((page) => page.show({ persisted: true })), ['return']);
    assert.deepEqual(heard((page) => page.show()), []);
  });

  it('goes for good or for a while', () => {
    assert.deepEqual(heard((page) => page.hide()), ['gone']);
    assert.deepEqual(heard((page) => page.hide({ persisted: true })), ['hidden']);
  });

  it('has another network when it comes online or the kind changes, not at each estimate', () => {
    assert.deepEqual(heard((page) => page.online()), ['network', 'return']);
    assert.deepEqual(heard((page) => page.changeNetwork('cellular')), ['network', 'return']);
    assert.deepEqual(heard((page) => page.changeNetwork('wifi')), []);
  });
});
