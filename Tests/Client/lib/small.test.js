import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bitRate, byteSize, clockTime, dayAndTime, hue, initials } from '../../../public/lib/format.js';
import { randomId, randomRoom } from '../../../public/lib/id.js';
import { folded } from '../../../public/lib/room-name.js';
import { unreachable } from '../../../public/lib/unreachable.js';

describe('format', () => {
  it('shortens names to initials', () => {
    const names = ['Ada Lovelace', 'ada', 'Jean-Luc van der Berg', '  ', '🎉 Zoë', 'émile', '山田 太郎', '!'];
    assert.deepEqual(names.map(initials), ['AL', 'A', 'JB', '?', 'Z', 'É', '山太', '?']);
  });

  it('gives the same colour to the same id', () => {
    assert.equal(hue('p_1'), hue('p_1'));
    const hues = new Set(Array.from({ length: 100 }, (_, index) => hue(`p_${index}`)));
    assert.ok(hues.size > 70);
    for (const value of hues) assert.ok(Number.isInteger(value) && value >= 0 && value < 360);
  });

  it('shows lengths of time as a clock does', () => {
    assert.deepEqual([0, 999, 61_000, 3_729_000, -5].map(clockTime), ['0:00', '0:00', '1:01', '1:02:09', '0:00']);
  });

  it('shows the day with the time where it may be another day', () => {
    const time = new Date(2027, 4, 9, 14, 5).getTime();
    assert.match(dayAndTime(time, 'en-GB'), /^9 May,? (at )?14:05$/);
  });

  it('shows rates and sizes with their unit', () => {
    assert.deepEqual([0, 850_400, 999_600, 1_840_000].map((rate) => bitRate(rate, 'en')), ['0 kbit/s', '850 kbit/s', '1 Mbit/s', '1.8 Mbit/s']);
    assert.deepEqual([0, 999, 4000, 2_540_000].map((size) => byteSize(size, 'en')), ['0 B', '999 B', '4 kB', '2.5 MB']);
  });
});

describe('ids', () => {
  it('are random and free of characters that are mistaken for each other', () => {
    const ids = new Set(Array.from({ length: 1000 }, () => randomId()));
    assert.equal(ids.size, 1000);
    for (const id of ids) assert.match(id, /^[a-km-np-z2-9]{20}$/);
  });

  it('use every character alike', () => {
    const all = randomId(256, (bytes) => bytes.map((_, index) => index));
    assert.equal(new Set(all).size, 32);
    for (const character of new Set(all)) assert.equal(all.split(character).length - 1, 8);
  });

  it('name rooms that can be read out', () => assert.match(randomRoom(), /^[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}$/));
});

describe('names of rooms', () => {
  it('are the same in other case and composition', () => {
    assert.equal(folded('TÉA'), folded('te\u0301a'));
    assert.notEqual(folded('tea'), folded('te a'));
  });
});

describe('unreachable', () => {
  it('gives the fallback for what a newer server says', () => assert.equal(unreachable(/** @type {never} */ ('new'), 7), 7));
});
