import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { summarizeOwn } from '../../../public/call/own-statistics.js';

/** What a publication with three layers and a screen has sent until a second, as Chromium reports it. @param {number} second @returns {any} */
function reading(second) {
  const timestamp = second * 1000;
  const layer = (/** @type {string} */ rid, /** @type {number} */ width, /** @type {number} */ bytes, active = true) => ({
    id: `O${rid}`, type: 'outbound-rtp', kind: 'video', mid: '1', rid, active, codecId: 'C',
    bytesSent: (bytes + 7000) * second, retransmittedBytesSent: 7000 * second,
    frameWidth: width, frameHeight: (width * 9) / 16, framesPerSecond: 30, qualityLimitationReason: rid === 'f' ? 'bandwidth' : 'none', timestamp,
  });
  const entries = [
    { id: 'T', type: 'transport', selectedCandidatePairId: 'P', timestamp },
    { id: 'P', type: 'candidate-pair', localCandidateId: 'L', currentRoundTripTime: 0.02, availableOutgoingBitrate: 9e5, timestamp },
    { id: 'L', type: 'local-candidate', candidateType: 'host', protocol: 'udp' },
    { id: 'C', type: 'codec', mimeType: 'video/VP8' },
    { id: 'OA', type: 'outbound-rtp', kind: 'audio', mid: '0', bytesSent: 5000 * second, timestamp },
    layer('q', 320, 20_000), layer('h', 640, 60_000), layer('f', 1280, 0, false),
    { id: 'OS', type: 'outbound-rtp', kind: 'video', mid: '2', codecId: 'C', bytesSent: 1000 * second, frameWidth: 1920, frameHeight: 1080, framesPerSecond: 5, timestamp },
    { id: 'OX', type: 'outbound-rtp', kind: 'video', mid: '9', bytesSent: 1e9 * second, timestamp },
    { id: 'R1', type: 'remote-inbound-rtp', fractionLost: 0.01, timestamp }, { id: 'R2', type: 'remote-inbound-rtp', fractionLost: 0.03, timestamp },
  ];
  return { report: new Map(entries.map((entry) => [entry.id, entry])), state: 'connected', sent: { 0: 'microphone', 1: 'camera', 2: 'screen' }, received: {} };
}

describe('the figures of what is published', () => {
  const published = [
    { source: /** @type {const} */ ('camera'), layers: [{ width: 320, height: 180, bitsPerSecond: 150_000 }, { width: 640, height: 360, bitsPerSecond: 470_000 }], packetsLost: 0 },
  ];
  const figures = summarizeOwn(reading(12), reading(10), published);

  it('name each layer of the camera from the largest, then the screen', () => {
    assert.deepEqual(figures.layers.map(({ source, layer, width, bitsPerSecond, active }) => [source, layer, width, bitsPerSecond, active]), [
      ['camera', 2, 1280, 0, false], ['camera', 1, 640, 480_000, true], ['camera', 0, 320, 160_000, true], ['screen', null, 1920, 8000, true],
    ]);
    assert.equal(figures.layers[1]?.codec, 'VP8');
  });

  it('say what of it arrives at the server, as far as that is known', () => {
    assert.deepEqual(figures.layers.map(({ bitsPerSecondArrived }) => bitsPerSecondArrived), [null, 470_000, 150_000, null]);
  });

  it('count what is sent of the sources, and nothing else', () => {
    assert.equal(figures.bitsPerSecondSent, (5000 + 20_000 + 60_000 + 3 * 7000 + 1000) * 8, 'with the repeats by which the path is probed');
  });

  it('tell the worst loss, the way, and what holds it back', () => {
    assert.deepEqual([figures.lossSent, figures.roundTripTime, figures.availableBitsPerSecond, figures.protocol, figures.limitedBy], [0.03, 20, 9e5, 'udp', 'bandwidth']);
  });

  it('are rates of 0 at the first reading', () => assert.equal(summarizeOwn(reading(3), null, []).bitsPerSecondSent, 0));
});
