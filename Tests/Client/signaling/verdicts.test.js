import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Backoff } from '../../../public/signaling/backoff.js';
import { afterClose, afterRefusedResume } from '../../../public/signaling/verdicts.js';

const document = readFileSync(new URL('../../../docs/signaling.md', import.meta.url), 'utf8');

describe('close codes', () => {
  const rows = [...document.matchAll(/^\| (\d{4}) \| .* \| (no|yes)/gm)].map(([, code, answer]) => /** @type {const} */ ([Number(code), answer]));

  it('stand in the document', () => assert.ok(rows.length >= 14));
  for (const [code, answer] of rows) {
    it(`${code} means what the document says: ${answer}`, () => assert.equal('end' in afterClose(code) ? 'no' : 'yes', answer));
  }
});

describe('a return that is refused', () => {
  it('is tried again where the server has no time at present', () => assert.equal(afterRefusedResume('serverBusy'), 'retry'));
  it('becomes a new arrival where nothing is known of the former', () => assert.equal(afterRefusedResume('tokenExpired'), 'join'));
  it('is the end where it never will be granted', () => assert.equal(afterRefusedResume('banned'), 'end'));
});

describe('the back-off', () => {
  it('stays between half and all of each step', () => {
    const steps = [0, 500, 1000, 2000, 4000, 8000, 8000, 8000];
    for (const random of [() => 0, () => 0.3, () => 1]) {
      const backoff = new Backoff(random);
      for (const step of steps) {
        const delay = backoff.next();
        assert.ok(delay >= step / 2 && delay <= step, `${delay} for ${step}`);
      }
    }
  });

  it('begins anew after a success', () => {
    const backoff = new Backoff();
    for (let attempt = 0; attempt < 5; attempt += 1) backoff.next();
    backoff.reset();
    assert.equal(backoff.next(), 0);
  });

  it('never comes before the server asked', () => {
    const backoff = new Backoff(() => 0.5);
    assert.equal(backoff.next(3000), 3750);
  });
});
