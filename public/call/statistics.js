import { selectedPair } from './mesh-link.js';

/** @typedef {import('../types/call.js').LinkStatistics} LinkStatistics */
/** @typedef {import('../types/call.js').VideoStatistics} VideoStatistics */
/** @typedef {'camera' | 'screen'} Source */

/** Above these a person notices: the share of lost packets, the round trip in milliseconds. */
const noticed = { loss: 0.02, delay: 300 };
const bad = { loss: 0.08, delay: 800 };

/**
 * One reading of a link, kept until the next: rates are differences.
 *
 * @typedef {object} Sample
 * @property {RTCStatsReport} report
 * @property {LinkStatistics['state']} state
 * @property {Record<string, string>} sent by mid: `microphone`, `camera`, `screen`, `screenAudio`
 * @property {Record<string, string>} received by mid
 * @property {ReadonlySet<string>} [mids] those of the report that are meant, where it is of several participants. It was measured
 *   between this page and the server then: how long that way takes says nothing of any of them.
 */

/**
 * The figures of one link between two readings.
 *
 * @param {Sample} sample
 * @param {Sample | null} former null: the first reading, whose rates are 0
 * @returns {LinkStatistics}
 */
export function summarize(sample, former) {
  const entries = [...sample.report.values()];
  const inbound = entries.filter(({ type, mid }) => type === 'inbound-rtp' && (sample.mids?.has(mid) ?? true));
  const outbound = entries.filter(({ type }) => type === 'outbound-rtp');
  const remote = entries.filter(({ type }) => type === 'remote-inbound-rtp');
  const pair = selectedPair(sample.report);
  const local = sample.report.get(pair?.localCandidateId);
  const far = sample.report.get(pair?.remoteCandidateId);
  const since = (/** @type {any} */ one, /** @type {string} */ key) => difference(one, key, former);
  const video = (/** @type {any[]} */ streams, /** @type {Record<string, string>} */ names, /** @type {Source} */ source) =>
    videoStatistics(streams.find((one) => one.kind === 'video' && names[one.mid] === source && flows(one)), sample, former);

  /** @type {LinkStatistics} */
  const figures = {
    state: sample.state,
    roundTripTime: sample.mids ? null : milliseconds(pair?.currentRoundTripTime ?? remote.find(({ roundTripTime }) => roundTripTime)?.roundTripTime),
    lossReceived: share(sum(inbound, 'packetsLost', since), sum(inbound, 'packetsReceived', since)),
    lossSent: remote.length > 0 ? Math.max(...remote.map(({ fractionLost }) => fractionLost ?? 0)) : null,
    bitsPerSecondReceived: inbound.reduce((total, one) => total + rate(one, 'bytesReceived', former), 0),
    bitsPerSecondSent: outbound.reduce((total, one) => total + rate(one, 'bytesSent', former), 0),
    availableBitsPerSecond: pair?.availableOutgoingBitrate ?? null,
    jitter: milliseconds(inbound.find(({ kind }) => kind === 'audio')?.jitter),
    received: {
      audioCodec: codec(inbound.find(({ kind }) => kind === 'audio'), sample),
      camera: video(inbound, sample.received, 'camera'),
      screen: video(inbound, sample.received, 'screen'),
    },
    sent: {
      audioCodec: codec(outbound.find(({ kind }) => kind === 'audio'), sample),
      camera: video(outbound, sample.sent, 'camera'),
      screen: video(outbound, sample.sent, 'screen'),
    },
    framesDecoded: total(inbound, 'framesDecoded'),
    framesDropped: total(inbound, 'framesDropped'),
    freezes: total(inbound, 'freezeCount'),
    limitedBy: limitation(outbound),
    localCandidate: local?.candidateType ?? null,
    remoteCandidate: far?.candidateType ?? null,
    protocol: local?.relayProtocol ?? local?.protocol ?? null,
    relayed: local?.candidateType === 'relay' || far?.candidateType === 'relay',
    path: 'direct',
    picture: null,
    screen: null,
    quality: 'good',
    reason: null,
  };
  return { ...figures, ...judged(figures) };
}

/**
 * How good a link is for a person, and what spoils it.
 *
 * @param {LinkStatistics} figures
 * @returns {Pick<LinkStatistics, 'quality' | 'reason'>}
 */
function judged(figures) {
  const loss = Math.max(figures.lossReceived ?? 0, figures.lossSent ?? 0);
  const delay = figures.roundTripTime ?? 0;
  if (figures.state !== 'connected') return { quality: 'poor', reason: 'connection' };
  if (loss > bad.loss) return { quality: 'poor', reason: 'loss' };
  if (delay > bad.delay) return { quality: 'poor', reason: 'delay' };
  if (loss > noticed.loss) return { quality: 'fair', reason: 'loss' };
  if (delay > noticed.delay) return { quality: 'fair', reason: 'delay' };
  if (figures.limitedBy === 'cpu') return { quality: 'fair', reason: 'cpu' };
  return { quality: 'good', reason: null };
}

/** @param {any} stream @param {Sample} sample @param {Sample | null} former @returns {VideoStatistics | null} */
function videoStatistics(stream, sample, former) {
  if (!stream) return null;
  const bytes = stream.type === 'inbound-rtp' ? 'bytesReceived' : 'bytesSent';
  return {
    codec: codec(stream, sample),
    width: stream.frameWidth ?? null,
    height: stream.frameHeight ?? null,
    framesPerSecond: stream.framesPerSecond ?? null,
    bitsPerSecond: rate(stream, bytes, former),
  };
}

/** @param {any} stream */
function flows(stream) {
  return (stream.bytesReceived ?? stream.bytesSent ?? 0) > 0;
}

/** @param {any} stream @param {Sample} sample @returns {string | null} `VP8`, `opus` */
export function codec(stream, sample) {
  return sample.report.get(stream?.codecId)?.mimeType?.split('/')[1] ?? null;
}

/** @param {any[]} outbound @returns {LinkStatistics['limitedBy']} */
export function limitation(outbound) {
  const known = /** @type {const} */ (['cpu', 'bandwidth', 'other']);
  const reasons = outbound.map(({ qualityLimitationReason }) => qualityLimitationReason);
  return known.find((reason) => reasons.includes(reason)) ?? null;
}

/** @param {any} stream @param {string} key @param {Sample | null} former @returns {number} since the former reading */
export function difference(stream, key, former) {
  const before = former?.report.get(stream.id)?.[key];
  return before === undefined || stream[key] === undefined ? 0 : Math.max(0, stream[key] - before);
}

/** @param {any} stream @param {string} key @param {Sample | null} former @returns {number} bits per second */
export function rate(stream, key, former) {
  const before = former?.report.get(stream.id);
  const elapsed = before ? (stream.timestamp - before.timestamp) / 1000 : 0;
  return elapsed > 0 ? (difference(stream, key, former) * 8) / elapsed : 0;
}

/** @param {any[]} streams @param {string} key @param {(stream: any, key: string) => number} since */
function sum(streams, key, since) {
  return streams.reduce((sofar, one) => sofar + since(one, key), 0);
}

/** @param {any[]} streams @param {string} key */
function total(streams, key) {
  return streams.reduce((sofar, one) => sofar + (one[key] ?? 0), 0);
}

/** @param {number} lost @param {number} arrived @returns {number | null} */
function share(lost, arrived) {
  return lost + arrived > 0 ? lost / (lost + arrived) : null;
}

/** @param {number | undefined} seconds @returns {number | null} */
export function milliseconds(seconds) {
  return seconds === undefined ? null : seconds * 1000;
}
