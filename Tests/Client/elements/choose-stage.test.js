import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chooseStage } from '../../../public/elements/choose-stage.js';

/** @type {Parameters<typeof chooseStage>[0]} */
const gallery = { tiles: ['ada', 'bob', 'me'], pinned: null, screens: [], view: 'gallery', speaker: 'bob', me: 'me' };

describe('chooseStage', () => {
  it('leaves the gallery alone while nothing is pinned or shared', () => {
    assert.equal(chooseStage(gallery), null);
  });

  it('puts the newest shared screen on the stage', () => {
    const tiles = ['ada:screen', 'bob:screen', ...gallery.tiles];

    assert.equal(chooseStage({ ...gallery, tiles, screens: ['ada:screen', 'bob:screen'] }), 'bob:screen');
  });

  it('prefers what was pinned to everything else', () => {
    const tiles = ['ada:screen', ...gallery.tiles];

    assert.equal(chooseStage({ ...gallery, tiles, screens: ['ada:screen'], view: 'speaker', pinned: 'ada' }), 'ada');
  });

  it('forgets the pin of somebody who left', () => {
    assert.equal(chooseStage({ ...gallery, pinned: 'gone' }), null);
  });

  it('shows who speaks in the speaker view, and never oneself while others are there', () => {
    assert.equal(chooseStage({ ...gallery, view: 'speaker' }), 'bob');
    assert.equal(chooseStage({ ...gallery, view: 'speaker', speaker: 'me' }), 'ada');
    assert.equal(chooseStage({ ...gallery, view: 'speaker', speaker: null }), 'ada');
  });

  it('has no stage for somebody who is alone', () => {
    assert.equal(chooseStage({ ...gallery, tiles: ['me'], view: 'speaker', speaker: 'me' }), null);
  });
});
