import { selectedPair } from './mesh-link.js';
import { codec, limitation, milliseconds, rate } from './statistics.js';

/** @typedef {import('../types/call.js').OwnStatistics} OwnStatistics */
/** @typedef {import('../types/call.js').LayerStatistics} LayerStatistics */
/** @typedef {import('../types/messages.js').MediaReport} MediaReport */
/** @typedef {import('../types/messages.js').MediaSource} MediaSource */

/** The names of the layers as they are published, the smallest first. */
const rids = Object.freeze(['q', 'h', 'f']);

/**
 * The figures of what is published between two readings.
 *
 * @param {import('./statistics.js').Sample} sample `sent` by mid
 * @param {import('./statistics.js').Sample | null} former
 * @param {MediaReport['published']} published what the server says that it receives
 * @returns {OwnStatistics}
 */
export function summarizeOwn(sample, former, published) {
  const entries = [...sample.report.values()];
  const outbound = entries.filter(({ type, mid }) => type === 'outbound-rtp' && mid in sample.sent);
  const remote = entries.filter(({ type }) => type === 'remote-inbound-rtp');
  const pair = selectedPair(sample.report);
  return {
    state: sample.state,
    roundTripTime: milliseconds(pair?.currentRoundTripTime ?? remote.find(({ roundTripTime }) => roundTripTime)?.roundTripTime),
    lossSent: remote.length > 0 ? Math.max(...remote.map(({ fractionLost }) => fractionLost ?? 0)) : null,
    bitsPerSecondSent: outbound.reduce((total, one) => total + rate(one, 'bytesSent', former), 0),
    availableBitsPerSecond: pair?.availableOutgoingBitrate ?? null,
    layers: outbound.filter(({ kind }) => kind === 'video').map((one) => layerOf(one, sample, former, published)).sort(bySize),
    limitedBy: limitation(outbound),
    protocol: sample.report.get(pair?.localCandidateId)?.protocol ?? null,
  };
}

/**
 * @param {any} stream
 * @param {import('./statistics.js').Sample} sample
 * @param {import('./statistics.js').Sample | null} former
 * @param {MediaReport['published']} published
 * @returns {LayerStatistics}
 */
function layerOf(stream, sample, former, published) {
  const source = /** @type {MediaSource} */ (sample.sent[stream.mid]);
  const index = rids.indexOf(stream.rid);
  const layer = index === -1 ? null : index;
  const arrived = published.find((one) => one.source === source)?.layers;
  return {
    source,
    layer,
    codec: codec(stream, sample),
    width: stream.frameWidth ?? null,
    height: stream.frameHeight ?? null,
    framesPerSecond: stream.framesPerSecond ?? null,
    // Without the repeats by which a browser probes the path, which are sent beside the smallest picture.
    bitsPerSecond: Math.max(0, rate(stream, 'bytesSent', former) - rate(stream, 'retransmittedBytesSent', former)),
    active: stream.active ?? true,
    bitsPerSecondArrived: arrived?.[layer ?? 0]?.bitsPerSecond ?? null,
  };
}

/** @param {LayerStatistics} one @param {LayerStatistics} other the camera before the screen, the largest layer first */
function bySize(one, other) {
  return one.source.localeCompare(other.source) || (other.layer ?? 0) - (one.layer ?? 0);
}
