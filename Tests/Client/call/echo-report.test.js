import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { figuresOf, noFigures, verdictOn } from '../../../public/call/echo-report.js';

/** @param {object[]} entries @returns {any} */
const report = (...entries) => new Map(entries.map((entry) => [/** @type {any} */ (entry).id, entry]));

/** Both connections at one second, as Chromium reports them. @param {number} second @param {any} [changes] by id */
function reading(second, changes = {}) {
  const timestamp = second * 1000;
  const path = [
    { id: 'T', type: 'transport', selectedCandidatePairId: 'P' },
    { id: 'P', type: 'candidate-pair', localCandidateId: 'L', remoteCandidateId: 'R', currentRoundTripTime: 0.05, availableOutgoingBitrate: 2e6 },
    { id: 'L', type: 'local-candidate', candidateType: 'host', protocol: 'udp' },
    { id: 'R', type: 'remote-candidate', candidateType: 'host', address: '2001:db8::7', port: 3478 },
    { id: 'C', type: 'codec', mimeType: 'video/VP8' },
  ];
  const change = (/** @type {any} */ entry) => ({ ...entry, ...changes[entry.id] });
  return {
    publication: report(...[
      ...path,
      { id: 'OV', type: 'outbound-rtp', kind: 'video', mid: '1', codecId: 'C', bytesSent: 100_000 * second, frameWidth: 640, frameHeight: 360, framesPerSecond: 30, qualityLimitationReason: 'none', timestamp },
      { id: 'RI', type: 'remote-inbound-rtp', kind: 'video', fractionLost: 0, timestamp },
    ].map(change)),
    subscription: report(...[
      ...path,
      { id: 'IA', type: 'inbound-rtp', kind: 'audio', mid: '0', bytesReceived: 5000 * second, packetsReceived: 50 * second, packetsLost: 0, jitter: 0.003, timestamp },
      { id: 'IV', type: 'inbound-rtp', kind: 'video', mid: '1', codecId: 'C', bytesReceived: 95_000 * second, packetsReceived: 150 * second, packetsLost: 0, framesDecoded: 30 * second, frameWidth: 640, frameHeight: 360, framesPerSecond: 30, timestamp },
    ].map(change)),
  };
}

const good = figuresOf([reading(10), reading(15)]);
const settled = { isConnected: true, wasConnected: true, seconds: 20 };

describe('the figures of a connection test', () => {
  it('are of both connections, over the time between the first reading and the last', () => {
    assert.deepEqual(good, {
      protocol: 'udp', ipVersion: 6, port: 3478, roundTripTime: 50, lossSent: 0, lossReceived: 0, jitter: 3,
      bitsPerSecondSent: 800_000, bitsPerSecondReceived: 800_000, framesDecoded: 450, availableBitsPerSecond: 2e6,
      sent: { codec: 'VP8', width: 640, height: 360, framesPerSecond: 30, bitsPerSecond: 800_000 },
      received: { codec: 'VP8', width: 640, height: 360, framesPerSecond: 30, bitsPerSecond: 760_000 },
    });
  });

  it('are empty before anything was read', () => assert.equal(figuresOf([]), noFigures));

  it('take the mean of what the server reported lost, and the share of what did not come back', () => {
    const half = figuresOf([reading(10, { RI: { fractionLost: 0.3 } }), reading(15, { RI: { fractionLost: 0.1 }, IV: { packetsLost: 250 } })]);

    assert.ok(Math.abs((half.lossSent ?? 0) - 0.2) < 1e-9);
    assert.equal(half.lossReceived, 0.2);
  });

  it('are of TCP when either connection takes it', () => {
    const latest = reading(15);
    latest.subscription.get('L').protocol = 'tcp';
    assert.equal(figuresOf([reading(10), latest]).protocol, 'tcp');
  });
});

describe('the verdict on a connection', () => {
  it('is good where nothing is wrong', () => assert.deepEqual(verdictOn(good, settled), { quality: 'good', reason: null }));

  it('waits until it can be known', () => {
    assert.equal(verdictOn(noFigures, { isConnected: false, wasConnected: false, seconds: 14 }), null);
    assert.equal(verdictOn(good, { ...settled, seconds: 3 }), null);
    assert.equal(verdictOn({ ...good, bitsPerSecondReceived: 0 }, { ...settled, seconds: 7 }), null);
  });

  for (const [changes, quality, reason] of /** @type {[any, string, string][]} */ ([
    [{ lossSent: 0.03 }, 'usable', 'loss'], [{ lossReceived: 0.09 }, 'bad', 'loss'],
    [{ roundTripTime: 250 }, 'usable', 'delay'], [{ roundTripTime: 600 }, 'bad', 'delay'],
    [{ jitter: 60 }, 'usable', 'jitter'], [{ jitter: 150 }, 'bad', 'jitter'],
    [{ availableBitsPerSecond: 200_000 }, 'usable', 'bandwidth'], [{ availableBitsPerSecond: 50_000 }, 'bad', 'bandwidth'],
    [{ protocol: 'tcp' }, 'usable', 'tcp'], [{ protocol: 'tcp', lossSent: 0.2 }, 'bad', 'loss'],
    [{ bitsPerSecondReceived: 0 }, 'bad', 'silent'],
  ])) {
    it(`is ${quality} for ${JSON.stringify(changes)}`, () => assert.deepEqual(verdictOn({ ...good, ...changes }, settled), { quality, reason }));
  }

  it('does not call a way narrow that carries a picture of little, is not known, or is still being explored', () => {
    assert.equal(verdictOn({ ...good, bitsPerSecondSent: 50_000 }, settled)?.quality, 'good');
    assert.equal(verdictOn({ ...good, availableBitsPerSecond: null }, settled)?.quality, 'good');
    assert.equal(verdictOn({ ...good, availableBitsPerSecond: 50_000 }, { ...settled, seconds: 10 })?.quality, 'good');
  });

  it('tells what was never reached from what was lost', () => {
    assert.deepEqual(verdictOn(noFigures, { isConnected: false, wasConnected: false, seconds: 15 }), { quality: 'bad', reason: 'blocked' });
    assert.deepEqual(verdictOn(good, { isConnected: false, wasConnected: true, seconds: 1 }), { quality: 'bad', reason: 'lost' });
  });
});
