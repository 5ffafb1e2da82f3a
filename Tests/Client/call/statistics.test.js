import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isRelayed, selectedPair } from '../../../public/call/mesh-link.js';
import { summarize } from '../../../public/call/statistics.js';

/** @param {object[]} entries @returns {any} */
const report = (...entries) => new Map(entries.map((entry) => [/** @type {any} */ (entry).id, entry]));

/** One second of a link, as Chromium reports it. @param {number} second @param {any} [changes] by id */
function reading(second, changes = {}) {
  const timestamp = second * 1000;
  const entries = [
    { id: 'T', type: 'transport', selectedCandidatePairId: 'P', timestamp },
    { id: 'P', type: 'candidate-pair', localCandidateId: 'L', remoteCandidateId: 'R', currentRoundTripTime: 0.05, availableOutgoingBitrate: 2e6, timestamp },
    { id: 'L', type: 'local-candidate', candidateType: 'host', protocol: 'udp' },
    { id: 'R', type: 'remote-candidate', candidateType: 'srflx' },
    { id: 'C1', type: 'codec', mimeType: 'video/VP8' },
    { id: 'C2', type: 'codec', mimeType: 'audio/opus' },
    { id: 'IA', type: 'inbound-rtp', kind: 'audio', mid: '0', codecId: 'C2', bytesReceived: 4000 * second, packetsReceived: 50 * second, packetsLost: 0, jitter: 0.003, timestamp },
    { id: 'IV', type: 'inbound-rtp', kind: 'video', mid: '1', codecId: 'C1', bytesReceived: 100_000 * second, packetsReceived: 100 * second, packetsLost: 0, framesDecoded: 30 * second, framesDropped: 1, freezeCount: 2, frameWidth: 1280, frameHeight: 720, framesPerSecond: 30, timestamp },
    { id: 'IS', type: 'inbound-rtp', kind: 'video', mid: '2', codecId: 'C1', bytesReceived: 50_000 * second, packetsReceived: 50 * second, packetsLost: 0, framesDecoded: 5 * second, frameWidth: 1920, frameHeight: 1080, framesPerSecond: 5, timestamp },
    { id: 'OV', type: 'outbound-rtp', kind: 'video', mid: '1', codecId: 'C1', bytesSent: 200_000 * second, frameWidth: 640, frameHeight: 360, framesPerSecond: 25, qualityLimitationReason: 'none', timestamp },
    { id: 'RI', type: 'remote-inbound-rtp', kind: 'video', fractionLost: 0, timestamp },
  ].map((entry) => ({ ...entry, ...changes[entry.id] }));
  return {
    report: report(...entries),
    state: /** @type {const} */ ('connected'),
    sent: { 0: 'microphone', 1: 'camera' },
    received: /** @type {any} */ ({ 0: 'camera', 1: 'camera', 2: 'screen' }),
  };
}

describe('the figures of a link', () => {
  const figures = summarize(reading(12), reading(10));

  it('are rates between two readings', () => {
    assert.equal(figures.bitsPerSecondReceived, (4000 + 100_000 + 50_000) * 8);
    assert.equal(figures.bitsPerSecondSent, 200_000 * 8);
    assert.equal(figures.received.camera?.bitsPerSecond, 800_000);
  });

  it('tell camera from screen and what is sent from what is received', () => {
    assert.deepEqual(figures.received.screen, { codec: 'VP8', width: 1920, height: 1080, framesPerSecond: 5, bitsPerSecond: 400_000 });
    assert.deepEqual(figures.sent.camera, { codec: 'VP8', width: 640, height: 360, framesPerSecond: 25, bitsPerSecond: 1_600_000 });
    assert.equal(figures.sent.screen, null);
    assert.equal(figures.received.audioCodec, 'opus');
  });

  it('are in the units they say', () => {
    assert.deepEqual([figures.roundTripTime, figures.jitter, figures.availableBitsPerSecond], [50, 3, 2e6]);
    assert.deepEqual([figures.framesDecoded, figures.framesDropped, figures.freezes], [30 * 12 + 5 * 12, 1, 2]);
    assert.deepEqual([figures.localCandidate, figures.remoteCandidate, figures.protocol, figures.relayed], ['host', 'srflx', 'udp', false]);
  });

  it('are 0 at the first reading and unknown where nothing was counted', () => {
    const first = summarize(reading(1), null);
    assert.equal(first.bitsPerSecondReceived, 0);
    assert.equal(first.lossReceived, null);
    const empty = summarize({ ...reading(1), report: report() }, null);
    assert.deepEqual([empty.roundTripTime, empty.lossSent, empty.received.camera, empty.localCandidate], [null, null, null, null]);
  });

  it('survive counters that begin anew', () => {
    assert.equal(summarize(reading(1), reading(10)).bitsPerSecondSent, 0);
  });
});

describe('the quality of a link', () => {
  for (const [what, changes, quality, reason] of /** @type {const} */ ([
    ['nothing wrong', {}, 'good', null],
    ['3 % lost on the way here', { IV: { packetsLost: 10 } }, 'fair', 'loss'],
    ['20 % lost on the way here', { IV: { packetsLost: 100 } }, 'poor', 'loss'],
    ['10 % lost on the way there', { RI: { fractionLost: 0.1 } }, 'poor', 'loss'],
    ['a long way', { P: { currentRoundTripTime: 0.4 } }, 'fair', 'delay'],
    ['a very long way', { P: { currentRoundTripTime: 1 } }, 'poor', 'delay'],
    ['a slow computer', { OV: { qualityLimitationReason: 'cpu' } }, 'fair', 'cpu'],
  ])) {
    it(`is ${quality} with ${what}`, () => {
      const figures = summarize(reading(12, changes), reading(10));
      assert.deepEqual([figures.quality, figures.reason], [quality, reason]);
    });
  }

  it('is no worse for what lies between this page and the server, whose round trip is nobody else’s', () => {
    const mids = new Set(['0', '1', '2']);
    const far = summarize({ ...reading(12, { P: { currentRoundTripTime: 1 } }), mids }, reading(10));
    assert.deepEqual([far.roundTripTime, far.quality, far.reason], [null, 'good', null]);
    const lossy = summarize({ ...reading(12, { IV: { packetsLost: 100 } }), mids }, reading(10));
    assert.deepEqual([lossy.quality, lossy.reason], ['poor', 'loss']);
  });

  it('is poor while it is mended', () => {
    const figures = summarize({ ...reading(12), state: 'unstable' }, reading(10));
    assert.deepEqual([figures.quality, figures.reason], ['poor', 'connection']);
  });
});

describe('the path', () => {
  const candidates = [{ id: 'L', candidateType: 'relay' }, { id: 'R', candidateType: 'host' }];
  const pair = { type: 'candidate-pair', localCandidateId: 'L', remoteCandidateId: 'R' };

  it('is the one the transport names', () => {
    const stats = report({ id: 'T', type: 'transport', selectedCandidatePairId: 'Q' }, { ...pair, id: 'P', selected: true }, { ...pair, id: 'Q' });
    assert.equal(selectedPair(stats).id, 'Q');
  });

  it('is the one that is marked, in Firefox', () => {
    const stats = report({ ...pair, id: 'P', selected: false, nominated: true, state: 'succeeded' }, { ...pair, id: 'Q', selected: true });
    assert.equal(selectedPair(stats).id, 'Q');
  });

  it('is the nominated one while none is marked', () => {
    const stats = report({ ...pair, id: 'P', selected: false, nominated: false }, { ...pair, id: 'Q', selected: false, nominated: true, state: 'succeeded' });
    assert.equal(selectedPair(stats).id, 'Q');
  });

  it('is relayed when either end is', () => {
    assert.equal(isRelayed(report(...candidates, { ...pair, id: 'P', selected: true })), true);
    assert.equal(isRelayed(report(...candidates, { ...pair, id: 'P', selected: true, localCandidateId: 'R' })), false);
    assert.equal(isRelayed(report()), false);
  });
});
